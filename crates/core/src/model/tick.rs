//! What every output gets, once a second and once more at the end.
use std::sync::Arc;

use super::conclusion::Conclusion;
use super::machine::Machines;
use super::run_state::RunState;
use super::snapshot::Snapshot;

/// The sums and the state of a run at one instant.
#[derive(Debug, Clone, Default)]
pub struct Tick {
    /// Unix seconds; the snapshot was taken then.
    pub now: f64,
    pub snapshot: Snapshot,
    pub run: Arc<RunState>,
    pub machines: Machines,
    /// With the last tick of a run that ended in order.
    pub conclusion: Option<Arc<Conclusion>>,
}

impl Tick {
    /// Sums that belong to no run.
    pub fn of_sums(snapshot: Snapshot) -> Self {
        Self {
            now: snapshot.taken_at,
            snapshot,
            ..Self::default()
        }
    }

    /// The sums of the test: rates and durations end with it, not with the program.
    pub fn of_test(&self) -> Snapshot {
        let sums = self.snapshot.clone();
        sums.of_test_that_ended(self.run.stopped_at)
    }
}
