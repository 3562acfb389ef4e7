//! The words everyone uses: a number as Python keeps it, the row of an entry, the classes of the accounting, phases
//! and kinds of lag, and `Snapshot`, the sums at one instant. Plain data; no room above is named here.
mod accounting;
mod conclusion;
mod entry;
pub mod exit;
pub mod hashing;
mod judgement;
mod lag;
mod machine;
mod number;
mod python_repr;
mod run_state;
mod sample;
mod snapshot;
mod stream;
mod tick;
mod user_info;

pub use accounting::{Accounting, Attempts, CallEnd, CutPhase, Ended, Outcome, Reported};
pub use conclusion::Conclusion;
pub use entry::{
    BOUNDS, Cached, DAY, DEFAULT_WINDOW, EntryRow, Exemplar, Exemplars, HOUR, PerSecond, Phase,
    PhaseRows, Phases, SHOWN, Span, Window, bucket_of, current_rate, fail_ratio, held_exact,
    held_median, mean, percentile, percentiles, total_rate,
};
pub use judgement::{Judgement, Verdict};
pub use lag::{Lag, LagSummary, Standstill};
pub use machine::{BusySoFar, CoreUse, GeneratorLoad, LoadSoFar, Machines, TargetLoad, ThreadCpu};
pub use number::{Bucket, Number};
pub use python_repr::python_repr;
pub use run_state::{ClassCount, ExceptionRow, Loss, RunState, State, Worker};
pub use sample::Sample;
pub use snapshot::{ErrorRow, Snapshot};
pub use stream::{StreamCounts, StreamFigure, StreamRow};
pub use tick::Tick;
pub use user_info::without_user_info;
