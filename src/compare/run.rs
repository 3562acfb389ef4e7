//! A run as it is compared: for each entry what happened in each interval, and its response times in each.
use std::sync::Arc;

use crate::model::Exact;

/// One run.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// How the report calls it: the file it came from.
    pub label: String,
    /// How long one interval is, in seconds.
    pub interval: f64,
    /// Of the whole run, in seconds.
    pub length: f64,
    /// Entries in order of appearance; the aggregate has an empty method and stands last.
    pub entries: Vec<RunEntry>,
}

/// One name and method.
#[derive(Debug, Clone, Default)]
pub struct RunEntry {
    pub name: String,
    pub method: String,
    /// One per interval of the run, from its start; empty where the file tells totals only.
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
}

impl Run {
    pub fn entry(&self, name: &str, method: &str) -> Option<&RunEntry> {
        self.entries
            .iter()
            .find(|entry| entry.name == name && entry.method == method)
    }
}

impl RunEntry {
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
    /// Adds what another interval has.
    pub fn add(&mut self, other: &Self) {
        self.requests += other.requests;
        self.failures += other.failures;
        Arc::make_mut(&mut self.times).merge(&other.times);
    }
}
