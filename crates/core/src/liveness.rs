//! Whether a thread still takes its turns: somebody asks, by a wake-up, and the thread answers when it comes round to it.
//! A script that computes, or an I/O thread that is lost in one answer, keeps the question unanswered.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::clock;

/// Wakes the thread that is asked, from any thread.
pub type Wake = dyn Fn() + Send + Sync;

/// One question at a time. To answer where nothing was asked costs one read.
pub struct Liveness {
    begun: Instant,
    /// Nanoseconds from the beginning to the open question; zero where none is open.
    asked_at: AtomicU64,
    is_gone: AtomicBool,
    wake: Arc<Wake>,
}

impl Liveness {
    pub fn new(wake: Arc<Wake>) -> Self {
        Self {
            begun: clock::instant(),
            asked_at: AtomicU64::new(0),
            is_gone: AtomicBool::new(false),
            wake,
        }
    }

    /// Asks; a question that is open stays the one that counts. The wake-up is given again, because a child that the
    /// script has forked may have taken the last one.
    pub fn ask(&self) {
        if self.is_gone.load(Ordering::Acquire) {
            return;
        }
        let now = self.nanoseconds().max(1);
        let keep_open = |open| (open == 0).then_some(now);
        self.asked_at
            .fetch_update(Ordering::AcqRel, Ordering::Relaxed, keep_open)
            .ok();
        (self.wake)();
    }

    pub fn answer(&self) {
        if self.asked_at.load(Ordering::Relaxed) != 0 {
            self.asked_at.store(0, Ordering::Release);
        }
    }

    /// The thread has ended: nobody will answer, and nobody asks.
    pub fn end(&self) {
        self.is_gone.store(true, Ordering::Release);
        self.answer();
    }

    /// How long a question has been open; zero where none is.
    pub fn silence(&self) -> Duration {
        match self.asked_at.load(Ordering::Acquire) {
            0 => Duration::ZERO,
            at => Duration::from_nanos(self.nanoseconds().saturating_sub(at)),
        }
    }

    fn nanoseconds(&self) -> u64 {
        let time = clock::instant().saturating_duration_since(self.begun);
        u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
    }
}

/// A thread that others depend on, and whose silence a run reports.
pub trait WatchedThread: Send + Sync {
    fn name(&self) -> &str;

    /// The thread answers each time it takes up work, and whenever it is woken.
    fn liveness(&self) -> &Liveness;

    fn work(&self) -> Work;
}

/// What a thread has to do.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Work {
    /// Calls that were submitted and not taken up.
    pub waiting: usize,
    /// Calls that were taken up and have not ended.
    pub under_way: usize,
    /// Whose answer it looked at last: host and port.
    pub host: Option<String>,
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[test]
    fn silence_lasts_from_the_first_open_question_to_the_answer() {
        let wakes = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&wakes);
        let liveness = Liveness::new(Arc::new(move || {
            count.fetch_add(1, Ordering::Relaxed);
        }));
        assert_eq!(liveness.silence(), Duration::ZERO);
        liveness.ask();
        let before = liveness.silence();
        liveness.ask();
        assert!(liveness.silence() >= before, "the first one counts");
        assert_eq!(wakes.load(Ordering::Relaxed), 2);
        liveness.answer();
        assert_eq!(liveness.silence(), Duration::ZERO);
        liveness.end();
        liveness.ask();
        assert_eq!(liveness.silence(), Duration::ZERO);
    }
}
