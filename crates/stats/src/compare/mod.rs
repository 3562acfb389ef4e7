//! Two runs side by side: per entry rates, percentiles and error shares, what changed, and whether chance explains it.
//! `Run` is what is compared, whatever file it came from; `compare` judges; the other files show the result.
//!
//! The test: each run is cut into equal parts of several seconds, so that what one second hands on to the next
//! (autocorrelation) stays inside a part; the figures of the parts are compared by Welch's t-test, widened where even
//! the parts hang together; Holm's correction keeps the chance of any false alarm in the whole table at 1 %.
//! Why so: `docs/decisions/0012-how-two-runs-are-compared.md`.
mod comparison;
#[cfg(test)]
mod costs;
mod figure;
mod files;
mod interval;
mod json;
mod markdown;
mod parts;
mod regression;
mod run;
#[cfg(test)]
mod simulation;
mod student;
mod table;
mod welch;

pub use comparison::{Change, Comparison, EntryComparison, Finding, compare};
pub use figure::Figure;
pub use files::{Unreadable, load, load_summary, read_file, report_data, times_of};
pub use interval::Interval;
pub use json::json;
pub use markdown::markdown;
pub use regression::{Breach, MaxRegression, Regression, parse_max_regression};
pub use run::{Run, RunEntry};
pub use table::table;
