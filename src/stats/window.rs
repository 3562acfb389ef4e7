//! The sliding window behind *current* percentiles: copies of the histogram, one a second, twenty of them.
//! The difference between now and about ten seconds ago is the histogram of those ten seconds.
use indexmap::IndexMap;

use super::counts::Counts;
use super::hashing::FastHash;
use super::percentiles::percentile;
use crate::model::{Bucket, Number};

/// `CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW` unless a suite sets another, in seconds.
pub const DEFAULT_WINDOW: i64 = 10;
/// Copies are kept for this many seconds more than the window, for runs with pauses.
const MARGIN: i64 = 10;
/// How far from the wanted second a copy may lie.
const TOLERANCE: i64 = 8;

/// The histogram at the end of one second.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cached {
    pub response_times: Vec<(Bucket, i64)>,
    pub num_requests: i64,
    pub num_none_requests: i64,
}

/// Copies by second, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Window {
    pub copies: IndexMap<i64, Cached, FastHash>,
}

impl Window {
    pub fn store(&mut self, second: i64, copy: Cached, window: i64) {
        self.copies.insert(second, copy);
        let kept = (window + MARGIN).max(0) as usize;
        if self.copies.len() > kept {
            self.copies.drain(..self.copies.len() - kept);
        }
    }

    /// The percentile of the last `window` seconds, or nothing if no copy lies near enough.
    pub fn percentile(
        &self,
        now: &Cached,
        second: i64,
        window: i64,
        percent: f64,
    ) -> Option<Number> {
        let old = self.nearest(second - window)?;
        let before: Counts = old.response_times.iter().copied().collect();
        let since = now.response_times.iter().filter_map(|(bucket, count)| {
            let more = count - before.get(bucket).copied().unwrap_or(0);
            (more != 0).then_some((*bucket, more))
        });
        let samples =
            (now.num_requests - now.num_none_requests) - (old.num_requests - old.num_none_requests);
        Some(percentile(since, samples, percent))
    }

    /// The wanted second, else the one before, the one after, two before, two after, …
    fn nearest(&self, wanted: i64) -> Option<&Cached> {
        let away = (1..=TOLERANCE).flat_map(|distance| [-distance, distance]);
        std::iter::once(0)
            .chain(away)
            .find_map(|offset| self.copies.get(&(wanted + offset)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(count: i64) -> Cached {
        Cached {
            response_times: vec![(Bucket::whole(10), count)],
            num_requests: count,
            num_none_requests: 0,
        }
    }

    #[test]
    fn twenty_copies_stay_and_the_oldest_go() {
        let mut window = Window::default();
        for second in 0..30 {
            window.store(second, copy(second), DEFAULT_WINDOW);
        }
        let seconds: Vec<i64> = window.copies.keys().copied().collect();
        assert_eq!(seconds, (10..30).collect::<Vec<_>>());
    }

    #[test]
    fn an_earlier_copy_is_preferred_to_a_later_one_and_far_ones_do_not_count() {
        let mut window = Window::default();
        window.store(89, copy(1), DEFAULT_WINDOW);
        window.store(91, copy(7), DEFAULT_WINDOW);
        assert_eq!(window.nearest(90).map(|c| c.num_requests), Some(1));
        assert!(window.nearest(100).is_none());
    }
}
