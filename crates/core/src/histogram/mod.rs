//! An HDR histogram of microseconds: the bucket scheme of `HdrHistogram` with a lowest value of 1, so that
//! conversion both ways loses nothing, but kept in pages that appear when they are touched. A name requested
//! twice costs two hundred bytes, a busy one what its spread of times needs, and a copy is a few memory moves.
//! Merging adds counter by counter, so shards merged in any order give what one recorder would have.
mod additions;
mod counters;
mod difference;
mod hdr;
mod ledger;
mod plane;
mod quantiles;
mod steps;

pub use additions::Additions;
pub use ledger::{Coarse, Exact, Histogram};
pub use steps::LONGEST_US;
