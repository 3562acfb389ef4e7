//! `Histogram`: the counts of an entry's or a phase's times with their sum and true extremes; recording and merging.
use super::counters::Counters;
use super::steps::{LONGEST_US, highest_of, index_of};

/// Our ledger of an entry: three significant digits.
pub type Exact = Histogram<11>;
/// For phases: two significant digits.
pub type Coarse = Histogram<8>;

/// Counts of microseconds. `BITS` is the logarithm of the steps in the first range: 11 for three significant
/// digits, 8 for two.
#[derive(Debug, Clone, Default)]
pub struct Histogram<const BITS: u32> {
    counters: Counters,
    count: u64,
    sum_us: u64,
    min_us: u64,
    max_us: u64,
}

impl<const BITS: u32> Histogram<BITS> {
    pub(super) const BITS: u32 = BITS;

    /// Significant digits of its answers.
    pub const DIGITS: u8 = if BITS == 11 { 3 } else { 2 };

    /// Whole microseconds, never above the time itself: a percentile beside the unrounded maximum must not
    /// exceed it. Answers the counter.
    pub fn record_ms(&mut self, milliseconds: f64) -> u16 {
        let nearest = (milliseconds * 1000.0 + 0.5) as u64;
        let is_above = nearest as f64 / 1000.0 > milliseconds;
        self.count_us(nearest.saturating_sub(u64::from(is_above)))
    }

    #[inline]
    pub fn record_us(&mut self, microseconds: u64) {
        self.count_us(microseconds);
    }

    /// Answers the counter: none is above 25 000.
    #[inline]
    fn count_us(&mut self, microseconds: u64) -> u16 {
        self.note_extremes(microseconds, microseconds);
        self.count += 1;
        self.sum_us = self.sum_us.saturating_add(microseconds);
        let counter = index_of(microseconds.min(LONGEST_US), BITS);
        self.counters.add_one(counter);
        counter as u16
    }

    /// The same value `times` over; what reading a file needs.
    pub fn record_many_us(&mut self, microseconds: u64, times: u64) {
        if times == 0 {
            return;
        }
        self.note_extremes(microseconds, microseconds);
        self.count += times;
        self.sum_us = self
            .sum_us
            .saturating_add(microseconds.saturating_mul(times));
        self.counters
            .add(index_of(microseconds.min(LONGEST_US), BITS), times);
    }

    /// So many values of the counter at `index`, as `HdrHistogram` numbers them. Nothing is recorded, and the answer is
    /// `false`, where no value belongs there.
    pub fn record_at(&mut self, index: u64, times: u64) -> bool {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        let is_ours = index <= index_of(LONGEST_US, BITS);
        if is_ours {
            self.record_many_us(highest_of(index, BITS), times);
        }
        is_ours
    }

    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        self.note_extremes(other.min_us, other.max_us);
        self.count += other.count;
        self.sum_us = self.sum_us.saturating_add(other.sum_us);
        for (index, count) in other.counters.iter() {
            self.counters.add(index, count);
        }
    }

    /// Puts the true extremes and the sum in place of those of the buckets: a file keeps them beside its rows.
    pub fn set_limits(&mut self, min_us: u64, max_us: u64, sum_us: u64) {
        (self.min_us, self.max_us, self.sum_us) = (min_us, max_us, sum_us);
    }

    pub fn count(&self) -> u64 {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The sum of all values, not rounded.
    pub fn sum_us(&self) -> u64 {
        self.sum_us
    }

    /// The smallest value seen, not rounded; 0 without any.
    pub fn min_us(&self) -> u64 {
        self.min_us
    }

    /// The largest value seen, not rounded.
    pub fn max_us(&self) -> u64 {
        self.max_us
    }

    /// How many samples took at most this long, to the width of a bucket.
    pub fn count_up_to_us(&self, limit: u64) -> u64 {
        let rows = self.rows().take_while(|(value, _)| *value <= limit);
        rows.map(|(_, count)| count).sum()
    }

    /// The largest value of each bucket in use and its count, ascending.
    pub fn rows(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.counters
            .iter()
            .map(|(index, count)| (highest_of(index, BITS), count))
    }

    /// The counters themselves.
    pub(super) fn counters(&self) -> &Counters {
        &self.counters
    }

    fn note_extremes(&mut self, least: u64, most: u64) {
        self.max_us = self.max_us.max(most);
        self.min_us = if self.count == 0 {
            least
        } else {
            self.min_us.min(least)
        };
    }
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use proptest::prelude::*;

    pub fn ledger(values: &[u64]) -> Exact {
        let mut exact = Exact::default();
        for value in values {
            exact.record_us(*value);
        }
        exact
    }

    fn all_of<const BITS: u32>(histogram: &Histogram<BITS>) -> (Vec<(u64, u64)>, [u64; 4]) {
        let limits = [
            histogram.count(),
            histogram.sum_us(),
            histogram.min_us(),
            histogram.max_us(),
        ];
        (histogram.rows().collect(), limits)
    }

    #[test]
    fn whole_microseconds_are_recorded_as_they_are() {
        let mut exact = Exact::default();
        for microseconds in [1_u64, 999, 20_015, 332_711, 1_234_567, 59_999_999] {
            exact.record_ms(microseconds as f64 / 1000.0);
            assert_eq!(exact.max_us(), microseconds);
        }
    }

    #[test]
    fn counters_run_over_into_higher_planes_and_lose_nothing() {
        let mut exact = Exact::default();
        for _ in 0..70_000 {
            exact.record_us(5_000);
        }
        exact.record_many_us(5_000, (1 << 33) + 65_535);
        exact.record_many_us(10_000, 1 << 32);
        let mut twice = exact.clone();
        twice.merge(&exact);
        let rows = |histogram: &Exact| histogram.rows().map(|(_, n)| n).collect::<Vec<_>>();
        assert_eq!(rows(&exact), [(1 << 33) + 65_535 + 70_000, 1 << 32]);
        assert_eq!(
            rows(&twice),
            rows(&exact).iter().map(|n| n * 2).collect::<Vec<_>>()
        );
    }

    proptest! {
        #[test]
        fn shards_merged_in_any_order_give_what_one_recorder_would_have(
            tagged in prop::collection::vec((0_u64..5_000_000_000, 0_usize..5), 0..400),
            order in Just([0, 1, 2, 3, 4]).prop_shuffle(),
        ) {
            let values: Vec<u64> = tagged.iter().map(|(value, _)| *value).collect();
            let shard = |number| {
                let own = tagged.iter().filter(|(_, shard)| *shard == number);
                ledger(&own.map(|(value, _)| *value).collect::<Vec<_>>())
            };
            let mut merged = Exact::default();
            for number in order {
                merged.merge(&shard(number));
            }
            prop_assert_eq!(all_of(&merged), all_of(&ledger(&values)));
        }
    }
}
