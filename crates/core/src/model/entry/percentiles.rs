//! Locust's percentile walk over rounded response times. It leans high (with two samples the median is the
//! larger one) and is not interpolated; figures only match Locust's when the walk is the same.
use std::cmp::Reverse;

use super::super::number::{Bucket, Number};
use super::packed::{Rows, unpacked};

/// From the largest bucket down: the first with no more than `int(samples * percent)` samples below it.
pub fn percentile(
    buckets: impl Iterator<Item = (Bucket, i64)> + Clone,
    samples: i64,
    percent: f64,
) -> Number {
    percentiles(buckets, samples, &[percent])[0]
}

/// Several at once: the rows are sorted for all of them together.
pub fn percentiles(
    buckets: impl Iterator<Item = (Bucket, i64)> + Clone,
    samples: i64,
    percents: &[f64],
) -> Vec<Number> {
    match Rows::of(buckets) {
        Rows::Packed(mut rows) => {
            rows.sort_unstable_by_key(|row| Reverse(row.0));
            walks(&rows.iter().copied().map(unpacked), samples, percents)
        }
        Rows::Any(mut rows) => {
            rows.sort_unstable_by_key(|row| Reverse(row.0));
            walks(&rows.iter().copied(), samples, percents)
        }
    }
}

/// From the largest bucket down, once for each.
fn walks(
    rows: &(impl Iterator<Item = (Bucket, i64)> + Clone),
    samples: i64,
    percents: &[f64],
) -> Vec<Number> {
    let walk = |percent: &f64| {
        let allowed_below = (samples as f64 * percent) as i64;
        let mut below = samples;
        for (bucket, count) in rows.clone() {
            below -= count;
            if below <= allowed_below {
                return bucket.0;
            }
        }
        Number::ZERO
    };
    percents.iter().map(walk).collect()
}

/// The rounded median, held between the exact extremes: one slow sample must not show a median above its own
/// maximum.
pub fn held_median(median: Number, least: Option<Number>, most: Number) -> Number {
    let median = match median {
        zero if zero == Number::ZERO => Number::ZERO, // an int, whatever a suite's buckets are
        other => other,
    };
    if median > most {
        return most;
    }
    match least {
        Some(least) if median < least => least,
        _ => median,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn of_tens(samples: i64, percent: f64) -> Number {
        let rows = (1..=samples).map(|n| (Bucket::whole(n * 10), 1));
        percentile(rows, samples, percent)
    }

    #[test]
    fn percentiles_are_those_locust_2_47_was_seen_to_report() {
        assert_eq!(of_tens(2, 0.5), Number::Whole(20));
        assert_eq!(of_tens(4, 0.5), Number::Whole(30));
        let of_ten: Vec<Number> = [0.5, 0.66, 0.75, 0.9].map(|p| of_tens(10, p)).to_vec();
        assert_eq!(of_ten, [60, 70, 80, 100].map(Number::Whole));
        assert_eq!(of_tens(100, 0.0), Number::Whole(10));
        assert_eq!(of_tens(100, 0.95), Number::Whole(960));
        assert_eq!(of_tens(0, 0.5), Number::Whole(0));
    }

    proptest! {
        /// Fractions, large numbers and counts below zero, which a suite may have set, cannot be packed.
        #[test]
        fn packed_rows_have_the_percentiles_of_any_rows(
            rows in prop::collection::hash_map(-9_i64..9_000, 0_i64..50, 0..60),
            samples in 0_i64..2_000,
            percents in prop::collection::vec(0.0_f64..=1.0, 0..5),
            other in prop::option::of((prop_oneof![Just(0.5), Just(1e12)], -5_i64..5)),
        ) {
            let rows = rows.into_iter().map(|(bucket, count)| (Bucket::whole(bucket), count));
            let other = other.map(|(bucket, count)| (Bucket(Number::Real(bucket)), count));
            let rows: Vec<_> = rows.chain(other).collect();
            let mut sorted = rows.clone();
            sorted.sort_by_key(|row| Reverse(row.0));
            let reported = percentiles(rows.into_iter(), samples, &percents);
            prop_assert_eq!(reported, walks(&sorted.into_iter(), samples, &percents));
        }
    }
}
