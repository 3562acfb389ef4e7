//! The words everyone uses: a number as Python keeps it, the histograms, the classes of the accounting, phases
//! and kinds of lag, and `Snapshot`, the sums at one instant. Plain data; no room above is named here.
mod accounting;
mod entry_row;
pub mod exit;
pub mod hashing;
mod histogram;
mod judgement;
mod lag;
mod machine;
mod number;
mod per_second;
mod percentiles;
mod phases;
mod plane;
mod rates;
mod run_state;
mod sample;
mod snapshot;
mod tick;
mod window;

pub use accounting::{Accounting, Outcome};
pub use entry_row::{EntryRow, fail_ratio, mean};
pub use histogram::{Coarse, Exact, Histogram, LONGEST_US};
pub use judgement::{Judgement, Verdict};
pub use lag::{Lag, LagSummary};
pub use machine::{GeneratorLoad, LoadSoFar, Machines, TargetLoad, ThreadCpu};
pub use number::{Bucket, Number};
pub use per_second::{DAY, HOUR, PerSecond};
pub use percentiles::{held_median, percentile};
pub use phases::{Phase, PhaseRows, Phases};
pub use rates::{Span, current_rate, total_rate};
pub use run_state::{ClassCount, ExceptionRow, RunState};
pub use sample::Sample;
pub use snapshot::{ErrorRow, Snapshot};
pub use tick::Tick;
pub use window::{Cached, DEFAULT_WINDOW, Window};
