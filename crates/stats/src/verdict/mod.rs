//! Verdicts: when does a run fail? A `Limit` is what `--fail-if` says, a `MaxLag` what `--max-lag` says; both are
//! judged on a `Snapshot`, wherever that came from, and leave `Judgement`s (in `model`) for those who show them.
//!
//! Pure: no clock, no file, no thread. Percentiles are those of our exact ledger. A limit on something that never
//! happened counts as crossed, because a pipeline must not turn green on nothing.
#[cfg(test)]
mod costs;
mod figures;
mod judge;
mod limit;
mod max_lag;
mod metric;
mod parse;
mod scanner;
mod strict;
mod tracker;

pub use judge::judge;
pub use limit::{Comparison, Limit, Selector};
pub use max_lag::{LagFigure, MaxLag, parse_max_lag};
pub use metric::{Dimension, Metric, metric_words, shown};
pub use parse::parse_limits;
pub use scanner::Problem;
pub use tracker::LimitTracker;
