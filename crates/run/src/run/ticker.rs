//! The ticks of a run: the one place that takes snapshots of its sums. Each tick is published, so that the console,
//! verdicts, files, metrics and pages read the same one.
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use tokio::runtime::Handle;
use tokio::sync::watch;
use tracing::trace;

use super::fork_guard::ForkGuard;
use super::machine_monitor::MachineMonitor;
use super::thread_watch::{ThreadWatch, Threads};
use super::{Notification, Notifications, StatePublisher};
use crate::monitor::TargetMonitor;
use rlocust_core::clock;
use rlocust_core::logging::milliseconds;
use rlocust_core::model::{Conclusion, Machines, Tick};
use rlocust_stats::stats::Recorder;

/// Takes ticks when it is asked to: by the service thread once a second, by the script thread for a table or a verdict.
pub(super) struct Ticker {
    recorder: Arc<Recorder>,
    states: StatePublisher,
    ticks: watch::Sender<Arc<Tick>>,
    /// Held while the sums are read, so that ticks are published in the order of their times. In it the tick before the last
    /// lives on: who makes thousands of rows a second also frees them, and not the reader who lets go of them last.
    publishing: Mutex<Arc<Tick>>,
    /// The service thread looks at them, since that reads files; others take what it has found.
    machines: Mutex<Option<MachineMonitor>>,
    /// The service thread looks at the I/O threads; others take what it has found.
    threads: Mutex<ThreadWatch>,
    maker: ForkGuard,
}

impl Ticker {
    pub fn new(recorder: Arc<Recorder>) -> Self {
        Self {
            recorder,
            states: StatePublisher::default(),
            ticks: watch::Sender::new(Arc::default()),
            publishing: Mutex::default(),
            machines: Mutex::default(),
            threads: Mutex::default(),
            maker: ForkGuard::this_process(),
        }
    }

    /// In a child that the script has forked nobody else works on this run, and a lock may be held for ever.
    pub fn is_forked(&self) -> bool {
        self.maker.is_parent()
    }

    /// Whether anybody reads the ticks.
    pub fn is_watched(&self) -> bool {
        self.ticks.receiver_count() > 0
    }

    pub fn recorder(&self) -> &Recorder {
        &self.recorder
    }

    pub fn states(&self) -> &StatePublisher {
        &self.states
    }

    pub fn subscribe(&self) -> watch::Receiver<Arc<Tick>> {
        self.ticks.subscribe()
    }

    /// Both machines are looked at from now on; the target's page, if there is one, on this runtime.
    pub fn monitor_machines(
        &self,
        target: Option<TargetMonitor>,
        runtime: &Handle,
        notifications: &Arc<Notifications>,
    ) {
        let mut machines = self.machines.lock();
        let monitor = machines.get_or_insert_with(MachineMonitor::new);
        monitor.begin(target, runtime, notifications);
    }

    /// These threads are watched from now on.
    pub fn watch_threads(&self, threads: Box<Threads>) {
        self.threads.lock().begin(threads);
    }

    /// Asks the I/O threads whether they take their turns.
    pub fn ask_threads(&self) {
        self.threads.lock().ask(clock::instant());
    }

    /// What is to be reported of those that have not answered, and whether to look again soon.
    pub fn look_at_threads(&self) -> (Vec<Notification>, bool) {
        self.threads.lock().look(clock::instant())
    }

    /// The sums and the state of now. After the run was concluded, its last tick.
    pub fn take(&self) -> Arc<Tick> {
        if self.is_forked() {
            return self.alone();
        }
        let machines = self.ticks.borrow().machines;
        self.publish(machines)
    }

    /// The same with a look at the machines; for the service thread.
    pub fn take_with_machines(&self) -> Arc<Tick> {
        let found = self.machines.lock().as_mut().map(MachineMonitor::read);
        self.publish(found.unwrap_or_default())
    }

    /// The last tick, if it is no older than that.
    pub fn recent(&self, age: Duration) -> Arc<Tick> {
        if self.is_forked() {
            return self.alone();
        }
        let last = Arc::clone(&self.ticks.borrow());
        let is_recent = clock::unix_seconds() - last.now <= age.as_secs_f64();
        if is_recent { last } else { self.take() }
    }

    /// For a child that the script has forked: the sums of now, published to nobody.
    fn alone(&self) -> Arc<Tick> {
        Arc::new(Tick::of_sums(self.recorder.snapshot()))
    }

    fn publish(&self, machines: Machines) -> Arc<Tick> {
        let mut before = self.publishing.lock();
        let last = Arc::clone(&self.ticks.borrow());
        if last.conclusion.is_some() {
            return last;
        }
        let began = clock::instant();
        let standstills = self.threads.lock().standstills();
        let tick = Arc::new(Tick {
            run: self.states.read(),
            machines,
            ..Tick::of_sums(self.recorder.snapshot().with_standstills(standstills))
        });
        *before = self.ticks.send_replace(Arc::clone(&tick));
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
        let mut tick = sums.clone();
        tick.conclusion = Some(Arc::new(conclusion));
        if self.is_forked() {
            return Arc::new(tick);
        }
        if let Some(monitor) = self.machines.lock().as_mut() {
            tick.machines = monitor.read_last();
        }
        let tick = Arc::new(tick);
        let _one_at_a_time = self.publishing.lock();
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
    use rlocust_stats::stats::ResponseTimesCache;
    use rlocust_testing::waiting::DEADLINE;

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
    fn a_recent_tick_is_read_by_all_and_an_old_one_is_taken_anew() {
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let ticker = Ticker::new(Arc::clone(&recorder));
        let clock = clock::pause_at(1000.0);
        let taken = ticker.take();
        recorder.log_request("GET", "/", Some(1.0), 1, None);
        clock.advance(1.0);
        let age = Duration::from_millis(1500);
        assert!(Arc::ptr_eq(&taken, &ticker.recent(age)));
        clock.advance(1.0);
        assert_eq!(ticker.recent(age).snapshot.total.num_requests, 1);
    }

    #[test]
    fn a_forked_child_takes_ticks_though_another_thread_was_publishing_one() {
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let of_parent = Arc::new(Ticker {
            maker: ForkGuard::parent(),
            ..Ticker::new(Arc::clone(&recorder))
        });
        recorder.log_request("GET", "/", Some(1.0), 1, None);
        let in_child = Arc::clone(&of_parent);
        let (taken, ticks) = std::sync::mpsc::channel();
        of_parent.ticks.send_modify(|_| {
            std::thread::spawn(move || {
                taken.send(in_child.take()).ok();
                taken.send(in_child.recent(Duration::from_hours(1))).ok();
            });
            for _ in 0..2 {
                let tick = ticks.recv_timeout(DEADLINE);
                let sums = &tick.expect("it waits for no lock").snapshot;
                assert_eq!(sums.total.num_requests, 1);
            }
        });
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
