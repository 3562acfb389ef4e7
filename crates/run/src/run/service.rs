//! The service thread of a run: started before its users, concluded at its end by a last tick for all outputs. Its
//! owner waits for its last word as long as it likes, and for nothing else of it: a look-up of a name may hang on.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use super::slot::{Slot, next_due};
use super::thread_watch::LOOK;
use super::{Notification, Notifications, Output, RunHandle};
use crate::monitor::TargetMonitor;
use rlocust_core::clock;
use rlocust_core::liveness::WatchedThread;
use rlocust_core::model::{Conclusion, Tick};

/// Between two ticks of a run, whatever its outputs ask for.
const INTERVAL: Duration = Duration::from_secs(1);
/// Whatever is due within this time shares a tick.
const TOGETHER: Duration = Duration::from_millis(5);

/// A service that is being put together.
pub struct Service {
    run: RunHandle,
    notifications: Arc<Notifications>,
    outputs: Vec<Slot>,
    target: Option<TargetMonitor>,
    /// Whether anything is made of the ticks.
    is_needed: bool,
    due: Instant,
    /// When to look whether the I/O threads have answered, while they are asked.
    next_look: Option<Instant>,
}

/// A service that runs.
pub struct Running {
    end: Option<oneshot::Sender<Arc<Tick>>>,
    ended: Receiver<Vec<String>>,
    ticks: Arc<AtomicU64>,
}

/// How the outputs ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    Complete,
    /// One line for each output that is not complete.
    Incomplete(Vec<String>),
    /// The thread died before; there was a notification of its panic.
    Died,
}

impl Service {
    pub(super) fn new(run: RunHandle, notifications: Arc<Notifications>) -> Self {
        Self {
            run,
            notifications,
            outputs: Vec::new(),
            target: None,
            is_needed: false,
            due: clock::instant(),
            next_look: None,
        }
    }

    /// Has the target's monitoring page asked while the service runs.
    pub fn monitor_target(&mut self, monitor: TargetMonitor) {
        self.target = Some(monitor);
    }

    /// Has the generator's own machine watched while the service runs, whatever is made of the ticks.
    pub fn monitor_generator(&mut self) {
        self.is_needed = true;
    }

    /// Has these threads watched while the service runs; the call gives those of now.
    pub fn watch_threads(
        &mut self,
        threads: impl Fn() -> Vec<Arc<dyn WatchedThread>> + Send + Sync + 'static,
    ) {
        self.run.ticker.watch_threads(Box::new(threads));
    }

    /// Outputs are served in the order in which they were added.
    pub fn add(&mut self, output: Box<dyn Output>) {
        self.outputs.push(Slot::new(output));
    }

