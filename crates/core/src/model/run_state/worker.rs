//! A worker as its master knows it: what its heartbeats, its reports and its silence say. Plain values, published with
//! the state of the run.
use super::super::lag::LagSummary;
use super::state::State;

/// One worker of a master's run, at one instant.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Worker {
    pub id: String,
    /// The machine: what stands before the first underscore of the id.
    pub host: String,
    /// In the order of first contact; -1 where it has none.
    pub index: i64,
    /// What its last heartbeat said, or `Missing`; nothing before there was one.
    pub state: Option<State>,
    pub user_count: i64,
    /// Requests per second, by its last report; nothing before there was one, and of one that is missing.
    pub rate: Option<f64>,
    /// Of one core; 0 until the worker has measured it.
    pub cpu_percent: f64,
    pub memory_bytes: u64,
    /// Unix seconds of its last heartbeat.
    pub last_seen: f64,
    /// Unix seconds of its last report; what a worker that is lost had not reported is from there on.
    pub last_report: Option<f64>,
    /// Locust's, as it said when it came.
    pub version: String,
    /// Its reports carry exact histograms, lag and accounting.
    pub is_rlocust: bool,
    /// For how long its script has not taken its turn; 0 of a stock worker, which does not say.
    pub script_silence_s: f64,
    /// By `Lag`, since the start of the test; empty of a stock worker.
    pub lags: [LagSummary; 3],
}

/// What a worker has counted and the master never got: the rest of a worker that was lost, or reports on their way.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Loss {
    pub worker: String,
    /// Unix seconds of the report before, or of the start of its work.
    pub from: f64,
    /// Unix seconds of its last heartbeat, or of the report after.
    pub until: f64,
    /// How many reports were lost on their way; 0 where it is the rest of a worker.
    pub reports: u64,
}
