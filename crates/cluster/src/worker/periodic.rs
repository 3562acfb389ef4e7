//! What a node does again and again.
use std::time::{Duration, Instant};

use rlocust_core::clock;

/// Something that is done each interval.
#[derive(Debug, Clone, Copy)]
pub struct Periodic {
    pub interval: Duration,
    pub due: Instant,
}

impl Periodic {
    pub fn starting_now(interval: Duration) -> Self {
        Self {
            interval: interval.max(Duration::from_millis(1)),
            due: clock::instant(),
        }
    }

    /// Whether it is time; then the next time is an interval away, also where some were missed.
    pub fn is_due(&mut self, now: Instant) -> bool {
        if now < self.due {
            return false;
        }
        self.due = (self.due + self.interval).max(now);
        true
    }
}
