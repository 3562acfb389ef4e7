//! How a stream ended, or why there was none.
use std::time::Duration;

use thiserror::Error;

use rlocust_http::{HttpError, TlsFault};

/// How a stream ended, or why there was none.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum Fault {
    /// The server ended it in order.
    #[error("the server has ended the stream")]
    Ended,
    /// The same, and there is no use in asking again.
    #[error("the server has ended the stream")]
    Done,
    /// There was no answer.
    #[error("{0}")]
    Unreachable(String),
    /// The server answered with another status than 200; `body` is how its answer begins.
    #[error("the server answered with status {status}{}", with_body(body))]
    Status { status: u16, body: String },
    /// The answer is something else.
    #[error("no event stream: the answer's content type is `{content_type}`")]
    NoEventStream { content_type: String },
    /// Nothing came for so long.
    #[error("{} within {} s", waited_for, limit.as_secs_f64())]
    TooSlow {
        waited_for: &'static str,
        limit: Duration,
    },
    /// It broke before its end.
    #[error("stream cut off: {0}")]
    Lost(String),
    /// A line or an event is longer than allowed.
    #[error("a line or an event of more than {limit} bytes (`max_event_size`)")]
    TooLong { limit: usize },
    /// Nobody takes the events out.
    #[error("more than {limit} events came and were not received (`max_queued_events`)")]
    TooMany { limit: usize },
    /// This side gave it up: the script closed it, the user is gone, or the I/O threads are.
    #[error("given up")]
    GivenUp,
}

impl Fault {
    pub(super) fn of(error: HttpError) -> Self {
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
            HttpError::Proxy { .. } => Self::Unreachable(error.to_string()),
            HttpError::ConnectTimeout { limit } | HttpError::HandshakeTimeout { limit } => {
                let waited_for = "not connected";
                Self::TooSlow { waited_for, limit }
            }
            HttpError::ReadTimeoutBeforeHeaders { limit } => {
                let waited_for = "no answer";
                Self::TooSlow { waited_for, limit }
            }
            HttpError::ReadTimeoutInBody { limit } => {
                let waited_for = "nothing more came";
                Self::TooSlow { waited_for, limit }
            }
            HttpError::ClosedWithoutReply => Self::Lost("closed without an answer".to_owned()),
            HttpError::Reset { errno, .. } => Self::Lost(text_of(errno)),
            HttpError::TruncatedChunked { .. } => {
                Self::Lost("the connection ended before the last chunk".to_owned())
            }
            HttpError::ShortBody { missing, .. } => Self::Lost(format!(
                "the connection ended {missing} bytes before the end that was promised"
            )),
            other => Self::Lost(other.to_string()),
        }
    }

    /// A new connection may bring the rest.
    pub(super) fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Ended | Self::Unreachable(_) | Self::TooSlow { .. } | Self::Lost(_)
        )
    }
}

fn words_of<'a>(fault: &TlsFault, detail: &'a str) -> &'a str {
    match fault {
        TlsFault::SelfSigned => "the certificate is self-signed",
        TlsFault::UnknownIssuer => "nobody trusted has issued the certificate",
        TlsFault::Expired => "the certificate has expired",
        TlsFault::NotTls => "the server does not speak TLS",
        _ => detail,
    }
}

/// The system's words, as `Connection refused`.
fn text_of(errno: i32) -> String {
    let text = std::io::Error::from_raw_os_error(errno).to_string();
    let words = text.split(" (os error").next();
    words.unwrap_or_default().to_owned()
}

fn with_body(body: &str) -> String {
    if body.is_empty() {
        return String::new();
    }
    format!(": {body}")
}
