//! The I/O threads of a run, watched by its service thread: each is asked once a second whether it takes its turns, and
//! looked at more often while it does not answer. One that stands still is reported while it lasts.
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::Notification;
use rlocust_core::liveness::WatchedThread;
use rlocust_core::model::Standstill;

/// The threads of now: they may start after the run, and others take their place in a forked child.
pub type Threads = dyn Fn() -> Vec<Arc<dyn WatchedThread>> + Send + Sync;

/// Between two looks while a question is open. Of a longer time no more counts: where the machine stood still, or
/// others had it, the watching thread was late, too, and this one may have been no worse.
pub const LOOK: Duration = Duration::from_millis(100);
/// So much of the time between two looks counts at most.
const MOST_COUNTED: Duration = Duration::from_millis(200);
/// A run keeps so many; of those that come later the last.
const MOST_KEPT: usize = 100;

/// What is known of the threads so far.
#[derive(Default)]
pub struct ThreadWatch {
    threads: Option<Box<Threads>>,
    /// While a question is open: when it was asked, or last looked at.
    last_look: Option<Instant>,
    standstills: Vec<Standstill>,
}

impl ThreadWatch {
    pub fn begin(&mut self, threads: Box<Threads>) {
        self.threads = Some(threads);
    }

    pub fn standstills(&self) -> Vec<Standstill> {
        self.standstills.clone()
    }

    /// Asks every thread.
    pub fn ask(&mut self, now: Instant) {
        for thread in self.threads() {
            thread.liveness().ask();
        }
        self.last_look.get_or_insert(now);
    }

    /// Looks who has not answered: what is to be reported, and whether to look again soon.
    pub fn look(&mut self, now: Instant) -> (Vec<Notification>, bool) {
        let since = self.last_look.take().unwrap_or(now);
        let time = now.saturating_duration_since(since).min(MOST_COUNTED);
        let (mut reports, mut is_any_silent) = (Vec::new(), false);
        for thread in self.threads() {
            let is_silent = !thread.liveness().silence().is_zero();
            is_any_silent |= is_silent;
            reports.extend(if is_silent {
                self.goes_on(&*thread, time)
            } else {
                self.ends(thread.name())
            });
        }
        self.last_look = is_any_silent.then_some(now);
        (reports, is_any_silent)
    }

    fn threads(&self) -> Vec<Arc<dyn WatchedThread>> {
        self.threads
            .as_ref()
            .map_or_else(Vec::new, |threads| threads())
    }

    fn open(&mut self, thread: &str) -> Option<&mut Standstill> {
        let of_thread = |one: &&mut Standstill| one.thread == thread && !one.is_over;
        self.standstills.iter_mut().find(of_thread)
    }

    fn goes_on(&mut self, thread: &dyn WatchedThread, time: Duration) -> Option<Notification> {
        if self.open(thread.name()).is_none() {
            self.standstills.truncate(MOST_KEPT - 1);
            self.standstills.push(Standstill {
                thread: thread.name().to_owned(),
                ..Standstill::default()
            });
        }
        let one = self.open(thread.name())?;
        let was_long = one.is_long();
        let work = thread.work();
        one.time += time;
        (one.waiting, one.under_way, one.host) = (work.waiting, work.under_way, work.host);
        (one.is_long() && !was_long).then(|| {
            Notification::Error(format!(
                "{}; the figures of this run are not to be trusted",
                one.description()
            ))
        })
    }

    /// Short ones are forgotten: they are lag like any other.
    fn ends(&mut self, thread: &str) -> Option<Notification> {
        let one = self.open(thread)?;
        one.is_over = true;
        let report = one.is_long().then(|| Notification::Info(one.description()));
        if report.is_none() {
            self.standstills.retain(|one| !one.is_over || one.is_long());
        }
        report
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use rlocust_core::clock;
    use rlocust_core::liveness::{Liveness, Work};

    struct Thread {
        liveness: Liveness,
        waiting: AtomicUsize,
    }

    impl WatchedThread for Thread {
        fn name(&self) -> &'static str {
            "rlocust-io-0"
        }

        fn liveness(&self) -> &Liveness {
            &self.liveness
        }

        fn work(&self) -> Work {
            Work {
                waiting: self.waiting.load(Ordering::Relaxed),
                host: Some("shop.test:80".to_owned()),
                ..Work::default()
            }
        }
    }

    fn watched() -> (ThreadWatch, Arc<Thread>) {
        let thread = Arc::new(Thread {
            liveness: Liveness::new(Arc::new(|| ())),
            waiting: AtomicUsize::new(4),
        });
        let mut watch = ThreadWatch::default();
        let watched: Arc<dyn WatchedThread> = Arc::<Thread>::clone(&thread);
        watch.begin(Box::new(move || vec![Arc::clone(&watched)]));
        (watch, thread)
    }

    /// So many looks after the question, at this distance.
    fn looks(watch: &mut ThreadWatch, count: u32, apart: Duration) -> Vec<Notification> {
        let begun = clock::instant();
        watch.ask(begun);
        let looks = (1..=count).map(|number| watch.look(begun + apart * number).0);
        looks.flatten().collect()
    }

    #[test]
    fn a_standstill_is_reported_once_while_it_lasts_and_once_when_it_is_over() {
        let (mut watch, thread) = watched();
        let reported = looks(&mut watch, 20, LOOK);
        assert!(
            matches!(&reported[..], [Notification::Error(line)] if line.contains("1.0 s with an answer of shop.test:80")),
            "{reported:?}"
        );
        let now = &watch.standstills()[0];
        assert_eq!((now.time, now.waiting, now.is_over), (LOOK * 20, 4, false));
        thread.liveness.answer();
        let (reported, is_any_silent) = watch.look(clock::instant());
        assert!(
            matches!(&reported[..], [Notification::Info(line)] if line.contains("stood still for 2.0 s"))
        );
        assert!(!is_any_silent && watch.standstills()[0].is_over);
    }

    #[test]
    fn a_machine_that_stands_still_is_no_standstill_of_a_thread() {
        let (mut watch, thread) = watched();
        assert_eq!(looks(&mut watch, 1, Duration::from_secs(30)), []);
        assert_eq!(watch.standstills()[0].time, MOST_COUNTED);
        thread.liveness.answer();
        watch.look(clock::instant());
        assert_eq!(watch.standstills(), []);
    }

    #[test]
    fn a_thread_that_answers_has_none() {
        let (mut watch, thread) = watched();
        watch.ask(clock::instant());
        thread.liveness.answer();
        assert_eq!(watch.look(clock::instant() + LOOK), (Vec::new(), false));
        assert_eq!(watch.standstills(), []);
    }
}
