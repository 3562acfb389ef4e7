//! A master's node: what its holder may ask of it, from any thread, without waiting.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::sync_channel;
use std::time::Duration;

use rmpv::{Value, ValueRef};
use zmq::Context;

use super::roster::HeartbeatTimeouts;
use super::serving::Serving;
use super::shared::{Command, Shared};
use super::watch::{BytesReceived, Watch};
use crate::auth::Secret;
use crate::codec::{Malformed, written};
use crate::commands::Commands;
use crate::inbox::Inbox;
use crate::node::{NodeError, NodeThread};
use crate::{report, wire};
use rlocust_core::liveness::Wake;
use rlocust_run::run::RunHandle;
use rlocust_stats::stats::Recorder;

/// How long the thread may take to come round to a command, beside what the command itself needs.
const GRACE: Duration = Duration::from_secs(1);

/// A master on the wire, until it is closed or dropped.
pub struct Server {
    shared: Arc<Shared>,
    thread: NodeThread,
    port: u16,
}

impl Server {
    /// Port 0 takes a free one. With a secret only workers that know it are heard. `wake` is called, from any thread,
    /// when there is something in the inbox.
    pub fn start(
        (host, port): (&str, u16),
        secret: Option<Secret>,
        patience: HeartbeatTimeouts,
        recorder: Arc<Recorder>,
        run: RunHandle,
        wake: Arc<Wake>,
        bytes_received: BytesReceived,
    ) -> Result<Self, NodeError> {
        let context = Context::new();
        let socket = wire::router(&context, host)?;
        let watch = Watch::start(&context, &socket, bytes_received)?;
        let port = wire::bind(&socket, host, port)?;
        let shared = Arc::new(Shared {
            inbox: Arc::new(Inbox::new(wake)),
            commands: Commands::new()?,
            is_merging: AtomicBool::new(false),
            malformed: AtomicU64::new(0),
            recorder,
            run,
        });
        let serving = Serving::new((socket, watch), Arc::clone(&shared), patience, secret);
        let thread = NodeThread::start(Arc::clone(&shared.inbox), move || serving.serve())?;
        Ok(Self {
            shared,
            thread,
            port,
        })
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn inbox(&self) -> &Inbox {
        &self.shared.inbox
    }

    /// Whether there was room for it.
    pub fn send(&self, kind: &str, data: Value, to: &str) -> bool {
        let frame = written(kind, data, to);
        let (length, to) = (frame.len(), to.to_owned());
        self.ask(Command::Send { to, frame }, length)
    }

    /// A worker is known from now on: its heartbeats are answered, its silence is judged.
    pub fn admit(&self, id: &str, index: i64, version: &str) {
        let (id, version) = (id.to_owned(), version.to_owned());
        let length = id.len() + version.len();
        self.ask(Command::Admit { id, index, version }, length);
    }

    /// A worker has left; `is_lost` where it had no time to report what it had counted.
    pub fn forget(&self, id: &str, is_lost: bool) {
        let (length, id) = (id.len(), id.to_owned());
        self.ask(Command::Forget { id, is_lost }, length);
    }

    /// Nothing more is waited for: what workers have not reported yet is published as lost when this returns.
    pub fn settle(&self) {
        let (settled, wait) = sync_channel(1);
        if self.ask(Command::Settle(settled), 0) {
            wait.recv_timeout(GRACE).ok(); // a thread that has died says so by itself
        }
    }

    /// Whether reports are added up before the script gets the rest of them; else they come whole.
    pub fn set_merging(&self, is_on: bool) {
        self.shared.is_merging.store(is_on, Ordering::Release);
    }

    /// Adds up the data of a report that a listener of the suite may have changed.
    pub fn merge(&self, data: &ValueRef<'_>) -> Result<(), Malformed> {
        let received = report::read(data)?;
        self.shared.recorder.add_report(&received.report);
        Ok(())
    }

    /// Frames that were thrown away.
    pub fn malformed(&self) -> u64 {
        self.shared.malformed.load(Ordering::Relaxed)
    }

    /// Sends what waits, for so long at most; then the port is free.
    pub fn close(&self, linger: Duration) {
        if self.ask(Command::Close(linger), 0) {
            self.thread.wait(linger + GRACE);
        }
    }

    fn ask(&self, command: Command, length: usize) -> bool {
        !self.thread.is_elsewhere() && self.shared.commands.put(command, length)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.ask(Command::Close(Duration::ZERO), 0);
    }
}
