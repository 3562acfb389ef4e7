//! The sums of a run for `locust.stats`: the recorder, its rows, and the tables that are printed.
pub mod entry;
pub mod error_rows;
pub mod mirror;
pub mod recorder;
pub mod tables;
pub mod values;
