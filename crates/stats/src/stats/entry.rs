//! One row of the statistics: a name, a method and its sums behind a lock. The recorder and Python objects
//! share it, so a row that was cleared from the recorder stays readable for whoever still holds it.
//!
//! The row of the last snapshot is kept and given out again while nothing has changed. A snapshot stands for
//! a moment: whoever changes an entry first after it makes the row that the snapshot will ask for.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;

use super::sums::Sums;
use rlocust_core::histogram::Additions;
use rlocust_core::model::{Bucket, EntryRow, Number, Phases};

/// The number of a snapshot, ascending over all recorders: an entry may be put into another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct SnapshotId(u64);

static LAST_MOMENT: AtomicU64 = AtomicU64::new(0);

impl SnapshotId {
    pub fn next() -> Self {
        Self(LAST_MOMENT.fetch_add(1, Ordering::Relaxed) + 1)
    }

    pub fn last() -> Self {
        Self(LAST_MOMENT.load(Ordering::Relaxed))
    }
}

/// A named set of sums.
#[derive(Debug)]
pub struct Entry {
    pub name: Arc<str>,
    pub method: Arc<str>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    /// The sums as they were at `row_of`, once a snapshot or a change has asked for them.
    row: Option<Arc<EntryRow>>,
    row_of: SnapshotId,
    /// Since `row` was made.
    is_changed: bool,
    sums: Sums,
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

impl Timed<'_> {
    #[inline]
    fn enter(&self, sums: &mut Sums) {
        sums.count_request(self.now, self.window);
        sums.add_time(self.response_time, self.bucket);
        sums.add_length(self.content_length);
        if let Some(phases) = self.phases {
            sums.phases.record(phases);
        }
    }
}

impl Entry {
    /// `window` in seconds, for entries that have current percentiles.
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
                row_of: SnapshotId::last(),
                is_changed: true,
            }),
        }
    }

    pub fn log(&self, timed: &Timed<'_>, last: SnapshotId) {
        self.with_after(last, |sums| timed.enter(sums));
    }

    /// The same into two entries. Both locks are taken before either is touched and given back after: taking or
    /// giving back a lock waits for every store before it, so that one by one the cache misses of each entry would
    /// be waited for, and not at the same time.
    pub fn log_with(&self, other: &Self, timed: &Timed<'_>, last: SnapshotId) {
        let mut ours = self.state.lock();
        // A snapshot may have it at this moment; or a suite has put one entry in both places.
        let Some(mut theirs) = other.state.try_lock() else {
            drop(ours);
            self.log(timed, last);
            return other.log(timed, last);
        };
        let replaced = [
            self.before_change(&mut ours, last),
            other.before_change(&mut theirs, last),
        ];
        timed.enter(&mut ours.sums);
        timed.enter(&mut theirs.sums);
        drop(theirs);
        drop(ours);
        drop(replaced);
    }

    pub fn log_error(&self, now: f64) {
        self.with(|sums| sums.count_failure(now));
    }

    /// As `log_error`, for the recorder.
    pub fn log_error_after(&self, last: SnapshotId, now: f64) {
        self.with_after(last, |sums| sums.count_failure(now));
    }

    /// Zero in place; the clock of the entry starts again.
    pub fn reset(&self, now: f64, window: i64, last: SnapshotId) {
        drop(self.take(now, window, last));
    }

    /// The sums so far; they begin at zero again.
    pub fn take(&self, now: f64, window: i64, last: SnapshotId) -> Sums {
        self.with_after(last, |sums| {
            let keeps_window = sums.window.is_some();
            sums.take(now, keeps_window.then_some(window))
        })
    }

    /// Changes the sums; the lock is held for the call. A snapshot that is being taken may or may not have it.
    #[inline]
    pub fn with<R>(&self, work: impl FnOnce(&mut Sums) -> R) -> R {
        let mut state = self.state.lock();
        state.is_changed = true;
        work(&mut state.sums)
    }

    /// As `with`, and the snapshot of moment `last` gets the sums of before, if it does not have them yet.
    #[inline]
    pub fn with_after<R>(&self, last: SnapshotId, work: impl FnOnce(&mut Sums) -> R) -> R {
        let mut state = self.state.lock();
        let replaced = self.before_change(&mut state, last);
        let result = work(&mut state.sums);
        drop(state);
        drop(replaced);
        result
    }

    /// The row that is replaced is to be dropped after the lock is given back.
    #[inline]
    fn before_change(&self, state: &mut State, last: SnapshotId) -> Option<Arc<EntryRow>> {
        let is_asked_for = state.row_of < last;
        let replaced = is_asked_for.then(|| self.hold(state, last)).flatten();
        state.is_changed = true;
        replaced
    }

    /// Reads the sums; the lock is held for the call.
    pub fn read<R>(&self, work: impl FnOnce(&Sums) -> R) -> R {
        work(&self.state.lock().sums)
    }

    /// The row of a moment, the last one of its recorder; the same as last time if nothing happened between.
    pub fn row(&self, moment: SnapshotId) -> Arc<EntryRow> {
        let mut state = self.state.lock();
        let replaced = if state.row_of < moment || state.row.is_none() {
            self.hold(&mut state, moment)
        } else {
            None
        };
        let row = state.row.clone();
        drop(state);
        drop(replaced); // with its histograms, after the lock is given back
        row.unwrap_or_default()
    }

    /// Keeps the sums as the row of this moment; answers the row they replace.
    #[cold]
    fn hold(&self, state: &mut State, moment: SnapshotId) -> Option<Arc<EntryRow>> {
        state.row_of = moment;
        if !state.is_changed && state.row.is_some() {
            return None;
        }
        state.is_changed = false;
        let row = state.sums.row(&self.name, &self.method);
        state.sums.additions = Additions::default();
        state.row.replace(Arc::new(row))
    }
}
