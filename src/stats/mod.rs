//! Sums of a run. `Recorder` takes one call per finished request and never waits for anything but its own
//! short lock; `Snapshot` (in `model`) is what everyone else reads. Formatting lives in `report`.
//!
//! Each entry keeps two ledgers: Locust's buckets, so that figures from both tools compare line by line
//! (`buckets`, `percentiles`), and an HDR histogram in microseconds, so that ours are exact (`exact`).
//! Rates follow Locust to the letter, including that every entry uses the aggregate's clock (`rates`).
mod accounting;
mod buckets;
mod counts;
mod entry;
mod errors;
mod exact;
mod hashing;
mod percentiles;
mod rates;
mod recorder;
mod sums;
mod window;

pub use buckets::bucket_of;
pub use counts::{Counts, PerSecond};
pub use entry::Entry;
pub use errors::{ErrorKey, ErrorSlot, Tally, masked_addresses, shown_error};
pub use exact::Exact;
pub use percentiles::percentile;
pub use rates::{Span, current_rate, total_rate};
pub use recorder::{Changes, Recorder, ResponseTimesCache};
pub use sums::Sums;
pub use window::{Cached, DEFAULT_WINDOW};
