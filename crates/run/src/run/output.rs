//! What an output is: something made of a run while it runs. The service thread asks it; `output` holds those we have.
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use super::Notifications;
use rlocust_core::model::Tick;

/// One thing that is made of a run while it runs: files, a page, a stream, a judgement.
///
/// Calls come from the service thread, one at a time, in the order in which the outputs were added.
pub trait Output: Send {
    /// What the log calls it.
    fn name(&self) -> &'static str {
        let path = std::any::type_name::<Self>();
        path.rsplit("::").next().unwrap_or(path)
    }

    /// How long after a tick the next one is wanted.
    fn interval(&self) -> Duration {
        Duration::from_secs(1)
    }

    /// Once, before the first tick, on the service thread: tasks may be spawned on its runtime.
    ///
    /// # Errors
    /// What could not be set up; it becomes a notification, and the output goes on getting ticks.
    fn begin(
        &mut self,
        runtime: &tokio::runtime::Handle,
        notifications: &Notifications,
    ) -> Result<(), OutputError> {
        let _ = (runtime, notifications);
        Ok(())
    }

    /// The sums of now.
    ///
    /// # Errors
    /// What could not be written. It is reported once; the next tick is the next attempt.
    fn tick(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError>;

    /// The final sums: no request will be added any more. Called instead of a tick, once.
    ///
    /// # Errors
    /// What is not complete; the exit code of the run says so.
    fn finish(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError>;
}

/// Something that could not be written: which, and why. Shown in one line.
#[derive(Debug, thiserror::Error)]
#[error("cannot write `{}`: {cause}", what.display())]
pub struct OutputError {
    pub what: PathBuf,
    pub cause: std::io::Error,
}

impl OutputError {
    pub fn with(what: &Path) -> impl FnOnce(std::io::Error) -> Self {
        |cause| Self {
            what: what.to_owned(),
            cause,
        }
    }
}
