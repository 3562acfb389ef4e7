//! The board: what a runner knows, laid where the service thread can read it without asking the runner.
//! Each write is one short lock; reading copies.
use std::sync::Arc;

use indexmap::IndexMap;
use parking_lot::Mutex;

use crate::model::{ClassCount, ExceptionRow, RunState};

/// Written by the runner on each change, read once a tick.
#[derive(Debug, Default)]
pub struct Board {
    inner: Mutex<Inner>,
}

#[derive(Debug, Default)]
struct Inner {
    run: RunState,
    exceptions: IndexMap<String, Arc<ExceptionRow>>,
}

impl Board {
    pub fn set_state(&self, word: &str) {
        word.clone_into(&mut self.inner.lock().run.state);
    }

    /// A test begins: its own clock, no exceptions yet.
    pub fn test_started(&self, now: f64) {
        let mut inner = self.inner.lock();
        inner.run.started_at = Some(now);
        inner.run.stopped_at = None;
        inner.exceptions.clear();
    }

    pub fn test_stopped(&self, now: f64) {
        self.inner.lock().run.stopped_at = Some(now);
    }

    pub fn user_started(&self, class: &str) {
        let mut inner = self.inner.lock();
        inner.run.user_count += 1;
        class_of(&mut inner.run.classes, class).running += 1;
    }

    pub fn user_ended(&self, class: &str) {
        let mut inner = self.inner.lock();
        inner.run.user_count -= 1;
        class_of(&mut inner.run.classes, class).running -= 1;
    }

    pub fn set_target(&self, user_count: i64) {
        self.inner.lock().run.target_user_count = user_count;
    }

    pub fn set_target_of(&self, class: &str, user_count: i64) {
        class_of(&mut self.inner.lock().run.classes, class).target = user_count;
    }

    /// Adds or replaces the row of this key.
    pub fn put_exception(&self, key: &str, row: ExceptionRow) {
        self.inner
            .lock()
            .exceptions
            .insert(key.to_owned(), Arc::new(row));
    }

    pub fn clear_exceptions(&self) {
        self.inner.lock().exceptions.clear();
    }

    pub fn read(&self) -> RunState {
        let inner = self.inner.lock();
        RunState {
            exceptions: inner.exceptions.values().cloned().collect(),
            ..inner.run.clone()
        }
    }
}

fn class_of<'a>(classes: &'a mut Vec<ClassCount>, name: &str) -> &'a mut ClassCount {
    let at = classes
        .iter()
        .position(|class| class.name == name)
        .unwrap_or_else(|| {
            classes.push(ClassCount {
                name: name.to_owned(),
                ..ClassCount::default()
            });
            classes.len() - 1
        });
    &mut classes[at]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_board_tells_what_was_last_written() {
        let board = Board::default();
        board.set_state("running");
        board.test_started(12.0);
        board.user_started("A");
        board.user_started("B");
        board.user_started("A");
        board.user_ended("B");
        board.set_target_of("A", 2);
        let run = board.read();
        assert_eq!(
            (run.state.as_str(), run.user_count, run.started_at),
            ("running", 2, Some(12.0))
        );
        let counts: Vec<_> = run
            .classes
            .iter()
            .map(|class| (class.name.as_str(), class.running, class.target))
            .collect();
        assert_eq!(counts, [("A", 2, 2), ("B", 0, 0)]);
    }

    #[test]
    fn exceptions_of_one_key_are_one_row_and_a_new_test_forgets_them() {
        let board = Board::default();
        for count in 1..3 {
            board.put_exception(
                "k",
                ExceptionRow {
                    count,
                    ..ExceptionRow::default()
                },
            );
        }
        assert_eq!(board.read().exceptions[0].count, 2);
        board.test_started(1.0);
        assert!(board.read().exceptions.is_empty());
    }
}
