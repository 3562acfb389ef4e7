//! Why a frame or a node is not let in, and how a worker is told.
use crate::codec::{Message, text, written};

/// The type of the message. Locust's workers log it as one that they do not know, hence the words.
const KIND: &str = "refused_for_want_of_the_master_secret";

/// What a master tells a worker that it does not let in. Nothing proves it: it is no more than a hint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The master has a secret, the worker shows none.
    Wanted,
    /// They have different ones.
    Other,
    /// The worker has a secret, the master none.
    Unasked,
}

impl Refusal {
    const ALL: [Self; 3] = [Self::Wanted, Self::Other, Self::Unasked];

    /// As it stands on the wire, and as the script hears of it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Wanted => "wanted",
            Self::Other => "other",
            Self::Unasked => "unasked",
        }
    }

    /// The frame that tells a worker.
    pub fn written(self, id: &str) -> Vec<u8> {
        written(KIND, self.word().into(), id)
    }

    /// What a message tells, if it is one that does.
    pub fn of(message: &Message<'_>) -> Option<Self> {
        let word = text(&message.data).ok()?;
        let mut all = Self::ALL.into_iter();
        all.find(|each| message.kind == KIND && each.word() == word)
    }
}

/// What is wrong with a frame that does not come from who knows the secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unproven {
    #[error("unsigned: sent without `--master-secret`, as Locust's nodes do")]
    Bare,
    #[error("signed with another `--master-secret`")]
    OtherSecret,
    #[error("bad signature")]
    Altered,
    #[error("replayed: received before")]
    Repeated,
    /// As after a restart of the master.
    #[error("stale session")]
    NoChannel,
}
