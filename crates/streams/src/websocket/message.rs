//! What goes over a connection.
use std::time::Instant;

use bytes::Bytes;
use tokio_tungstenite::tungstenite;

/// What a message carries.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Payload {
    Text(String),
    Binary(Bytes),
}

/// A message that has come.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Message {
    pub payload: Payload,
    /// When its last bytes reached this machine.
    pub arrived: Instant,
    /// It was read after the message that was posted last had been taken up. A matter of order, not of clocks: those of
    /// the kernel and of this program may be some microseconds apart, and answers are as quick.
    pub is_since_post: bool,
}

impl Payload {
    /// Bytes on the wire, without those of frames.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Binary(bytes) => bytes.len(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl From<Payload> for tungstenite::Message {
    fn from(payload: Payload) -> Self {
        match payload {
            Payload::Text(text) => Self::Text(text.into()),
            Payload::Binary(bytes) => Self::Binary(bytes),
        }
    }
}
