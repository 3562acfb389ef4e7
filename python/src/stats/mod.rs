//! The sums of a run for `locust.stats`: the recorder, its rows, and the tables that are printed.
mod accounting;
pub mod cores;
pub mod entry;
mod error_objects;
pub mod error_rows;
pub(crate) mod forks;
mod ledger;
pub mod mirror;
pub mod reasons;
pub mod recorder;
mod steps;
pub mod tables;
pub mod ticks;
pub mod values;
