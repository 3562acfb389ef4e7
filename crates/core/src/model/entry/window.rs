//! The sliding window behind *current* percentiles: copies of the histogram, one a second, twenty of them.
//! The difference between now and about ten seconds ago is the histogram of those ten seconds.
//! Copies are packed and shared: twenty of them are the largest part of an entry, and each snapshot has them.
use std::sync::Arc;

use indexmap::IndexMap;

use super::super::hashing::FastHash;
use super::super::number::{Bucket, Number};
use super::packed::Rows;
use super::percentiles::percentiles;

/// `CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW` unless a suite sets another, in seconds.
pub const DEFAULT_WINDOW: i64 = 10;
/// Copies are kept for this many seconds more than the window, for runs with pauses.
const MARGIN: i64 = 10;
/// How far from the wanted second a copy may lie.
const TOLERANCE: i64 = 8;

/// The histogram at the end of one second.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cached {
    response_times: Rows,
    pub num_requests: i64,
    pub num_none_requests: i64,
}

impl Cached {
    pub fn new(
        response_times: impl ExactSizeIterator<Item = (Bucket, i64)> + Clone,
        num_requests: i64,
        num_none_requests: i64,
    ) -> Self {
        Self {
            response_times: Rows::of(response_times),
            num_requests,
            num_none_requests,
        }
    }

    /// Buckets and counts, in the order of insertion.
    pub fn response_times(&self) -> Vec<(Bucket, i64)> {
        self.response_times.to_vec()
    }
}

/// Copies by second, oldest first.
#[derive(Debug, Clone, Default)]
pub struct Window {
    pub copies: IndexMap<i64, Arc<Cached>, FastHash>,
}

impl Window {
    pub fn store(&mut self, second: i64, copy: Cached, window: i64) {
        self.copies.insert(second, Arc::new(copy));
        let kept = (window + MARGIN).max(0) as usize;
        if self.copies.len() > kept {
            self.copies.drain(..self.copies.len() - kept);
        }
    }

    /// Percentiles of the last `window` seconds, or nothing if no copy lies near enough. `now` is the histogram with
    /// its requests that have a time.
    pub fn percentiles(
        &self,
        (now, timed): (impl Iterator<Item = (Bucket, i64)> + Clone, i64),
        second: i64,
        window: i64,
        percents: &[f64],
    ) -> Option<Vec<Number>> {
        let old = self.nearest(second - window)?;
        let before: IndexMap<Bucket, i64, FastHash> = old.response_times().into_iter().collect();
        let since = now.filter_map(|(bucket, count)| {
            let more = count - before.get(&bucket).copied().unwrap_or(0);
            (more != 0).then_some((bucket, more))
        });
        let samples = timed - (old.num_requests - old.num_none_requests);
        Some(percentiles(since, samples, percents))
    }

    /// The wanted second, else the one before, the one after, two before, two after, …
    fn nearest(&self, wanted: i64) -> Option<&Cached> {
        let away = (1..=TOLERANCE).flat_map(|distance| [-distance, distance]);
        std::iter::once(0)
            .chain(away)
            .find_map(|offset| self.copies.get(&(wanted + offset)))
            .map(|copy| &**copy)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copy(count: i64) -> Cached {
        Cached::new(std::iter::once((Bucket::whole(10), count)), count, 0)
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

    #[test]
    fn copies_that_cannot_be_packed_are_kept_as_they_are() {
        for (bucket, count) in [
            (Number::Real(0.5), 1),
            (Number::Whole(1), 1 << 40),
            (Number::Whole(7), 3),
        ] {
            let row = (Bucket(bucket), count);
            assert_eq!(
                Cached::new(std::iter::once(row), 1, 0).response_times(),
                [row]
            );
        }
    }
}
