//! What a runner knows of its run beside the sums: users by class, exceptions of the suite.
//! Plain values, written by whoever runs the users and read by outputs, metrics and pages.
use std::sync::Arc;

use super::super::machine::LoadSoFar;
use super::state::State;
use super::worker::{Loss, Worker};

/// A run at one instant.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RunState {
    /// Nothing before there is a runner.
    pub state: Option<State>,
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
    /// Of a master, in the order of their indices; of others none.
    pub workers: Vec<Worker>,
    /// Of a master that had workers: the busiest of each second, in percent of one core.
    pub busiest_worker: Option<LoadSoFar>,
    /// What workers have counted in this test and the master never got; of one that is missing, unless it comes back.
    pub losses: Vec<Loss>,
}

impl RunState {
    /// Locust's word for the state; empty before there is a runner.
    pub fn word(&self) -> &'static str {
        self.state.map_or("", State::word)
    }

    /// How many workers send no heartbeats any more.
    pub fn missing_workers(&self) -> usize {
        let states = self.workers.iter().map(|worker| worker.state);
        states
            .filter(|state| *state == Some(State::Missing))
            .count()
    }

    /// How many reports of workers never came; what a lost worker had not reported is one.
    pub fn lost_reports(&self) -> u64 {
        self.losses.iter().map(|loss| loss.reports.max(1)).sum()
    }
}

/// How many users of a class run, and how many should.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClassCount {
    pub name: String,
    pub running: i64,
    pub target: i64,
}

/// An exception of the suite's own code; equal tracebacks are one row.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ExceptionRow {
    pub count: i64,
    pub message: String,
    pub traceback: String,
    /// Where it was raised: `local`, or the names of workers, joined by a comma and a space.
    pub nodes: String,
    /// The name of its type; empty where it is not known, as in a kept run.
    pub kind: String,
    /// Unix seconds of the first and of the last one; nothing in a kept run.
    pub seen: Option<(f64, f64)>,
}

impl ExceptionRow {
    /// The message, behind the type, which Locust's message lacks.
    pub fn text(&self) -> String {
        match (&*self.kind, &*self.message) {
            ("", message) => message.to_owned(),
            (kind, "") => kind.to_owned(),
            (kind, message) => format!("{kind}: {message}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_is_named_by_its_type_and_its_message() {
        let text = |kind: &str, message: &str| {
            let row = ExceptionRow {
                kind: kind.to_owned(),
                message: message.to_owned(),
                ..ExceptionRow::default()
            };
            row.text()
        };
        assert_eq!(text("KeyError", "'price'"), "KeyError: 'price'");
        assert_eq!(text("", "'price'"), "'price'");
        assert_eq!(text("ValueError", ""), "ValueError");
    }
}
