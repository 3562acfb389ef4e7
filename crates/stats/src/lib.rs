//! Statistics of a run, and all that is made of them: tables and files, stores, verdicts, comparisons, earlier runs.
#![forbid(unsafe_code)]

pub mod compare;
pub mod history;
pub mod report;
pub mod stats;
pub mod store;
pub mod verdict;
