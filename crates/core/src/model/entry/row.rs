//! One row of a snapshot: the sums of a name and method, or of all. Figures that Locust derives are methods;
//! rates take the aggregate's clock (`Snapshot::span`), because Locust computes every entry's rate by it.
use std::sync::Arc;

use super::super::number::{Bucket, Number};
use super::exemplars::Exemplars;
use super::per_second::PerSecond;
use super::percentiles::{held_median, percentile, percentiles};
use super::phases::PhaseRows;
use super::rates::{Span, current_rate, total_rate};
use super::window::Window;
use crate::histogram::{Additions, Exact};

/// The quantiles that pages show of every row.
pub const SHOWN: [f64; 3] = [0.5, 0.95, 0.99];

/// The sums of one entry at an instant. Never changes.
#[derive(Debug, Clone)]
pub struct EntryRow {
    pub name: Arc<str>,
    pub method: Arc<str>,
    pub num_requests: i64,
    pub num_none_requests: i64,
    pub num_failures: i64,
    pub total_response_time: Number,
    pub min_response_time: Option<Number>,
    pub max_response_time: Number,
    pub total_content_length: Number,
    /// Unix seconds.
    pub start_time: f64,
    pub last_request_timestamp: Option<f64>,
    /// Locust's histogram: rounded response times and their counts, in insertion order.
    pub buckets: Vec<(Bucket, i64)>,
    pub num_reqs_per_sec: PerSecond,
    pub num_fail_per_sec: PerSecond,
    /// For current percentiles; none where they are not kept.
    pub window: Option<Window>,
    /// Our own ledger, in microseconds.
    pub exact: Arc<Exact>,
    /// What was recorded into it since the row before this one.
    pub additions: Additions,
    /// Its quantiles of `SHOWN`, where they were found as it was copied: who reads it later reads it from another core's cache.
    pub shown_us: Option<[u64; SHOWN.len()]>,
    /// Some of it came from workers that report rounded times only.
    pub is_rounded: bool,
    pub phases: PhaseRows,
    pub exemplars: Exemplars,
}

impl Default for EntryRow {
    fn default() -> Self {
        Self {
            name: "".into(),
            method: "".into(),
            num_requests: 0,
            num_none_requests: 0,
            num_failures: 0,
            total_response_time: Number::ZERO,
            min_response_time: None,
            max_response_time: Number::ZERO,
            total_content_length: Number::ZERO,
            start_time: 0.0,
            last_request_timestamp: None,
            buckets: Vec::new(),
            num_reqs_per_sec: PerSecond::default(),
            num_fail_per_sec: PerSecond::default(),
            window: None,
            exact: Arc::default(),
            additions: Additions::default(),
            shown_us: None,
            is_rounded: false,
            phases: PhaseRows::default(),
            exemplars: Exemplars::default(),
        }
    }
}

impl EntryRow {
    /// Of the aggregate: the clock that rates follow.
    pub fn span(&self) -> Span {
        Span {
            start: Some(self.start_time),
            last: self.last_request_timestamp,
        }
    }

    /// Requests that have a response time.
    pub fn timed_requests(&self) -> i64 {
        self.num_requests - self.num_none_requests
    }

    pub fn fail_ratio(&self) -> f64 {
        fail_ratio(self.num_requests, self.num_failures)
    }

    /// Milliseconds.
    pub fn avg_response_time(&self) -> f64 {
        mean(self.total_response_time, self.timed_requests())
    }

    /// Bytes.
    pub fn avg_content_length(&self) -> f64 {
        mean(self.total_content_length, self.num_requests)
    }

    /// Locust's percentile of the rounded times, in milliseconds.
    pub fn response_time_percentile(&self, percent: f64) -> Number {
        percentile(self.buckets.iter().copied(), self.timed_requests(), percent)
    }

    /// The rounded median, held between the exact extremes.
    pub fn median_response_time(&self) -> Number {
        self.median_and_percentiles(&[]).0
    }

