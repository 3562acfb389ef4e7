//! An HDR histogram of microseconds: the bucket scheme of `HdrHistogram` with a lowest value of 1, so that
//! conversion both ways loses nothing, but kept in pages that appear when they are touched. A name requested
//! twice costs two hundred bytes, a busy one what its spread of times needs, and a copy is a few memory moves.
//!
//! Counts never saturate: a page holds 16 bits of each counter, what runs over goes into a page of the plane
//! above. Merging adds counter by counter, so shards merged in any order give what one recorder would have.
use super::plane::{Plane, parts_beside};

/// Values above are counted as this one, an hour; the maximum is kept as it is.
pub const LONGEST_US: u64 = 3_600_000_000;

/// Our ledger of an entry: three significant digits.
pub type Exact = Histogram<11>;
/// For phases: two significant digits.
pub type Coarse = Histogram<8>;

/// Counts of microseconds. `BITS` is the logarithm of the steps in the first range: 11 for three significant
/// digits, 8 for two.
#[derive(Debug, Clone, Default)]
pub struct Histogram<const BITS: u32> {
    low: Plane,
    high: Vec<Plane>,
    count: u64,
    sum_us: u64,
    min_us: u64,
    max_us: u64,
}

impl<const BITS: u32> Histogram<BITS> {
    /// Significant digits of its answers.
    pub const DIGITS: u8 = if BITS == 11 { 3 } else { 2 };

    /// Whole microseconds, never above the time itself: a percentile told beside the unrounded maximum must not
    /// exceed it.
    pub fn record_ms(&mut self, milliseconds: f64) {
        let nearest = (milliseconds * 1000.0 + 0.5) as u64;
        let is_above = nearest as f64 / 1000.0 > milliseconds;
        self.record_us(nearest.saturating_sub(u64::from(is_above)));
    }

    #[inline]
    pub fn record_us(&mut self, microseconds: u64) {
        self.note_extremes(microseconds, microseconds);
        self.count += 1;
        self.sum_us = self.sum_us.saturating_add(microseconds);
        let index = index_of(microseconds.min(LONGEST_US), BITS);
        if self.low.add(index, 1) {
            self.carry(index, 1);
        }
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
        self.add(index_of(microseconds.min(LONGEST_US), BITS), times);
    }

    pub fn merge(&mut self, other: &Self) {
        if other.count == 0 {
            return;
        }
        self.note_extremes(other.min_us, other.max_us);
        self.count += other.count;
        self.sum_us = self.sum_us.saturating_add(other.sum_us);
        for (index, count) in other.counters() {
            self.add(index, count);
        }
    }

    /// Puts the true extremes and the sum in place of those of the buckets: a file keeps them beside its rows.
    pub fn set_limits(&mut self, min_us: u64, max_us: u64, sum_us: u64) {
        (self.min_us, self.max_us, self.sum_us) = (min_us, max_us, sum_us);
    }

