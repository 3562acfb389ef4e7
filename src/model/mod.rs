//! The words everyone uses: a number as Python keeps it, the classes of the accounting, the kinds of lag,
//! and `Snapshot`, the sums at one instant. Plain data; no room above is named here.
mod accounting;
mod number;
mod run_state;
mod snapshot;
mod tick;

pub use accounting::{Accounting, Outcome};
pub use number::{Bucket, Number};
pub use run_state::{ClassCount, ExceptionRow, RunState};
pub use snapshot::{EntryRow, ErrorRow, Lag, LagSummary, Snapshot};
pub use tick::Tick;
