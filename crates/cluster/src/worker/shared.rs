//! What the holder of a worker's node and its thread both see.
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use crate::auth::Secret;
use crate::codec::{Beat, written};
use crate::commands::Commands;
use crate::inbox::Inbox;
use crate::report;
use rlocust_core::clock;
use rlocust_core::liveness::{Liveness, Wake};
use rlocust_core::model::State;
use rlocust_run::run::RunHandle;
use rlocust_stats::stats::Recorder;

/// Where a worker's master is, and who the worker is.
#[derive(Debug, Clone)]
pub struct Address {
    pub host: String,
    pub port: u16,
    pub identity: String,
    /// What only a master that knows it, too, is told; nothing for any master.
    pub secret: Option<Secret>,
}

/// What the node thread is asked to do, in order.
#[derive(Debug)]
pub enum Command {
    Send(Vec<u8>),
    /// Each interval from now on, while the script is not silent for longer.
    Beat {
        interval: Duration,
        longest_silence: Duration,
    },
    Report(Duration),
    Reconnect,
    Close(Duration),
}

/// What both sides see.
pub struct Shared {
    pub address: Address,
    pub inbox: Arc<Inbox>,
    pub commands: Commands<Command>,
    /// What the next heartbeat says.
    pub beat: Mutex<Beat>,
    pub is_beating: AtomicBool,
    pub is_reporting: AtomicBool,
    pub malformed: AtomicU64,
    /// Whether the script takes what comes.
    pub liveness: Liveness,
    /// Classes whose users are reported.
    classes: Mutex<Vec<String>>,
    begun: Instant,
    /// Nanoseconds from the beginning to the last heartbeat of the master; zero before the first.
    heard: AtomicU64,
    recorder: Arc<Recorder>,
    run: RunHandle,
}

impl Shared {
    pub fn new(
        address: Address,
        recorder: Arc<Recorder>,
        run: RunHandle,
        wake: &Arc<Wake>,
    ) -> io::Result<Self> {
        Ok(Self {
            inbox: Arc::new(Inbox::new(Arc::clone(wake))),
            commands: Commands::new()?,
            beat: Mutex::new(Beat {
                state: State::Ready.word().to_owned(),
                ..Beat::default()
            }),
            is_beating: AtomicBool::new(true),
            is_reporting: AtomicBool::new(true),
            malformed: AtomicU64::new(0),
            liveness: Liveness::new(Arc::clone(wake)),
            classes: Mutex::default(),
            begun: clock::instant(),
            heard: AtomicU64::new(0),
            address,
            recorder,
            run,
        })
    }

    /// Classes whose users are reported from now on.
    pub fn report_users_of(&self, classes: Vec<String>) {
        *self.classes.lock() = classes;
    }

    /// Since the last heartbeat of the master; nothing before the first.
    pub fn silence(&self) -> Option<Duration> {
        let heard = self.heard.load(Ordering::Acquire);
        let elapsed = self.begun.elapsed();
        (heard > 0).then(|| elapsed.saturating_sub(Duration::from_nanos(heard)))
    }

    pub fn note_heartbeat(&self) {
        let nanoseconds = u64::try_from(self.begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
        self.heard.store(nanoseconds.max(1), Ordering::Release);
    }

    /// Takes what the recorder has, as a `stats` message.
    pub fn report(&self) -> Vec<u8> {
        let pairs = report::written(&self.recorder.take_report());
        let run = Arc::clone(&self.run.state().borrow());
        let classes = self.classes.lock();
        let running = |name: &String| {
            let class = run.classes.iter().find(|class| class.name == *name);
            class.map_or(0, |class| class.running)
        };
        let users: Vec<_> = classes
            .iter()
            .map(|name| (name.clone(), running(name)))
            .collect();
        let data = report::with_users(pairs, &users);
        written("stats", data, &self.address.identity)
    }
}
