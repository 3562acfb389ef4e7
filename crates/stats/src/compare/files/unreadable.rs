//! Why a file is no run.
use crate::store::Damage;

/// In words that follow the name of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unreadable {
    #[error("it is no result store, no summary and no HTML report of rlocust")]
    Foreign,
    #[error("{0}")]
    Store(Damage),
    #[error("it is a summary of a later version of rlocust")]
    Later,
    #[error("it is a report of a later version of rlocust")]
    LaterReport,
    /// Of a summary or a report.
    #[error("its {0} is damaged")]
    Part(String),
    #[error("it holds no request")]
    Empty,
}

impl Unreadable {
    pub fn part(what: &str) -> Self {
        Self::Part(what.to_owned())
    }
}
