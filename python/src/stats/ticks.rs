//! Which sums the tables of a recorder show: the ticks of its run, or what lies in it where it belongs to none.
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use pyo3::prelude::*;
use rlocust_engine::model::Tick;
use rlocust_engine::run::Run;
use rlocust_engine::stats::Recorder;

/// The service thread takes a tick a second: an older one says that it does not run.
const RECENT: Duration = Duration::from_millis(1500);

/// The ticks of one recorder.
#[derive(Default)]
pub struct Ticks {
    run: Mutex<Weak<Run>>,
    /// What all tables show that are printed together.
    held: Mutex<Option<Arc<Tick>>>,
}

impl Ticks {
    pub fn belong_to(&self, run: &Arc<Run>) {
        *self.run.lock() = Arc::downgrade(run);
    }

    /// The sums of this moment, for a table that a suite may have asked for.
    pub fn now(&self, recorder: &Recorder) -> Arc<Tick> {
        if let Some(held) = self.held.lock().as_ref() {
            return Arc::clone(held);
        }
        let sums = || detached(|| Tick::of_sums(recorder.snapshot()));
        let Some(run) = self.run.lock().upgrade() else {
            return Arc::new(sums());
        };
        let tick = tick_of(&run);
        if is_outdated(&tick, recorder) {
            let run = Arc::clone(&tick.run);
            Arc::new(Tick { run, ..sums() })
        } else {
            tick
        }
    }

    /// The last published sums, a second old at most; for what is shown again and again.
    pub fn recent(&self, recorder: &Recorder) -> Arc<Tick> {
        let run = self.run.lock().upgrade();
        run.map_or_else(
            || self.now(recorder),
            |run| detached(|| run.recent_tick(RECENT)),
        )
    }

    /// From now on every table shows the last published sums, until `release`.
    pub fn hold(&self, recorder: &Recorder) {
        let recent = self.recent(recorder);
        *self.held.lock() = Some(recent);
    }

    pub fn release(&self) {
        *self.held.lock() = None;
    }
}

/// A tick of now, for callers that have the interpreter.
pub fn tick_of(run: &Run) -> Arc<Tick> {
    detached(|| run.tick())
}

/// A thread that forks may hold snapshots back and wait for the interpreter.
fn detached<T: Send>(take: impl FnOnce() -> T + Send) -> T {
    Python::attach(|py| py.detach(take))
}

/// A suite may go on recording after the last tick, or reset the sums.
fn is_outdated(tick: &Tick, recorder: &Recorder) -> bool {
    let sums = &tick.snapshot;
    tick.conclusion.is_some()
        && (sums.accounting != recorder.accounting()
            || sums.total.num_requests != recorder.total().read(|sums| sums.num_requests))
}
