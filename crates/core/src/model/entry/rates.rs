//! Requests per second as Locust means them. Both rates look at the aggregate's first and last moment, for
//! every entry; the current one ignores the newest seconds and stands still when traffic stops.
use super::per_second::PerSecond;

/// The aggregate's clock: when its sums began and when the last request was logged.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Span {
    pub start: Option<f64>,
    pub last: Option<f64>,
}

/// Mean over the ten full seconds that end two seconds before the last request; fewer at the start of a run.
pub fn current_rate(per_second: &PerSecond, span: Span) -> f64 {
    let Some(last) = span.last.map(|last| last as i64) else {
        return 0.0;
    };
    let first = last
        .saturating_sub(12)
        .max(span.start.unwrap_or(0.0) as i64);
    let end = last.saturating_sub(2);
    let sum: i64 = (first..end).map(|second| per_second.get(second)).sum();
    sum as f64 / end.saturating_sub(first).max(1) as f64
}

/// Count over the whole span.
pub fn total_rate(count: i64, span: Span) -> f64 {
    let (Some(start), Some(last)) = (span.start, span.last) else {
        return 0.0;
    };
    let length = last - start;
    if start == 0.0 || last == 0.0 || length == 0.0 {
        return 0.0;
    }
    count as f64 / length
}

#[cfg(test)]
#[expect(
    clippy::float_cmp,
    reason = "whole counts over whole seconds are exact"
)]
mod tests {
    use super::*;

    #[test]
    fn moments_that_no_clock_shows_have_a_rate_too() {
        for (start, last) in [
            (0.0, -1e300),
            (1e300, 0.0),
            (-1e300, 1e300),
            (0.0, f64::NAN),
        ] {
            let span = Span {
                start: Some(start),
                last: Some(last),
            };
            assert_eq!(current_rate(&PerSecond::default(), span), 0.0);
        }
    }

    #[test]
    fn the_current_rate_is_zero_for_three_seconds_then_a_mean_of_ten() {
        let steady: PerSecond = (100..=130).map(|second| (second, 2)).collect();
        let at = |last: f64| {
            let span = Span {
                start: Some(100.2),
                last: Some(last),
            };
            current_rate(&steady, span)
        };
        assert_eq!(at(102.9), 0.0);
        assert_eq!(
            at(103.0),
            2.0,
            "one second is available, and divided by one"
        );
        assert_eq!(at(130.0), 2.0);
    }

    #[test]
    fn the_total_rate_uses_the_span_of_the_aggregate() {
        let span = Span {
            start: Some(100.0),
            last: Some(104.0),
        };
        assert_eq!(total_rate(10, span), 2.5);
        let empty = Span { last: None, ..span };
        assert_eq!(total_rate(10, empty), 0.0);
    }

    #[test]
    fn a_whole_span_needs_two_moments_that_differ() {
        let rate = |start: f64, last: f64| {
            let span = Span {
                start: Some(start),
                last: Some(last),
            };
            total_rate(6, span)
        };
        assert_eq!(rate(1.0, 4.0), 2.0);
        for (start, last) in [(0.0, 4.0), (4.0, 0.0), (4.0, 4.0)] {
            assert_eq!(rate(start, last), 0.0, "{start} {last}");
        }
    }
}
