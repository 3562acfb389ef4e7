//! One row of the statistics: a name, a method and its sums behind a lock. The recorder and Python objects
//! share it, so a row that was cleared from the recorder stays readable for whoever still holds it.
//!
//! The row of the last snapshot is kept and given out again while nothing has changed.
use std::sync::Arc;

use parking_lot::Mutex;

use super::sums::Sums;
use crate::model::{Bucket, EntryRow, Number, Phases};

/// A named set of sums.
#[derive(Debug)]
pub struct Entry {
    pub name: Arc<str>,
    pub method: Arc<str>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    sums: Sums,
    row: Option<Arc<EntryRow>>,
    is_changed: bool,
}

/// One finished request, as the recorder hands it to its rows.
#[derive(Debug, Clone, Copy)]
pub struct Timed<'a> {
    pub now: f64,
    pub window: i64,
    pub response_time: Option<Number>,
    pub content_length: Number,
    pub bucket: Option<Bucket>,
    pub phases: Option<&'a Phases>,
}

impl Entry {
    /// `window` in seconds, for entries that tell current percentiles.
    pub fn new(name: &str, method: &str, now: f64, window: Option<i64>) -> Self {
        Self::with_sums(name, method, Sums::new(now, window))
    }

    /// The sum of all: it keeps a day of seconds, others an hour.
    pub fn aggregate(now: f64, window: Option<i64>) -> Self {
        Self::with_sums("Aggregated", "", Sums::of_a_day(now, window))
    }

    fn with_sums(name: &str, method: &str, sums: Sums) -> Self {
        Self {
            name: name.into(),
            method: method.into(),
            state: Mutex::new(State {
                sums,
                row: None,
                is_changed: true,
            }),
        }
    }

    pub fn log(&self, timed: &Timed<'_>) {
        self.with(|sums| {
            sums.count_request(timed.now, timed.window);
            sums.add_time(timed.response_time, timed.bucket);
            sums.add_length(timed.content_length);
            if let Some(phases) = timed.phases {
                sums.phases.record(phases);
            }
        });
    }

    pub fn log_error(&self, now: f64) {
        self.with(|sums| sums.count_failure(now));
    }

    /// Zero in place; the clock of the entry starts again.
    pub fn reset(&self, now: f64, window: i64) {
        self.with(|sums| {
            let keeps_window = sums.window.is_some();
            sums.reset(now, keeps_window.then_some(window));
        });
    }

    /// Changes the sums; the lock is held for the call.
    #[inline]
    pub fn with<R>(&self, work: impl FnOnce(&mut Sums) -> R) -> R {
        let mut state = self.state.lock();
        state.is_changed = true;
        work(&mut state.sums)
    }

    /// Reads the sums; the lock is held for the call.
    pub fn read<R>(&self, work: impl FnOnce(&Sums) -> R) -> R {
        work(&self.state.lock().sums)
    }

    /// The row of this instant; the same as last time if nothing happened since.
    pub fn row(&self) -> Arc<EntryRow> {
        let mut state = self.state.lock();
        if let (false, Some(row)) = (state.is_changed, &state.row) {
            return Arc::clone(row);
        }
        let row = Arc::new(state.sums.row(&self.name, &self.method));
        state.is_changed = false;
        let replaced = state.row.replace(Arc::clone(&row));
        drop(state);
        drop(replaced); // with its histograms, after the lock is given back
        row
    }
}
