//! The service thread: started when some output is on, concluded at the end of the run by a last tick for all. Its
//! owner waits for its last word as long as it likes, and for nothing else of it: a look-up of a name may hang on.
//! Outputs that fail are told of once and tried again at their next tick.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use super::machines::Watch;
use super::{Board, News, Newsroom, Output};
use crate::clock;
use crate::model::{Conclusion, Machines, Tick};
use crate::monitor::TargetMonitor;
use crate::stats::Recorder;

/// Outputs due within this time of each other share a snapshot.
const TOGETHER: Duration = Duration::from_millis(5);
/// No output is asked more often, whatever it wishes.
const SHORTEST: Duration = Duration::from_millis(10);

/// A service that is being put together.
pub struct Service {
    recorder: Arc<Recorder>,
    board: Arc<Board>,
    newsroom: Arc<Newsroom>,
    outputs: Vec<Slot>,
    target: Option<TargetMonitor>,
    watch: Watch,
    machines: Arc<Mutex<Machines>>,
}

struct Slot {
    output: Box<dyn Output>,
    due: Instant,
    is_failing: bool,
}

/// A service that runs.
pub struct Running {
    end: Option<oneshot::Sender<Conclusion>>,
    ended: Receiver<Vec<String>>,
    ticks: Arc<AtomicU64>,
}

/// How the outputs ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    Complete,
    /// One line for each output that is not complete.
    Incomplete(Vec<String>),
    /// The thread died before; its panic was told as news.
    Died,
}

impl Service {
    pub fn new(recorder: Arc<Recorder>, board: Arc<Board>, newsroom: Arc<Newsroom>) -> Self {
        Self {
            recorder,
            board,
            newsroom,
            outputs: Vec::new(),
            target: None,
            watch: Watch::new(),
            machines: Arc::default(),
        }
    }

    /// What was found of both machines at the last tick.
    pub fn machines(&self) -> Arc<Mutex<Machines>> {
        Arc::clone(&self.machines)
    }

    /// Has the target's monitoring page asked while the service runs.
    pub fn watch_target(&mut self, monitor: TargetMonitor) {
        self.target = Some(monitor);
    }

    /// Outputs are served in the order in which they were added.
    pub fn add(&mut self, output: Box<dyn Output>) {
        self.outputs.push(Slot {
            output,
            due: clock::instant(),
            is_failing: false,
        });
    }

    pub fn is_empty(&self) -> bool {
        self.outputs.is_empty() && self.target.is_none()
    }

