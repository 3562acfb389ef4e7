//! What happened in an interval, and the intervals of a run in their order.
use std::sync::Arc;

use rlocust_core::histogram::Exact;

/// What a figure is taken from.
#[derive(Debug, Clone, Copy)]
pub struct Course<'a> {
    pub intervals: &'a [Interval],
    pub total: &'a Interval,
}

/// What happened to one entry in one interval.
#[derive(Debug, Clone, Default)]
pub struct Interval {
    pub requests: u64,
    pub failures: u64,
    pub times: Arc<Exact>,
    /// p50, p95 and p99 in milliseconds, where a file has those instead of times.
    pub reported: Option<[f64; 3]>,
}

impl Interval {
    /// Requests that have a response time, as far as it is known.
    pub fn timed(&self) -> u64 {
        if self.times.is_empty() {
            self.requests
        } else {
            self.times.count()
        }
    }

    /// Adds what another interval has.
    pub fn add(&mut self, other: &Self) {
        self.requests = self.requests.saturating_add(other.requests);
        self.failures = self.failures.saturating_add(other.failures);
        Arc::make_mut(&mut self.times).merge(&other.times);
    }
}
