//! Our own ledger of an entry: an HDR histogram of microseconds, 1 µs to 1 h, three significant digits.
//! The first samples are kept as they are, so that a name requested a few times costs bytes, not kilobytes;
//! answers are taken through a histogram either way, so merging in any order gives the same figures.
use hdrhistogram::Histogram;

const DIGITS: u8 = 3;
const LONGEST_US: u64 = 3_600_000_000;
const FEW: usize = 96;

/// Exact response times of one entry.
#[derive(Debug, Clone)]
pub struct Exact {
    store: Store,
    max_us: u64,
}

#[derive(Debug, Clone)]
enum Store {
    Few(Vec<u32>),
    Many(Box<Histogram<u32>>),
}

impl Default for Exact {
    fn default() -> Self {
        Self {
            store: Store::Few(Vec::new()),
            max_us: 0,
        }
    }
}

impl Exact {
    pub fn record_ms(&mut self, milliseconds: f64) {
        self.record_us((milliseconds * 1000.0).round() as u64);
    }

    pub fn record_us(&mut self, microseconds: u64) {
        let value = microseconds.min(LONGEST_US);
        self.max_us = self.max_us.max(value);
        match &mut self.store {
            Store::Few(samples) if samples.len() < FEW => samples.push(value as u32),
            Store::Few(samples) => {
                let mut histogram = histogram_of(samples);
                add(&mut histogram, value);
                self.store = Store::Many(Box::new(histogram));
            }
            Store::Many(histogram) => add(histogram, value),
        }
    }

    pub fn merge(&mut self, other: &Self) {
        match &other.store {
            Store::Few(samples) => samples.iter().for_each(|v| self.record_us(u64::from(*v))),
            Store::Many(theirs) => {
                let mut ours = match &mut self.store {
                    Store::Few(samples) => Box::new(histogram_of(samples)),
                    Store::Many(ours) => std::mem::replace(ours, Box::new(histogram_of(&[]))),
                };
                // Both have the same digits and grow by themselves, so an addition cannot fail.
                if ours.add(theirs.as_ref()).is_ok() {
                    self.max_us = self.max_us.max(other.max_us);
                }
                self.store = Store::Many(ours);
            }
        }
    }

    pub fn count(&self) -> u64 {
        match &self.store {
            Store::Few(samples) => samples.len() as u64,
            Store::Many(histogram) => histogram.len(),
        }
    }

    /// The largest value seen, not rounded.
    pub fn max_us(&self) -> u64 {
        self.max_us
    }

    /// `quantile` from 0 to 1; 1 is the true maximum, and nothing reported lies above it.
    pub fn quantile_us(&self, quantile: f64) -> u64 {
        let answer = match &self.store {
            Store::Few(samples) => histogram_of(samples).value_at_quantile(quantile),
            Store::Many(histogram) => histogram.value_at_quantile(quantile),
        };
        answer.min(self.max_us)
    }

    /// Recorded values and their counts, ascending: what travels to a master.
    pub fn rows(&self) -> Vec<(u64, u64)> {
        let rows = |histogram: &Histogram<u32>| {
            histogram
                .iter_recorded()
                .map(|row| (row.value_iterated_to(), u64::from(row.count_at_value())))
                .collect()
        };
        match &self.store {
            Store::Few(samples) => rows(&histogram_of(samples)),
            Store::Many(histogram) => rows(histogram),
        }
    }
}

fn histogram_of(samples: &[u32]) -> Histogram<u32> {
    let mut histogram =
        Histogram::new(DIGITS).expect("three digits are within the histogram's range");
    for value in samples {
        add(&mut histogram, u64::from(*value));
    }
    histogram
}

fn add(histogram: &mut Histogram<u32>, value: u64) {
    // It resizes by itself and the value is capped: recording cannot fail, and a full counter saturates.
    if histogram.record(value).is_err() {
        histogram.saturating_record(value);
    }
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

    #[test]
    fn the_hundredth_percentile_is_the_true_maximum() {
        let exact = ledger(&[1_234_567, 17, 999]);
        assert_eq!(exact.quantile_us(1.0), 1_234_567);
        assert_eq!(exact.quantile_us(0.5), 999);
        assert_eq!(Exact::default().quantile_us(0.5), 0);
    }

    proptest! {
        #[test]
        fn merging_workers_gives_what_one_recorder_would_have(
            values in prop::collection::vec(0_u64..5_000_000_000, 0..400),
            cut in 0_usize..400,
        ) {
            let (left, right) = values.split_at(cut.min(values.len()));
            let mut merged = ledger(left);
            merged.merge(&ledger(right));
            let alone = ledger(&values);
            prop_assert_eq!(merged.count(), alone.count());
            prop_assert_eq!(merged.max_us(), alone.max_us());
            for quantile in [0.0, 0.5, 0.9, 0.99, 0.999, 1.0] {
                prop_assert_eq!(merged.quantile_us(quantile), alone.quantile_us(quantile));
            }
        }

        #[test]
        fn quantiles_are_within_three_digits(values in prop::collection::vec(1_u64..3_000_000_000, 1..300)) {
            let mut sorted = values.clone();
            sorted.sort_unstable();
            let exact = ledger(&values);
            for quantile in [0.5_f64, 0.95, 0.99] {
                let rank = ((quantile * sorted.len() as f64).ceil() as usize).max(1);
                let truth = sorted[rank - 1] as f64;
                let told = exact.quantile_us(quantile) as f64;
                prop_assert!((told - truth).abs() <= truth / 1000.0 + 1.0, "{} for {}", told, truth);
            }
        }
    }
}
