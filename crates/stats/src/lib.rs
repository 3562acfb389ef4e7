//! Statistics of a run, and all that is made of them: tables and files, stores, verdicts, comparisons, earlier runs.
//!
//! Rooms, lowest first; each names only those before it (`tests/engine/arrows` holds it):
//! `stats` · `report` · `store` · `verdict` · `compare` · `history`

#![forbid(unsafe_code)]

pub mod compare;
pub mod history;
pub mod report;
pub mod stats;
pub mod store;
pub mod verdict;
