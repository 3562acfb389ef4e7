//! Locust's bucket rule: two significant digits, rounded as Python's `round` does, half to even, decided on
//! the exact value of the float (docs/contract/stats.md §3).
use rlocust_core::model::{Bucket, Number};

/// The histogram key of a response time in milliseconds.
pub fn bucket_of(response_time: Number) -> Bucket {
    let milliseconds = response_time.as_f64();
    let step = if milliseconds < 100.0 {
        return Bucket::whole(milliseconds.round_ties_even() as i64);
    } else if milliseconds < 1000.0 {
        10
    } else if milliseconds < 10_000.0 {
        100
    } else {
        1000
    };
    Bucket::whole(nearest_multiple(milliseconds, step))
}

/// The remainder is exact for doubles of this size; dividing first could round 114.99999999999999 up to a tie.
fn nearest_multiple(value: f64, step: i64) -> i64 {
    let below = (value as i64) / step;
    let rest = value - (below * step) as f64;
    let half = step as f64 / 2.0;
    let rounds_up = rest > half || (rest >= half && below % 2 == 1);
    (below + i64::from(rounds_up)) * step
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn buckets_are_those_locust_2_47_was_seen_to_choose() {
        let seen = [
            (0.5, 0),
            (1.5, 2),
            (2.5, 2),
            (99.5, 100),
            (104.9, 100),
            (105.0, 100),
            (115.0, 120),
            (145.0, 140),
            (147.0, 150),
            (155.0, 160),
            (995.0, 1000),
            (1050.0, 1000),
            (1150.0, 1200),
            (9950.0, 10000),
            (10500.0, 10000),
            (11500.0, 12000),
            (58760.0, 59000),
            (114.999_999_999_999_99, 110),
            (-0.6, -1),
        ];
        for (milliseconds, bucket) in seen {
            assert_eq!(
                bucket_of(Number::Real(milliseconds)),
                Bucket::whole(bucket),
                "{milliseconds}"
            );
        }
    }
}