    /// What was added since `earlier`, a former state of this one; its extremes are those of its buckets.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let mut more = Self::default();
        let mut before = earlier.rows().peekable();
        for (value, count) in self.rows() {
            while before.next_if(|(old, _)| *old < value).is_some() {}
            let known = before.next_if(|(old, _)| *old == value);
            more.record_many_us(
                value,
                count.saturating_sub(known.map_or(0, |(_, count)| count)),
            );
        }
        more.sum_us = self.sum_us.saturating_sub(earlier.sum_us);
        more
    }

    /// The rows that `earlier` had not, or had less of, with what was added. Pages, and parts of them, that stand the
    /// same are not looked into: most of them, from one second to the next. `None` where some row has become less.
    pub fn rows_added_to(&self, earlier: &Self) -> Option<Vec<(u64, u64)>> {
        let more = self.count.checked_sub(earlier.count)?;
        let mut added = Vec::with_capacity(more.min(64) as usize);
        for (start, ours, theirs) in self.low.beside(&earlier.low) {
            let has_same_above = self.has_same_above(earlier, start);
            if has_same_above && ours == theirs {
                continue;
            }
            for (start, ours, theirs) in parts_beside(start, ours, theirs) {
                if has_same_above && ours == theirs {
                    continue;
                }
                for (index, (low, old)) in (start..).zip(ours.iter().zip(theirs)) {
                    let count = u64::from(*low) + self.above(index);
                    let more = count.saturating_sub(u64::from(*old) + earlier.above(index));
                    if more > 0 {
                        added.push((highest_of(index, BITS), more));
                    }
                }
            }
        }
        (added.iter().map(|(_, count)| count).sum::<u64>() == more).then_some(added)
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

    /// `quantile` from 0 to 1; 0 and 1 are the true extremes, and nothing reported lies beyond them.
    pub fn quantile_us(&self, quantile: f64) -> u64 {
        let mut answer = 0;
        self.walk(&[self.rank(quantile)], |_, value| answer = value);
        answer
    }

    /// Several quantiles in one walk; they must ascend.
    pub fn quantiles_us<const N: usize>(&self, quantiles: [f64; N]) -> [u64; N] {
        let mut answers = [0; N];
        self.walk(&quantiles.map(|q| self.rank(q)), |at, value| {
            answers[at] = value;
        });
        answers
    }

    /// How many samples took at most this long, to the width of a bucket.
    pub fn count_up_to_us(&self, limit: u64) -> u64 {
        let rows = self.rows().take_while(|(value, _)| *value <= limit);
        rows.map(|(_, count)| count).sum()
    }

    /// The largest value of each bucket in use and its count, ascending.
    pub fn rows(&self) -> impl Iterator<Item = (u64, u64)> + '_ {
        self.counters()
            .map(|(index, count)| (highest_of(index, BITS), count))
    }

    /// As the `HdrHistogram` of the same digits, for its V2 format.
    pub fn to_hdr(&self) -> hdrhistogram::Histogram<u64> {
        let mut hdr = hdrhistogram::Histogram::new(Self::DIGITS)
            .expect("two and three digits are within the range of HdrHistogram");
        for (value, count) in self.rows() {
            // It grows by itself, and no value is above an hour: recording cannot fail.
            hdr.record_n(value, count).unwrap_or_default();
        }
        hdr
    }

    fn note_extremes(&mut self, least: u64, most: u64) {
        self.max_us = self.max_us.max(most);
        self.min_us = if self.count == 0 {
            least
        } else {
            self.min_us.min(least)
        };
    }

    fn rank(&self, quantile: f64) -> u64 {
        (quantile.clamp(0.0, 1.0) * self.count as f64).ceil() as u64
    }

    /// Tells the value at each of the ascending ranks.
    fn walk(&self, ranks: &[u64], mut tell: impl FnMut(usize, u64)) {
        let (mut at, mut seen) = (0, 0);
        while ranks.get(at) == Some(&0) {
            tell(at, self.min_us);
            at += 1;
        }
        for (index, count) in self.counters() {
            seen += count;
            while ranks.get(at).is_some_and(|rank| *rank <= seen) {
                let is_last = ranks[at] == self.count;
                let value = if is_last {
                    self.max_us
                } else {
                    highest_of(index, BITS)
                };
                tell(at, value.clamp(self.min_us, self.max_us));
                at += 1;
            }
        }
    }

    fn add(&mut self, index: usize, count: u64) {
        let carry = u64::from(self.low.add(index, count as u16));
        let rest = (count >> 16) + carry;
        if rest > 0 {
            self.carry(index, rest);
        }
    }

    #[cold]
    fn carry(&mut self, index: usize, mut count: u64) {
        for at in 0.. {
            if self.high.len() == at {
                self.high.push(Plane::default());
            }
            let over = u64::from(self.high[at].add(index, count as u16));
            count = (count >> 16) + over;
            if count == 0 {
                return;
            }
        }
    }

    /// Whether the higher planes have the same in the page that `index` is in.
    fn has_same_above(&self, other: &Self, index: usize) -> bool {
        let mut high = self.high.iter().zip(&other.high);
        self.high.len() == other.high.len()
            && high.all(|(one, other)| one.has_same_page(other, index))
    }

    /// The part of a counter that higher planes hold.
    fn above(&self, index: usize) -> u64 {
        let high = self.high.iter().zip(1_u32..);
        high.map(|(plane, at)| u64::from(plane.get(index)) << (16 * at))
            .sum()
    }

    fn counters(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        self.low.iter().filter_map(|(index, low)| {
            let count = u64::from(low) + self.above(index);
            (count > 0).then_some((index, count))
        })
    }
}

