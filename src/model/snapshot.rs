//! The sums of a run at one instant: what tables, files, pages and metrics read. Made once a tick from the
//! recorder; nobody recomputes. Rates and means are ready, percentiles are taken from `buckets` when asked.
use super::accounting::Accounting;
use super::number::{Bucket, Number};

/// Everything known at one instant.
#[derive(Debug, Clone, Default)]
pub struct Snapshot {
    /// Unix seconds.
    pub taken_at: f64,
    /// In the order in which they appeared.
    pub entries: Vec<EntryRow>,
    pub total: EntryRow,
    /// In the order of their first occurrence.
    pub errors: Vec<ErrorRow>,
    pub accounting: Accounting,
    pub lags: [LagSummary; 3],
}

/// One name and method, or the aggregate.
#[derive(Debug, Clone, Default)]
pub struct EntryRow {
    pub name: String,
    pub method: String,
    pub num_requests: i64,
    pub num_none_requests: i64,
    pub num_failures: i64,
    pub fail_ratio: f64,
    pub avg_response_time: f64,
    pub min_response_time: Option<Number>,
    pub max_response_time: Number,
    pub median_response_time: Number,
    pub current_rps: f64,
    pub current_fail_per_sec: f64,
    pub total_rps: f64,
    pub total_fail_per_sec: f64,
    pub avg_content_length: f64,
    /// Locust's histogram: rounded response times and their counts, in insertion order.
    pub buckets: Vec<(Bucket, i64)>,
}

/// One row of the error report.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ErrorRow {
    pub key: String,
    pub method: String,
    pub name: String,
    /// The full text, memory addresses masked.
    pub text: String,
    /// The text as the console shows it: a `CatchResponseError` is unwrapped.
    pub shown: String,
    pub occurrences: i64,
    pub first_seen: Option<f64>,
    pub last_seen: Option<f64>,
}

/// What a user waited for beyond what the script and the server asked of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(usize)]
pub enum Lag {
    /// From the intended end of a wait to the user running again.
    Wake,
    /// From the call to its start on the I/O thread.
    Submit,
    /// From the complete response to the user running again.
    Resume,
}

impl Lag {
    pub const ALL: [Self; 3] = [Self::Wake, Self::Submit, Self::Resume];
}

/// One kind of lag, in microseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LagSummary {
    pub count: u64,
    pub p50_us: u64,
    pub p99_us: u64,
    pub max_us: u64,
}