    /// The median with the percentiles of the rounded times: the histogram is sorted for all of them together.
    pub fn median_and_percentiles(&self, percents: &[f64]) -> (Number, Vec<Number>) {
        let percents: Vec<f64> = std::iter::once(0.5)
            .chain(percents.iter().copied())
            .collect();
        let rows = self.buckets.iter().copied();
        let mut times = percentiles(rows, self.timed_requests(), &percents);
        let median = times.remove(0);
        if self.buckets.is_empty() {
            return (Number::ZERO, times);
        }
        let held = held_median(median, self.min_response_time, self.max_response_time);
        (held, times)
    }

    /// Locust's percentiles of the last `window` seconds before `now` (Unix seconds); nothing while no copy of
    /// the histogram is old enough.
    pub fn current_percentiles(
        &self,
        now: f64,
        window: i64,
        percents: &[f64],
    ) -> Option<Vec<Number>> {
        let rows = (self.buckets.iter().copied(), self.timed_requests());
        let kept = self.window.as_ref()?;
        kept.percentiles(rows, now as i64, window, percents)
    }

    pub fn current_rps(&self, span: Span) -> f64 {
        current_rate(&self.num_reqs_per_sec, span)
    }

    pub fn current_fail_per_sec(&self, span: Span) -> f64 {
        current_rate(&self.num_fail_per_sec, span)
    }

    pub fn total_rps(&self, span: Span) -> f64 {
        total_rate(self.num_requests, span)
    }

    pub fn total_fail_per_sec(&self, span: Span) -> f64 {
        total_rate(self.num_failures, span)
    }

    /// Our exact percentiles of `SHOWN`, in microseconds.
    pub fn shown_us(&self) -> [u64; SHOWN.len()] {
        let found = || self.exact.quantiles_us(SHOWN);
        self.shown_us.unwrap_or_else(found)
    }

    /// Our exact percentile, in milliseconds; 1 is the true maximum.
    pub fn exact_percentile_ms(&self, quantile: f64) -> f64 {
        held_exact(
            self.exact.quantile_us(quantile),
            self.min_response_time,
            self.max_response_time,
        )
    }
}

/// Whole microseconds of our ledger as milliseconds. The extremes are kept unrounded: nothing reported lies beyond them.
pub fn held_exact(microseconds: u64, least: Option<Number>, most: Number) -> f64 {
    let milliseconds = microseconds as f64 / 1000.0;
    let Some(least) = least else {
        return milliseconds; // of sums without a time, or that a suite assigned
    };
    milliseconds.max(least.as_f64()).min(most.as_f64())
}

/// Above 1 where failures were logged without their requests, as under Locust.
pub fn fail_ratio(requests: i64, failures: i64) -> f64 {
    match (requests, failures) {
        (0, failures) if failures > 0 => 1.0,
        (0, _) => 0.0,
        (requests, failures) => failures as f64 / requests as f64,
    }
}

/// 0 of nothing.
pub fn mean(sum: Number, count: i64) -> f64 {
    match count {
        0 => 0.0,
        count => sum.as_f64() / count as f64,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn exact_percentiles_lie_between_the_extremes(
            times in prop::collection::vec(0.0_f64..100_000.0, 1..50),
            quantile in 0.0_f64..=1.0,
        ) {
            let mut exact = Exact::default();
            for ms in &times {
                exact.record_ms(*ms);
            }
            let (least, most) = times.iter().fold((f64::MAX, 0.0_f64), |(a, b), ms| (a.min(*ms), b.max(*ms)));
            let row = EntryRow {
                min_response_time: Some(Number::Real(least)),
                max_response_time: Number::Real(most),
                exact: Arc::new(exact),
                ..EntryRow::default()
            };
            let reported = row.exact_percentile_ms(quantile);
            prop_assert!(least <= reported && reported <= most, "{reported} is not within {least} and {most}");
        }
    }
}