    /// Starts the thread; the first tick comes at once.
    ///
    /// # Errors
    /// When the system grants no thread or no runtime.
    pub fn start(self) -> std::io::Result<Running> {
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (end, ending) = oneshot::channel();
        let (tell_end, ended) = sync_channel(1);
        let ticks = Arc::new(AtomicU64::new(0));
        let count = Arc::clone(&ticks);
        std::thread::Builder::new()
            .name("rlocust-service".to_owned())
            .spawn(move || {
                let _mourner = Mourner(Arc::clone(&self.newsroom));
                let left = self.serve(&runtime, ending, &count);
                // Dropping it would wait for what it has handed to threads of its own.
                runtime.shutdown_background();
                // Nobody listens when the wait for us was given up.
                tell_end.send(left).ok();
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
        mut ending: oneshot::Receiver<Conclusion>,
        ticks: &AtomicU64,
    ) -> Vec<String> {
        let now = clock::instant();
        for slot in &mut self.outputs {
            slot.due = now; // all of them, so that those of one interval share every snapshot
            if let Err(trouble) = slot.output.begin(runtime.handle(), &self.newsroom) {
                self.newsroom.tell(News::Trouble(trouble.to_string()));
            }
        }
        self.watch
            .begin(self.target.take(), runtime.handle(), &self.newsroom);
        loop {
            self.tick_those_due();
            ticks.fetch_add(1, Ordering::Relaxed);
            let next = self.outputs.iter().map(|slot| slot.due).min();
            let conclusion = runtime.block_on(async {
                let wait = async {
                    match next {
                        Some(due) => tokio::time::sleep_until(due.into()).await,
                        None => std::future::pending().await,
                    }
                };
                tokio::select! {
                    biased;
                    // Whoever dropped us without a word has nothing to conclude.
                    told = &mut ending => Some(told.unwrap_or_default()),
                    () = wait => None,
                }
            });
            if let Some(conclusion) = conclusion {
                return self.finish(conclusion);
            }
        }
    }

    fn tick_those_due(&mut self) {
        let now = clock::instant();
        let is_due = |slot: &Slot| slot.due <= now + TOGETHER;
        if !self.outputs.iter().any(is_due) {
            return;
        }
        let tick = self.take();
        for slot in self.outputs.iter_mut().filter(|slot| is_due(slot)) {
            let result = slot.output.tick(&tick);
            slot.told(
                result.err().map(|trouble| trouble.to_string()),
                &self.newsroom,
            );
            slot.plan_next(now);
        }
    }

    fn finish(mut self, conclusion: Conclusion) -> Vec<String> {
        self.watch.look_at_generator();
        let mut tick = self.take();
        tick.conclusion = Some(Arc::new(conclusion));
        let outputs = self.outputs.iter_mut();
        outputs
            .filter_map(|slot| slot.output.finish(&tick).err())
            .map(|trouble| trouble.to_string())
            .collect()
    }

    fn take(&mut self) -> Tick {
        let run = self.board.read();
        let snapshot = self.recorder.snapshot();
        let machines = self.watch.read();
        *self.machines.lock() = machines;
        Tick {
            now: snapshot.taken_at,
            snapshot,
            run,
            machines,
            conclusion: None,
        }
    }
}

impl Slot {
    /// The first failure of a row is told, and its end.
    fn told(&mut self, trouble: Option<String>, newsroom: &Newsroom) {
        match trouble {
            Some(line) if !self.is_failing => {
                newsroom.tell(News::Trouble(format!(
                    "{line}; the run goes on and each tick tries again"
                )));
                self.is_failing = true;
            }
            None if self.is_failing => {
                newsroom.tell(News::Note("Output files can be written again".to_owned()));
                self.is_failing = false;
            }
            _ => {}
        }
    }

    /// Whole intervals after the last due time, so that a slow tick does not shift the rest.
    fn plan_next(&mut self, now: Instant) {
        let interval = self.output.interval().max(SHORTEST);
        self.due += interval;
        if self.due <= now {
            self.due = now + interval;
        }
    }
}

impl Running {
    /// Ticks so far.
    pub fn ticks(&self) -> u64 {
        self.ticks.load(Ordering::Relaxed)
    }

    /// Asks for the last tick of every output and the end of the thread; `wait` tells when that is done.
    pub fn conclude(&mut self, conclusion: Conclusion) {
        if let Some(end) = self.end.take() {
            // A dead thread does not listen; `wait` tells so.
            end.send(conclusion).ok();
        }
    }

    /// How the outputs ended; `None` while they have not, after waiting `limit`.
    pub fn wait(&mut self, limit: Duration) -> Option<Ended> {
        match self.ended.recv_timeout(limit) {
            Ok(left) if left.is_empty() => Some(Ended::Complete),
            Ok(left) => Some(Ended::Incomplete(left)),
            Err(RecvTimeoutError::Timeout) => None,
            Err(RecvTimeoutError::Disconnected) => Some(Ended::Died),
        }
    }

    /// Both in one, for who has nothing else to look after.
    #[cfg(test)]
    pub fn finish(mut self, limit: Duration, conclusion: Conclusion) -> Option<Ended> {
        self.conclude(conclusion);
        self.wait(limit)
    }
}

/// Tells when the thread unwinds.
struct Mourner(Arc<Newsroom>);

impl Drop for Mourner {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.tell(News::Died(
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
    use crate::run::Trouble;
    use crate::stats::ResponseTimesCache;

    const PATIENCE: Duration = Duration::from_secs(20);

    /// Sends what it got; fails while told to.
    struct Probe {
        seen: Sender<(&'static str, i64)>,
        fails: bool,
    }

    impl Probe {
        fn answer(&self) -> Result<(), Trouble> {
            let full = || std::io::Error::other("full");
            if self.fails {
                Err(Trouble {
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

        fn tick(&mut self, tick: &Tick) -> Result<(), Trouble> {
            self.seen
                .send(("tick", tick.snapshot.total.num_requests))
                .expect("the test listens");
            self.answer()
        }

        fn finish(&mut self, tick: &Tick) -> Result<(), Trouble> {
            self.seen
                .send(("finish", tick.snapshot.total.num_requests))
                .expect("the test listens");
            self.answer()
        }
    }

    struct Started {
        recorder: Arc<Recorder>,
        newsroom: Arc<Newsroom>,
        running: Running,
        seen: Receiver<(&'static str, i64)>,
    }

    fn started(fails: bool) -> Started {
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let newsroom = Arc::new(Newsroom::new(|| ()));
        let mut service =
            Service::new(Arc::clone(&recorder), Arc::default(), Arc::clone(&newsroom));
        let (tell, seen) = channel();
        service.add(Box::new(Probe { seen: tell, fails }));
        let running = service.start().expect("a thread can be started");
        Started {
            recorder,
            newsroom,
            running,
            seen,
        }
    }

    #[test]
    fn the_last_tick_has_what_was_recorded_last() {
        let Started {
            recorder,
            running,
            seen,
            ..
        } = started(false);
        assert_eq!(seen.recv().expect("a first tick"), ("tick", 0));
        recorder.log_request("GET", "/", Some(1.0), 1, None);
        assert_eq!(
            running.finish(PATIENCE, Conclusion::default()),
            Some(Ended::Complete)
        );
        assert_eq!(seen.iter().last(), Some(("finish", 1)));
    }

    #[test]
    fn an_output_in_trouble_goes_on_getting_ticks_and_is_told_of_once() {
        let Started {
            newsroom,
            running,
            seen,
            ..
        } = started(true);
        for _ in 0..3 {
            assert_eq!(seen.recv().expect("a tick").0, "tick");
        }
        let ended = running.finish(PATIENCE, Conclusion::default());
        assert_eq!(
            ended,
            Some(Ended::Incomplete(vec![
                "cannot write `out.csv`: full".to_owned()
            ]))
        );
        let news = newsroom.collect();
        assert!(
            matches!(&news[..], [News::Trouble(line)] if line.starts_with("cannot write `out.csv`: full")),
            "{news:?}"
        );
    }

    #[test]
    fn a_panic_of_an_output_is_news() {
        struct Bad;
        impl Output for Bad {
            fn tick(&mut self, _: &Tick) -> Result<(), Trouble> {
                panic!("a bug")
            }
            fn finish(&mut self, _: &Tick) -> Result<(), Trouble> {
                Ok(())
            }
        }
        let newsroom = Arc::new(Newsroom::new(|| ()));
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let mut service = Service::new(recorder, Arc::default(), Arc::clone(&newsroom));
        service.add(Box::new(Bad));
        let running = service.start().expect("a thread can be started");
        assert_eq!(
            running.finish(PATIENCE, Conclusion::default()),
            Some(Ended::Died)
        );
        assert!(matches!(newsroom.collect()[..], [News::Died(_)]));
    }

    #[test]
    fn what_hangs_in_a_thread_of_the_loops_own_is_not_waited_for() {
        /// Has the loop's own threads wait, as for the address of a name, and says when they are done.
        struct Hangs(Option<(Receiver<()>, Sender<()>)>);
        impl Output for Hangs {
            fn begin(&mut self, on: &Handle, _: &Newsroom) -> Result<(), Trouble> {
                let (freed, done) = self.0.take().expect("begun once");
                on.spawn_blocking(move || {
                    freed.recv_timeout(PATIENCE).ok();
                    done.send(()).ok();
                });
                Ok(())
            }
            fn tick(&mut self, _: &Tick) -> Result<(), Trouble> {
                Ok(())
            }
            fn finish(&mut self, _: &Tick) -> Result<(), Trouble> {
                Ok(())
            }
        }
        let (free, freed) = channel();
        let (done, is_done) = channel();
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let mut service = Service::new(recorder, Arc::default(), Arc::new(Newsroom::new(|| ())));
        service.add(Box::new(Hangs(Some((freed, done)))));
        let running = service.start().expect("a thread can be started");
        let ended = running.finish(PATIENCE * 2, Conclusion::default());
        assert_eq!(ended, Some(Ended::Complete));
        assert!(is_done.try_recv().is_err(), "it was waited for");
        drop(free);
    }
}
