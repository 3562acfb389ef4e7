//! Whether the script thread still takes its turns: the service thread asks once a second, by a wake-up, and the
//! script thread answers when it comes round to it. A locustfile that computes keeps the question unanswered.
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::Wake;
use crate::clock;

/// One question at a time.
pub(super) struct Liveness {
    asked_at: Mutex<Option<Instant>>,
    wake: Arc<Wake>,
}

impl Liveness {
    pub fn new(wake: Arc<Wake>) -> Self {
        Self {
            asked_at: Mutex::default(),
            wake,
        }
    }

    /// Asks; a question that is open stays the one that counts. The wake-up is given again, because a child that the
    /// script has forked may have taken the last one.
    pub fn ask(&self) {
        self.asked_at.lock().get_or_insert_with(clock::instant);
        (self.wake)();
    }

    pub fn answer(&self) {
        *self.asked_at.lock() = None;
    }

    /// How long a question has been open; zero where none is.
    pub fn silence(&self) -> Duration {
        self.asked_at
            .lock()
            .map(|asked_at| asked_at.elapsed())
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

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
    }
}