    /// Starts the thread; the first tick comes at once.
    ///
    /// # Errors
    /// When the system grants no thread or no runtime.
    pub fn start(self) -> std::io::Result<Running> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (end, ending) = oneshot::channel();
        let (send_ended, ended) = sync_channel(1);
        let ticks = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&ticks);
        std::thread::Builder::new()
            .name("rlocust-service".to_owned())
            .spawn(move || {
                let _guard = PanicGuard(Arc::clone(&self.notifications));
                let incomplete = self.serve(&runtime, ending, &count);
                // Dropping it would wait for what it has handed to threads of its own.
                runtime.shutdown_background();
                // Nobody listens when the wait for us was given up.
                send_ended.send(incomplete).ok();
            })?;
        Ok(Running {
            end: Some(end),
            ended,
            ticks,
        })
    }

    fn serve(
        mut self,
        runtime: &Runtime,
        mut ending: oneshot::Receiver<Arc<Tick>>,
        ticks: &AtomicU64,
    ) -> Vec<String> {
        self.begin(runtime);
        loop {
            self.look_at_threads();
            if self.tick_those_due() {
                ticks.fetch_add(1, Ordering::Relaxed);
            }
            let others = self.outputs.iter().map(Slot::due).chain(self.next_look);
            let due = others.fold(self.due, Instant::min);
            let last = runtime.block_on(async {
                tokio::select! {
                    biased;
                    last = &mut ending => Some(last.ok()),
                    () = tokio::time::sleep_until(due.into()) => None,
                }
            });
            if let Some(last) = last {
                return self.finish(last);
            }
        }
    }

    fn begin(&mut self, runtime: &Runtime) {
        self.due = clock::instant();
        for slot in &mut self.outputs {
            // All at one time, so that those of one interval share every tick.
            if let Err(error) = slot.begin(self.due, runtime.handle(), &self.notifications) {
                self.notifications
                    .push(Notification::Error(error.to_string()));
            }
        }
        // Machines cost a look and a line below the tables: only where somebody asked for more than Locust's.
        self.is_needed |= !self.outputs.is_empty() || self.target.is_some();
        if self.is_needed {
            self.run.ticker.monitor_machines(
                self.target.take(),
                runtime.handle(),
                &self.notifications,
            );
        }
    }

    fn look_at_threads(&mut self) {
        let now = clock::instant();
        if self.next_look.is_none_or(|due| due > now) {
            return;
        }
        let (reports, is_any_silent) = self.run.ticker.look_at_threads();
        for report in reports {
            self.notifications.push(report);
        }
        self.next_look = is_any_silent.then_some(now + LOOK);
    }

    /// Whether any was due.
    fn tick_those_due(&mut self) -> bool {
        let now = clock::instant();
        let is_due = |due: Instant| due <= now + TOGETHER;
        let is_own = is_due(self.due);
        if !is_own && !self.outputs.iter().any(|slot| is_due(slot.due())) {
            return false;
        }
        if is_own {
            self.due = next_due(self.due, INTERVAL, now);
            self.run.liveness.ask();
            self.run.ticker.ask_threads();
            self.next_look.get_or_insert(now + LOOK);
        }
        if !self.is_needed && !self.run.ticker.is_watched() {
            return true; // nobody reads it
        }
        let tick = self.run.ticker.take_with_machines();
        for slot in self.outputs.iter_mut().filter(|slot| is_due(slot.due())) {
            if tick.conclusion.is_none() {
                slot.tick(&tick, now, &self.notifications);
            } else {
                slot.skip(now); // the end is on its way, with this tick
            }
        }
        true
    }

    /// Nothing is concluded where the owner went without a word.
    fn finish(mut self, last: Option<Arc<Tick>>) -> Vec<String> {
        let ticker = &self.run.ticker;
        let last = last.unwrap_or_else(|| {
            ticker.conclude(&ticker.take_with_machines(), Conclusion::default())
        });
        let outputs = self.outputs.iter_mut();
        outputs
            .filter_map(|slot| slot.finish(&last).err())
            .map(|error| error.to_string())
            .collect()
    }
}

impl Running {
    /// Ticks so far.
    pub fn ticks(&self) -> u64 {
        self.ticks.load(Ordering::Relaxed)
    }

    /// Hands the last tick to every output and asks for the end of the thread; `wait` says when that is done.
    pub fn finish(&mut self, last: Arc<Tick>) {
        if let Some(end) = self.end.take() {
            // A dead thread does not listen; `wait` says so.
            end.send(last).ok();
        }
    }

    /// How the outputs ended; `None` while they have not, after waiting `limit`.
    pub fn wait(&mut self, limit: Duration) -> Option<Ended> {
        match self.ended.recv_timeout(limit) {
            Ok(incomplete) if incomplete.is_empty() => Some(Ended::Complete),
            Ok(incomplete) => Some(Ended::Incomplete(incomplete)),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Ended::Died),
        }
    }
}

/// Says so when the thread unwinds.
struct PanicGuard(Arc<Notifications>);

