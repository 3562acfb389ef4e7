//! Sums of a run. `Recorder` takes one call per finished request and never waits for anything but its own
//! short lock; `Snapshot` (in `model`) is what everyone else reads. Formatting lives in `report`.
//!
//! Each entry keeps two ledgers: Locust's buckets, so that figures from both tools compare line by line
//! (`buckets`), and an HDR histogram in microseconds, so that ours are exact (`histogram::Exact`).
//! Rates follow Locust to the letter, including that every entry uses the aggregate's clock.
mod accounting;
mod buckets;
mod calls;
mod counts;
mod entry;
mod errors;
mod kept;
mod phases;
mod recorder;
mod report;
mod reported;
mod snapshot_lock;
mod streams;
mod sums;

pub use buckets::bucket_of;
pub use calls::{LateFailure, PendingSample, SampleAccount};
pub use counts::Counts;
pub use entry::Entry;
pub use errors::{ErrorKey, ErrorSlot, Tally, masked_addresses, shown_error};
pub use kept::{OVERFLOW_NAME, bare_name, kept_error, kept_name, shortened_error};
pub use phases::PhaseLedgers;
pub use recorder::{Changes, MOST_NAMES, Recorder, ResponseTimesCache};
pub use report::{Report, ReportedEntry};
pub use streams::StreamLedger;
pub use sums::Sums;
