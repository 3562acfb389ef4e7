//! A run as it is compared: for each entry what happened in each interval, and its response times in each.
use std::sync::Arc;

use crate::histogram::Exact;
use crate::store::Lacks;

#[derive(Debug, Clone, Default)]
pub struct Run {
    /// How the report calls it: the file it came from.
    pub label: String,
    /// How long one interval is, in seconds.
    pub interval: f64,
    /// Of the whole run, in seconds.
    pub length: f64,
    /// Why the file may lack the end of the run; it counts as far as it goes.
    pub lacks: Option<Lacks>,
    /// Some of its times are rounded to two digits, as Locust's workers report them, and so are its percentiles.
    pub is_rounded: bool,
    /// Entries in order of appearance; the aggregate has an empty method and stands last.
    pub entries: Vec<RunEntry>,
}

#[derive(Debug, Clone, Default)]
pub struct RunEntry {
    pub name: String,
    pub method: String,
    /// One per interval of the run, from its start; empty where the file has totals only.
    pub intervals: Vec<Interval>,
    /// Of the whole run.
    pub total: Interval,
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

impl RunEntry {
    /// What an entry is found by in the other run.
    pub fn key(&self) -> (&str, &str) {
        (&self.name, &self.method)
    }

    /// For tables: `GET /x`.
    pub fn shown(&self) -> String {
        if self.method.is_empty() {
            self.name.clone()
        } else {
            format!("{} {}", self.method, self.name)
        }
    }
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
