//! Why a run is not begun: a setting that cannot be obeyed, in one line.
use rlocust_run::run::OutputError;
use rlocust_stats::verdict::Problem;

/// Kinds that end the program differently.
#[derive(Debug)]
pub enum Refusal {
    /// The settings contradict each other.
    Usage(String),
    /// One of them cannot be obeyed here.
    Setting(String),
    /// A file cannot be written.
    File(String),
}

impl From<OutputError> for Refusal {
    fn from(error: OutputError) -> Self {
        Self::File(error.to_string())
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Setting(problem.to_string())
    }
}
