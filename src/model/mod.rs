//! The words everyone uses: a number as Python keeps it, the classes of the accounting, the kinds of lag,
//! and `Snapshot`, the sums at one instant. Plain data; no room above is named here.
mod accounting;
mod machine;
mod number;
mod snapshot;

pub use accounting::{Accounting, Outcome};
pub use machine::{GeneratorLoad, TargetLoad, ThreadCpu};
pub use number::{Bucket, Number};
pub use snapshot::{EntryRow, ErrorRow, Lag, LagSummary, Snapshot};
