//! Locust's percentile walk over rounded response times. It leans high (with two samples the median is the
//! larger one) and is not interpolated; figures only match Locust's when the walk is the same.
use super::number::{Bucket, Number};

/// From the largest bucket down: the first with no more than `int(samples * percent)` samples below it.
pub fn percentile(
    buckets: impl Iterator<Item = (Bucket, i64)>,
    samples: i64,
    percent: f64,
) -> Number {
    percentiles(buckets, samples, &[percent])[0]
}

/// Several at once: the rows are sorted for all of them together.
pub fn percentiles(
    buckets: impl Iterator<Item = (Bucket, i64)>,
    samples: i64,
    percents: &[f64],
) -> Vec<Number> {
    let mut rows: Vec<(Bucket, i64)> = buckets.collect();
    rows.sort_unstable_by_key(|row| std::cmp::Reverse(row.0));
    let walk = |percent: &f64| {
        let allowed_below = (samples as f64 * percent) as i64;
        let mut below = samples;
        for (bucket, count) in &rows {
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
}
