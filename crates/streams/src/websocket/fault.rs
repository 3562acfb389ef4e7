//! How a connection ended, or why there was none.
use std::io;
use std::time::Duration;

use thiserror::Error;
use tokio_tungstenite::tungstenite::Error as Broken;
use tokio_tungstenite::tungstenite::error::{CapacityError, ProtocolError};

use rlocust_http::{HttpError, TlsFault};

/// How a connection ended, or why there was none.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum Fault {
    /// It was never open.
    #[error("{0}")]
    Unreachable(String),
    /// The server answered with another status than 101.
    #[error("the server answered with status {status} instead of 101")]
    Status { status: u16 },
    /// The server's answer does not begin a WebSocket.
    #[error("no WebSocket: {0}")]
    Handshake(String),
    /// Opening it took too long.
    #[error("not open within {} s", limit.as_secs_f64())]
    TooSlow { limit: Duration },
    /// A close frame came: it says why, or 1005 for no reason given.
    #[error("closed with code {code}{}", with_reason(reason))]
    Closed { code: u16, reason: String },
    /// It ended without a close frame, or broke.
    #[error("connection lost: {0}")]
    Lost(String),
    /// The other side broke the rules of the protocol.
    #[error("broken protocol: {0}")]
    Protocol(String),
    /// A message is longer than allowed.
    #[error(
        "a message of {size} bytes, more than the {limit} that are allowed (`max_message_size`)"
    )]
    TooLong { size: usize, limit: usize },
    /// Nobody takes the messages out.
    #[error("more than {limit} messages came and were not received (`max_queued_messages`)")]
    TooMany { limit: usize },
    /// This side gave it up: the user is gone, or the I/O threads are.
    #[error("given up")]
    GivenUp,
}

impl Fault {
    pub(super) fn of_opening(error: HttpError) -> Self {
        match error {
            HttpError::Connect { errno } => {
                Self::Unreachable(format!("cannot connect: {}", text_of(errno)))
            }
            HttpError::Resolve { text, .. } => {
                Self::Unreachable(format!("cannot resolve the host: {text}"))
            }
            HttpError::Tls { fault, detail } => {
                Self::Unreachable(format!("TLS: {}", words_of(&fault, &detail)))
            }
            HttpError::ConnectTimeout { limit } | HttpError::HandshakeTimeout { limit } => {
                Self::TooSlow { limit }
            }
            other => Self::Unreachable(other.to_string()),
        }
    }

    pub(super) fn of_handshake(error: Broken) -> Self {
        match error {
            Broken::Http(answer) => Self::Status {
                status: answer.status().as_u16(),
            },
            Broken::Io(error) => Self::of_io(&error),
            Broken::Protocol(ProtocolError::HandshakeIncomplete) => {
                Self::Lost("closed before the server's answer was whole".to_owned())
            }
            other => Self::Handshake(other.to_string()),
        }
    }

    pub(super) fn of_open_connection(error: Broken) -> Self {
        match error {
            Broken::Capacity(CapacityError::MessageTooLong { size, max_size }) => Self::TooLong {
                size,
                limit: max_size,
            },
            Broken::Io(error) => Self::of_io(&error),
            Broken::Protocol(ProtocolError::ResetWithoutClosingHandshake) => {
                Self::Lost("the server ended it without a close frame".to_owned())
            }
            other => Self::Protocol(other.to_string()),
        }
    }

    fn of_io(error: &io::Error) -> Self {
        if error.kind() == io::ErrorKind::UnexpectedEof {
            return Self::Lost("the server ended it without a close frame".to_owned());
        }
        Self::Lost(
            error
                .raw_os_error()
                .map_or_else(|| error.to_string(), text_of),
        )
    }
}

fn words_of<'a>(fault: &TlsFault, detail: &'a str) -> &'a str {
    match fault {
        TlsFault::SelfSigned => "the certificate is self-signed",
        TlsFault::SelfSignedInChain => "a self-signed certificate in the chain",
        TlsFault::UnknownIssuer => "nobody trusted has issued the certificate",
        TlsFault::HostMismatch { .. } => "the certificate is for another host",
        TlsFault::Expired => "the certificate has expired",
        TlsFault::NotYetValid => "the certificate is not yet valid",
        TlsFault::NotTls => "the server does not speak TLS",
        TlsFault::Lost { .. } => "the connection was lost in the handshake",
        TlsFault::Alert { .. } | TlsFault::Unsupported | TlsFault::Other => detail,
    }
}

/// The system's words, as `Connection refused`.
fn text_of(errno: i32) -> String {
    let text = io::Error::from_raw_os_error(errno).to_string();
    let words = text.split(" (os error").next();
    words.unwrap_or_default().to_owned()
}

fn with_reason(reason: &str) -> String {
    if reason.is_empty() {
        return String::new();
    }
    format!(": {reason}")
}
