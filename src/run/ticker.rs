//! The ticks of a run: the one place that takes snapshots of its sums. Each tick is published, so that the console,
//! verdicts, files, metrics and pages read the same one.
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tracing::trace;

use super::machine_monitor::MachineMonitor;
use super::{Notifications, StatePublisher};
use crate::clock;
use crate::logging::milliseconds;
use crate::model::{Conclusion, Tick};
use crate::monitor::TargetMonitor;
use crate::stats::Recorder;

/// Takes ticks when it is asked to: by the service thread once a second, by the script thread for a table or a verdict.
pub(super) struct Ticker {
    recorder: Arc<Recorder>,
    states: StatePublisher,
    ticks: watch::Sender<Arc<Tick>>,
    /// Held while a tick is taken, so that they are published in the order of their times.
    machines: Mutex<Option<MachineMonitor>>,
}

impl Ticker {
    pub fn new(recorder: Arc<Recorder>) -> Self {
        Self {
            recorder,
            states: StatePublisher::default(),
            ticks: watch::Sender::new(Arc::default()),
            machines: Mutex::default(),
        }
    }

    pub fn states(&self) -> &StatePublisher {
        &self.states
    }

    pub fn subscribe(&self) -> watch::Receiver<Arc<Tick>> {
        self.ticks.subscribe()
    }

    /// Both machines are looked at from now on; the target's page, if there is one, on this runtime.
    pub fn watch_machines(
        &self,
        target: Option<TargetMonitor>,
        runtime: &Handle,
        notifications: &Arc<Notifications>,
    ) {
        let mut machines = self.machines.lock();
        let monitor = machines.get_or_insert_with(MachineMonitor::new);
        monitor.begin(target, runtime, notifications);
    }

    /// The sums and the state of now. After the run was concluded, its last tick.
    pub fn take(&self) -> Arc<Tick> {
        let mut machines = self.machines.lock();
        let last = Arc::clone(&self.ticks.borrow());
        if last.conclusion.is_some() {
            return last;
        }
        let began = clock::instant();
        let tick = Arc::new(Tick {
            run: self.states.read(),
            machines: machines
                .as_mut()
                .map(MachineMonitor::read)
                .unwrap_or_default(),
            ..Tick::of_sums(self.recorder.snapshot())
        });
        self.ticks.send_replace(Arc::clone(&tick));
        trace!(
            target: "rlocust::run::tick",
            requests = tick.snapshot.total.num_requests,
            names = tick.snapshot.entries.len(),
            duration_ms = milliseconds(began.elapsed()),
            "taken"
        );
        tick
    }

    /// The last tick: the sums that the conclusion was drawn from, and the machines as they are now.
    pub fn conclude(&self, sums: &Tick, conclusion: Conclusion) -> Arc<Tick> {
        let mut machines = self.machines.lock();
        let mut tick = sums.clone();
        tick.conclusion = Some(Arc::new(conclusion));
        if let Some(monitor) = machines.as_mut() {
            monitor.look_at_generator();
            tick.machines = monitor.read();
        }
        let tick = Arc::new(tick);
        trace!(
            target: "rlocust::run::tick",
            requests = tick.snapshot.total.num_requests,
            "concluded"
        );
        self.ticks.send_replace(Arc::clone(&tick));
        tick
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::ResponseTimesCache;

    #[test]
    fn a_tick_is_published_to_everyone() {
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let ticker = Ticker::new(Arc::clone(&recorder));
        let mut watching = ticker.subscribe();
        recorder.log_request("GET", "/", Some(1.0), 1, None);
        let taken = ticker.take();
        assert_eq!(taken.snapshot.total.num_requests, 1);
        assert!(Arc::ptr_eq(&taken, &watching.borrow_and_update()));
    }

    #[test]
    fn a_concluded_run_has_one_last_tick() {
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let ticker = Ticker::new(Arc::clone(&recorder));
        let judged = ticker.take();
        recorder.log_request("GET", "/late", Some(1.0), 1, None);
        let last = ticker.conclude(&judged, Conclusion::default());
        assert_eq!(
            last.snapshot.total.num_requests, 0,
            "the sums that were judged"
        );
        assert!(Arc::ptr_eq(&last, &ticker.take()));
    }
}
