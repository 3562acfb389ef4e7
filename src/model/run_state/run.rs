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
    /// Unix seconds of the first and of the last one; nothing in a kept run.
    pub seen: Option<(f64, f64)>,
}

impl ExceptionRow {
    /// The message behind the type of the exception, which Locust's message lacks; the message alone where no traceback
    /// says the type.
    pub fn text(&self) -> String {
        let first = self.message.lines().next().unwrap_or_default();
        let kind = |line: &str| {
            let kind = line.strip_suffix(first)?.trim_end_matches(": ");
            let is_name = |letter: char| letter.is_alphanumeric() || "._".contains(letter);
            (!kind.is_empty() && kind.chars().all(is_name)).then(|| kind.to_owned())
        };
        match self.traceback.lines().rev().find_map(kind) {
            Some(kind) if self.message.is_empty() => kind,
            Some(kind) => format!("{kind}: {}", self.message),
            None => self.message.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_exception_is_named_by_its_type_and_its_message() {
        let text = |message: &str, traceback: &str| {
            let row = ExceptionRow {
                message: message.to_owned(),
                traceback: traceback.to_owned(),
                ..ExceptionRow::default()
            };
            row.text()
        };
        let of =
            |last: &str| format!("Traceback (most recent call last):\n  File \"x.py\"\n{last}\n");
        assert_eq!(
            text("'price'", &of("KeyError: 'price'")),
            "KeyError: 'price'"
        );
        assert_eq!(text("", &of("ValueError")), "ValueError");
        let long = "one\ntwo: three";
        assert_eq!(
            text(long, &of(&format!("my.Error: {long}"))),
            format!("my.Error: {long}")
        );
        for unknown in ["", "no traceback", "a b: 'price'"] {
            assert_eq!(text("'price'", unknown), "'price'");
        }
    }
}