impl Drop for PanicGuard {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.push(Notification::Died(
                "the service thread has died: output files are no longer written".to_owned(),
            ));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Sender, channel};

    use tokio::runtime::Handle;

    use super::*;
    use crate::run::{OutputError, Run};
    use rlocust_stats::stats::Recorder;
    use rlocust_stats::stats::ResponseTimesCache;
    use rlocust_testing::waiting::{DEADLINE, wait_until};

    /// Sends what it got; fails while asked to.
    struct Probe {
        seen: Sender<(&'static str, i64)>,
        fails: bool,
    }

    impl Probe {
        fn answer(&self) -> Result<(), OutputError> {
            let full = || std::io::Error::other("full");
            if self.fails {
                Err(OutputError {
                    what: "out.csv".into(),
                    cause: full(),
                })
            } else {
                Ok(())
            }
        }
    }

    impl Output for Probe {
        fn interval(&self) -> Duration {
            Duration::from_millis(10)
        }

        fn tick(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError> {
            self.seen
                .send(("tick", tick.snapshot.total.num_requests))
                .expect("the test listens");
            self.answer()
        }

        fn finish(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError> {
            self.seen
                .send(("finish", tick.snapshot.total.num_requests))
                .expect("the test listens");
            self.answer()
        }
    }

    struct Started {
        run: Run,
        recorder: Arc<Recorder>,
        running: Running,
        seen: Receiver<(&'static str, i64)>,
    }

    fn run() -> (Run, Arc<Recorder>) {
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        (Run::new(Arc::clone(&recorder), || ()), recorder)
    }

    fn started(fails: bool) -> Started {
        let (run, recorder) = run();
        let (sender, seen) = channel();
        Started {
            running: start(
                &run,
                Box::new(Probe {
                    seen: sender,
                    fails,
                }),
            ),
            run,
            recorder,
            seen,
        }
    }

    fn start(run: &Run, output: Box<dyn Output>) -> Running {
        let mut service = run.service();
        service.add(output);
        service.start().expect("a thread can be started")
    }

    fn end(run: &Run, running: &mut Running, limit: Duration) -> Option<Ended> {
        running.finish(run.conclude(&run.tick(), Conclusion::default()));
        running.wait(limit)
    }

    #[test]
    fn the_last_tick_has_what_was_recorded_last() {
        let mut started = started(false);
        assert_eq!(
            started.seen.recv_timeout(DEADLINE).expect("a first tick"),
            ("tick", 0)
        );
        started.recorder.log_request("GET", "/", Some(1.0), 1, None);
        assert_eq!(
            end(&started.run, &mut started.running, DEADLINE),
            Some(Ended::Complete)
        );
        let ticks: Vec<_> = started.seen.iter().collect();
        assert_eq!(ticks.last(), Some(&("finish", 1)));
        let published = started.run.handle().ticks().borrow().clone();
        assert!(published.conclusion.is_some());
        assert_eq!(published.snapshot.total.num_requests, 1);
    }

    #[test]
    fn a_run_without_outputs_ticks_and_asks_whether_the_script_is_there() {
        let (run, _) = run();
        let mut ticks = run.handle().ticks();
        let mut running = run.service().start().expect("a thread can be started");
        let runtime = Builder::new_current_thread().build().expect("a runtime");
        runtime
            .block_on(ticks.changed())
            .expect("the first tick is published");
        wait_until("the script is asked", || {
            run.handle().liveness.silence() > Duration::ZERO
        });
        assert!(run.take_orders().is_empty());
        assert_eq!(end(&run, &mut running, DEADLINE), Some(Ended::Complete));
    }

    #[test]
    fn an_output_that_fails_goes_on_getting_ticks_and_is_reported_once() {
        let mut started = started(true);
        for _ in 0..3 {
            assert_eq!(
                started.seen.recv_timeout(DEADLINE).expect("a tick").0,
                "tick"
            );
        }
        let ended = end(&started.run, &mut started.running, DEADLINE);
        assert_eq!(
            ended,
            Some(Ended::Incomplete(vec![
                "cannot write `out.csv`: full".to_owned()
            ]))
        );
        let reported = started.run.notifications().take();
        assert!(
            matches!(&reported[..], [Notification::Error(line)] if line.starts_with("cannot write `out.csv`: full")),
            "{reported:?}"
        );
    }

    #[test]
    fn a_panic_of_an_output_is_reported() {
        struct Bad;
        impl Output for Bad {
            fn tick(&mut self, _: &Arc<Tick>) -> Result<(), OutputError> {
                panic!("a bug")
            }
            fn finish(&mut self, _: &Arc<Tick>) -> Result<(), OutputError> {
                Ok(())
            }
        }
        let (run, _) = run();
        let mut running = start(&run, Box::new(Bad));
        let mut reported = Vec::new();
        wait_until("it is reported", || {
            reported = run.notifications().take();
            !reported.is_empty()
        });
        assert!(matches!(reported[..], [Notification::Died(_)]));
        assert_eq!(end(&run, &mut running, DEADLINE), Some(Ended::Died));
    }

    #[test]
    fn what_hangs_in_a_thread_of_the_loops_own_is_not_waited_for() {
        /// Has the loop's own threads wait, as for the address of a name, and says when they are done.
        struct Hangs(Option<(Receiver<()>, Sender<()>)>);
        impl Output for Hangs {
            fn begin(&mut self, on: &Handle, _: &Notifications) -> Result<(), OutputError> {
                let (freed, done) = self.0.take().expect("begun once");
                on.spawn_blocking(move || {
                    freed.recv_timeout(DEADLINE).ok();
                    done.send(()).ok();
                });
                Ok(())
            }
            fn tick(&mut self, _: &Arc<Tick>) -> Result<(), OutputError> {
                Ok(())
            }
            fn finish(&mut self, _: &Arc<Tick>) -> Result<(), OutputError> {
                Ok(())
            }
        }
        let (free, freed) = channel();
        let (done, is_done) = channel();
        let (run, _) = run();
        let mut running = start(&run, Box::new(Hangs(Some((freed, done)))));
        assert_eq!(end(&run, &mut running, DEADLINE * 2), Some(Ended::Complete));
        assert!(is_done.try_recv().is_err(), "it was waited for");
        drop(free);
    }
}
