//! What a runner knows of its run beside the sums: the state word, users by class, exceptions of the suite.
//! Plain values, written by whoever runs the users and read by outputs, metrics and pages.
use std::sync::Arc;

/// A run at one instant.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunState {
    /// Locust's word: `ready`, `spawning`, `running`, `cleanup`, `stopping`, `stopped`; empty before a runner.
    pub state: String,
    /// Users that run now.
    pub user_count: i64,
    /// Users that were asked for.
    pub target_user_count: i64,
    /// In the order in which the classes first had a user or a target.
    pub classes: Vec<ClassCount>,
    /// Start of the test, Unix seconds.
    pub started_at: Option<f64>,
    /// End of the test, Unix seconds; nothing while it runs.
    pub stopped_at: Option<f64>,
    /// In the order of their first occurrence.
    pub exceptions: Vec<Arc<ExceptionRow>>,
}

/// How many users of a class run, and how many should.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClassCount {
    pub name: String,
    pub running: i64,
    pub target: i64,
}

/// An exception of the suite's own code; equal tracebacks are one row.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExceptionRow {
    pub count: i64,
    pub message: String,
    pub traceback: String,
    /// Where it was raised: `local`, or the names of workers, joined by a comma and a space.
    pub nodes: String,
}
