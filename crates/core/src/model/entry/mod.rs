//! The row of one entry in a snapshot and what it is made of: Locust's rounded histogram, the window behind current
//! percentiles, counts by second, the rates over them, and phases.
mod exemplars;
mod packed;
mod per_second;
mod percentiles;
mod phases;
mod rates;
mod row;
mod window;

pub use exemplars::{BOUNDS, Exemplar, Exemplars, bucket_of};
pub use per_second::{DAY, HOUR, PerSecond};
pub use percentiles::{held_median, percentile, percentiles};
pub use phases::{Phase, PhaseRows, Phases};
pub use rates::{Span, current_rate, total_rate};
pub use row::{EntryRow, SHOWN, fail_ratio, held_exact, mean};
pub use window::{Cached, DEFAULT_WINDOW, Window};
