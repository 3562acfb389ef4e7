//! Who gets the sums of a run, and when. One native thread, the *service thread*, wakes up when an output is due
//! (once a second unless it says otherwise), takes one snapshot and hands it to every output that is due.
//!
//! Nothing here takes a lock that user code holds, and nothing can ask the interpreter: what the runner knows lies in
//! a `Board` that the runner writes, and what an output has to say (a full disk, a limit crossed) is put on a
//! `Newsroom`, where whoever owns the run picks it up. How bytes look is the business of `report` and `store`.
mod board;
mod csv;
mod files;
mod limits;
mod metrics;
mod news;
mod replay;
mod service;
mod store;
mod summary;
pub mod telemetry;
mod watch;

pub use board::Board;
pub use csv::{CsvFiles, CsvSettings};
pub use limits::LimitWatcher;
pub use metrics::MetricsPage;
pub use news::{News, Newsroom};
pub use replay::{Replayed, facts, replay};
pub use service::{Ended, Running, Service};
pub use store::StoreFile;
pub use summary::SummaryFile;

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::model::Tick;

/// One thing that is made of a run while it runs: files, a page, a stream, a judgement.
///
/// Calls come from the service thread, one at a time, in the order in which the outputs were added.
pub trait Output: Send {
    /// How long after a tick the next one is wanted.
    fn interval(&self) -> Duration {
        Duration::from_secs(1)
    }

    /// Once, before the first tick, on the service thread: tasks may be spawned on its runtime.
    ///
    /// # Errors
    /// What could not be set up; told as news, the output goes on getting ticks.
    fn begin(
        &mut self,
        runtime: &tokio::runtime::Handle,
        newsroom: &Newsroom,
    ) -> Result<(), Trouble> {
        let _ = (runtime, newsroom);
        Ok(())
    }

    /// The sums of now.
    ///
    /// # Errors
    /// What could not be written. It is told once; the next tick is the next attempt.
    fn tick(&mut self, tick: &Tick) -> Result<(), Trouble>;

    /// The final sums: no request will be added any more. Called instead of a tick, once.
    ///
    /// # Errors
    /// What is not complete; the run then tells so by its exit code.
    fn finish(&mut self, tick: &Tick) -> Result<(), Trouble>;
}

/// Something that could not be written: which, and why. Shown in one line.
#[derive(Debug, thiserror::Error)]
#[error("cannot write `{}`: {cause}", what.display())]
pub struct Trouble {
    pub what: PathBuf,
    pub cause: std::io::Error,
}

impl Trouble {
    pub fn with(what: &Path) -> impl FnOnce(std::io::Error) -> Self {
        |cause| Self {
            what: what.to_owned(),
            cause,
        }
    }
}
