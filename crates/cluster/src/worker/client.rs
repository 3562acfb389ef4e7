//! A worker's node: what its holder may ask of it, from any thread, without waiting.
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use rmpv::Value;
use zmq::Context;

use super::shared::{Address, Command, Shared};
use super::working::Working;
use crate::codec::written;
use crate::inbox::Inbox;
use crate::node::{NodeError, NodeThread};
use rlocust_core::liveness::Wake;
use rlocust_run::run::RunHandle;
use rlocust_stats::stats::Recorder;

const GRACE: Duration = Duration::from_secs(1);

/// A worker on the wire, until it is closed or dropped.
pub struct Client {
    shared: Arc<Shared>,
    thread: NodeThread,
}

impl Client {
    /// Connects when somebody listens there. After so many intervals without a heartbeat of the master, it is silent.
    pub fn start(
        address: Address,
        liveness: i64,
        recorder: Arc<Recorder>,
        run: RunHandle,
        wake: &Arc<Wake>,
    ) -> Result<Self, NodeError> {
        let shared = Arc::new(Shared::new(address, recorder, run, wake)?);
        let working = Working::new(Context::new(), Arc::clone(&shared), liveness)?;
        let thread = NodeThread::start(Arc::clone(&shared.inbox), move || working.serve())?;
        Ok(Self { shared, thread })
    }

    pub fn inbox(&self) -> &Inbox {
        // Whoever takes incoming takes its turns.
        self.shared.liveness.answer();
        &self.shared.inbox
    }

    /// Under another node id than its own if one is given. Whether there was room for it.
    pub fn send(&self, kind: &str, data: Value, node_id: Option<&str>) -> bool {
        let node_id = node_id.unwrap_or(&self.shared.address.identity);
        self.send_frame(written(kind, data, node_id))
    }

    /// What the next heartbeats say: one of Locust's words, or a suite's.
    pub fn set_state(&self, word: &str) {
        word.clone_into(&mut self.shared.beat.lock().state);
    }

    pub fn set_usage(&self, cpu_percent: f64, memory_bytes: u64) {
        let mut beat = self.shared.beat.lock();
        (beat.cpu_percent, beat.memory_bytes) = (cpu_percent, memory_bytes);
    }

    /// At once and each interval from now on; a script that is silent for longer looks dead to its master.
    pub fn begin_beating(&self, interval: Duration, longest_silence: Duration) {
        let beat = Command::Beat {
            interval,
            longest_silence,
        };
        self.ask(beat, 0);
    }

    /// At once and each interval from now on, with the users of these classes.
    pub fn begin_reporting(&self, interval: Duration, classes: Vec<String>) {
        self.shared.report_users_of(classes);
        self.ask(Command::Report(interval), 0);
    }

    /// The sums of this moment, before whatever is sent later.
    pub fn report_now(&self) -> bool {
        self.send_frame(self.shared.report())
    }

    /// Off, where the suite beats itself.
    pub fn set_beating(&self, is_on: bool) {
        self.shared.is_beating.store(is_on, Ordering::Release);
    }

    /// Off, where the suite reports itself.
    pub fn set_reporting(&self, is_on: bool) {
        self.shared.is_reporting.store(is_on, Ordering::Release);
    }

    /// Since the last heartbeat of the master; zero before the first.
    pub fn silence(&self) -> Duration {
        self.shared.silence().unwrap_or_default()
    }

    /// A new socket under the same name.
    pub fn reconnect(&self) {
        self.ask(Command::Reconnect, 0);
    }

    pub fn malformed(&self) -> u64 {
        self.shared.malformed.load(Ordering::Relaxed)
    }

    /// Sends what waits, for so long at most.
    pub fn close(&self, linger: Duration) {
        if self.ask(Command::Close(linger), 0) {
            self.thread.wait(linger + GRACE);
        }
    }

    fn send_frame(&self, frame: Vec<u8>) -> bool {
        let length = frame.len();
        self.ask(Command::Send(frame), length)
    }

    fn ask(&self, command: Command, length: usize) -> bool {
        !self.thread.is_elsewhere() && self.shared.commands.put(command, length)
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        self.ask(Command::Close(Duration::ZERO), 0);
    }
}