/// Below `1 << bits` each value has its own counter; above, each doubling has half as many counters.
fn index_of(value: u64, bits: u32) -> usize {
    let mask = (1_u64 << bits) - 1;
    let shift = 64 - bits - (value | mask).leading_zeros();
    let half = 1_u64 << (bits - 1);
    (u64::from(shift) * half + (value >> shift)) as usize
}

/// The largest value that is counted at `index`.
fn highest_of(index: usize, bits: u32) -> u64 {
    let (index, half) = (index as u64, 1_u64 << (bits - 1));
    let shift = (index / half).saturating_sub(1);
    let step = index - shift * half;
    ((step + 1) << shift) - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn ledger(values: &[u64]) -> Exact {
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
    fn the_hundredth_percentile_is_the_true_maximum() {
        let exact = ledger(&[1_234_567, 17, 999]);
        assert_eq!(exact.quantiles_us([0.0, 0.5, 1.0]), [17, 999, 1_234_567]);
        assert_eq!(Exact::default().quantile_us(0.5), 0);
        assert_eq!(ledger(&[9_999_999_999]).quantile_us(0.5), 9_999_999_999);
    }

    proptest! {
        /// Readers tell a microsecond as a thousandth of a millisecond.
        #[test]
        fn no_quantile_is_above_the_longest_time(
            times in prop::collection::vec(0.0_f64..100_000.0, 1..50),
            quantile in 0.0_f64..=1.0,
        ) {
            let mut exact = Exact::default();
            for ms in &times {
                exact.record_ms(*ms);
            }
            let longest = times.iter().copied().fold(0.0, f64::max);
            prop_assert!(exact.quantile_us(quantile) as f64 / 1000.0 <= longest);
            prop_assert!(longest * 1000.0 - exact.max_us() as f64 <= 1.001);
        }
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

    #[test]
    fn a_row_that_became_less_is_nothing_added() {
        let (old, new) = (ledger(&[17, 17]), ledger(&[17, 5_000, 6_000]));
        assert_eq!(new.rows_added_to(&old), None);
        assert_eq!(old.rows_added_to(&new), None);
    }

    proptest! {
        #[test]
        fn rows_added_are_those_of_the_values_added(
            before in prop::collection::vec(0_u64..5_000_000, 0..200),
            added in prop::collection::vec((0_u64..5_000_000, 1_u64..200_000), 0..50),
        ) {
            let (old, mut more) = (ledger(&before), Exact::default());
            let mut new = old.clone();
            for (value, times) in added {
                new.record_many_us(value, times);
                more.record_many_us(value, times);
            }
            prop_assert_eq!(new.rows_added_to(&old), Some(more.rows().collect()));
        }

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

        #[test]
        fn buckets_are_those_of_hdrhistogram(values in prop::collection::vec(0_u64..LONGEST_US, 1..200)) {
            let mut hdr = hdrhistogram::Histogram::<u64>::new(3).expect("three digits");
            let mut coarse_hdr = hdrhistogram::Histogram::<u64>::new(2).expect("two digits");
            let mut coarse = Coarse::default();
            for value in &values {
                hdr.record(*value).expect("it grows");
                coarse_hdr.record(*value).expect("it grows");
                coarse.record_us(*value);
            }
            let exact = ledger(&values);
            prop_assert_eq!(exact.to_hdr(), hdr.clone());
            prop_assert_eq!(coarse.to_hdr(), coarse_hdr);
            for quantile in [0.1, 0.5, 0.95, 0.99] {
                let bounded = hdr.value_at_quantile(quantile).clamp(exact.min_us(), exact.max_us());
                let told = exact.quantile_us(quantile);
                prop_assert!(told == bounded || told == exact.max_us(), "{} for {}", told, bounded);
            }
        }

        #[test]
        fn quantiles_are_within_three_digits_and_never_above_the_maximum(
            values in prop::collection::vec(1_u64..3_000_000_000, 1..300)
        ) {
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let exact = ledger(&values);
            for quantile in [0.5_f64, 0.95, 0.99, 0.999] {
                let rank = ((quantile * sorted.len() as f64).ceil() as usize).max(1);
                let truth = sorted[rank - 1] as f64;
                let told = exact.quantile_us(quantile);
                prop_assert!(told <= exact.max_us());
                prop_assert!((told as f64 - truth).abs() <= truth / 1000.0 + 1.0, "{} for {}", told, truth);
            }
        }
    }
}
