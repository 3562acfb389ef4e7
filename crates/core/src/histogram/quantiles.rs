//! Quantiles: one walk over the counters, upwards. The extremes are the true ones, and nothing reported lies beyond
//! them.
use super::ledger::Histogram;
use super::steps::highest_of;

impl<const BITS: u32> Histogram<BITS> {
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

    fn rank(&self, quantile: f64) -> u64 {
        (quantile.clamp(0.0, 1.0) * self.count() as f64).ceil() as u64
    }

    /// Reports the value at each of the ascending ranks.
    fn walk(&self, ranks: &[u64], mut report: impl FnMut(usize, u64)) {
        let (mut at, mut seen) = (0, 0);
        while ranks.get(at) == Some(&0) {
            report(at, self.min_us());
            at += 1;
        }
        for page in self.counters().pages() {
            let Some(rank) = ranks.get(at) else {
                return;
            };
            if seen + page.sum < *rank {
                seen += page.sum;
                continue;
            }
            for part in page.counted.parts() {
                let sum = part.sum();
                if ranks.get(at).is_none_or(|rank| seen + sum < *rank) {
                    seen += sum;
                    continue;
                }
                for (index, count) in part.iter() {
                    seen += count;
                    while ranks.get(at).is_some_and(|rank| *rank <= seen) {
                        report(at, self.value_at(index, ranks[at]));
                        at += 1;
                    }
                }
            }
        }
    }

    /// Of a rank that is counted at `index`.
    fn value_at(&self, index: usize, rank: u64) -> u64 {
        let is_last = rank == self.count();
        let value = if is_last {
            self.max_us()
        } else {
            highest_of(index, BITS)
        };
        value.clamp(self.min_us(), self.max_us())
    }
}

#[cfg(test)]
mod tests {
    use super::super::ledger::Exact;
    use super::super::ledger::tests::ledger;
    use proptest::prelude::*;

    #[test]
    fn the_hundredth_percentile_is_the_true_maximum() {
        let exact = ledger(&[1_234_567, 17, 999]);
        assert_eq!(exact.quantiles_us([0.0, 0.5, 1.0]), [17, 999, 1_234_567]);
        assert_eq!(Exact::default().quantile_us(0.5), 0);
        assert_eq!(ledger(&[9_999_999_999]).quantile_us(0.5), 9_999_999_999);
    }

    #[test]
    fn counts_beyond_sixteen_bits_keep_their_rank() {
        let mut exact = Exact::default();
        exact.record_many_us(5_000, 100_000);
        exact.record_many_us(50_000, 1_000_000);
        exact.record_many_us(900_000, 10);
        let quantiles = [0.05, 0.09, 0.5, 0.999, 0.999_995];
        let seen = exact.quantiles_us(quantiles).map(|us| us / 1000);
        assert_eq!(seen, [5, 5, 50, 50, 900]);
    }

    proptest! {
        /// Readers show a microsecond as a thousandth of a millisecond.
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
                let reported = exact.quantile_us(quantile);
                prop_assert!(reported <= exact.max_us());
                prop_assert!((reported as f64 - truth).abs() <= truth / 1000.0 + 1.0, "{} for {}", reported, truth);
            }
        }
    }
}
