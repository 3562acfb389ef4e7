//! How much strangers may say to the script: what no worker says before it has joined costs the script a line each.
use std::time::Instant;

/// In one go, and each second.
const MOST: f64 = 1_000.0;
const EACH_SECOND: f64 = 100.0;

/// Of all strangers together.
#[derive(Debug)]
pub struct Allowance {
    left: f64,
    at: Instant,
}

impl Allowance {
    pub fn new(now: Instant) -> Self {
        Self {
            left: MOST,
            at: now,
        }
    }

    /// Whether there is some left, which is less by one then.
    pub fn take(&mut self, now: Instant) -> bool {
        let seconds = now.saturating_duration_since(self.at).as_secs_f64();
        self.left = (self.left + seconds * EACH_SECOND).min(MOST);
        self.at = now;
        let is_left = self.left >= 1.0;
        if is_left {
            self.left -= 1.0;
        }
        is_left
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use rlocust_core::clock;

    #[test]
    fn a_flood_gets_a_little_each_second() {
        let start = clock::instant();
        let mut allowance = Allowance::new(start);
        let mut taken = |now: Instant| (0..5_000).filter(|_| allowance.take(now)).count();
        assert_eq!(taken(start), 1_000);
        assert_eq!(taken(start + Duration::from_secs(2)), 200);
        assert_eq!(taken(start + Duration::from_mins(5)), 1_000);
    }
}
