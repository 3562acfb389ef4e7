//! What can be made of a run while it runs: files, a page, a stream, a limit that stops it. Each is an `Output` of
//! `run`, whose service thread hands it the sums; how bytes look is the business of `report` and `store`.
mod csv;
mod files;
mod history;
mod limits;
mod metrics;
mod pipes;
mod replay;
mod store;
mod summary;
pub mod telemetry;

pub use csv::{CsvFiles, CsvSettings};
pub use files::{begin_file, try_file, write_file};
pub use history::HistoryOutput;
pub use limits::LimitOutput;
pub use metrics::MetricsPage;
pub use replay::{Replayed, facts, replay};
pub use store::StoreFile;
pub use summary::SummaryFile;
