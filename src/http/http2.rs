//! HTTP/2 for users that ask for it: one connection per user and host, shared by the user's
//! concurrent requests. Says what it got as an `Answer` like HTTP/1.1's, so that redirects, cookies,
//! decoding and all texts above are the same. Stands on `h2` itself: see decision 8.

use std::io;

use bytes::{Bytes, BytesMut};
use h2::client::SendRequest;
use h2::{Reason, RecvStream};
use http::{HeaderName, HeaderValue, Request, Response, StatusCode, Uri};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Mutex;

use crate::clock;

use super::connection::{Connection, Transport};
use super::error::{CutPhase, HttpError};
use super::exchange::{Answer, Progress, within};
use super::framing::Framing;
use super::head::Head;
use super::protocol::Protocol;
use super::request::Call;
use super::response::{Field, Sent, Version};

/// How much of an answer may be on its way unread, per stream and per connection.
const WINDOW: u32 = 1024 * 1024;

/// Headers that belong to an HTTP/1.1 connection and may not be sent (RFC 9113 section 8.2.2);
/// `Host` travels as `:authority`.
const LEFT_OUT: [&[u8]; 6] = [
    b"host",
    b"connection",
    b"keep-alive",
    b"proxy-connection",
    b"transfer-encoding",
    b"upgrade",
];

/// What a user knows of a host: locked while a connection is opened, so that concurrent requests
/// of a user open one.
pub(super) type Shared = Mutex<Line>;

#[derive(Default)]
pub(super) enum Line {
    #[default]
    Unknown,
    /// The server chose HTTP/1.1.
    One,
    Two(SendRequest<Bytes>),
}

/// A way to send a request.
pub(super) enum Way {
    /// On an HTTP/1.1 connection of its own.
    One(Connection),
    /// On the user's HTTP/2 connection.
    Two {
        sender: SendRequest<Bytes>,
        reused: bool,
    },
}

impl Line {
    /// The connection that is open already; one that has ended is forgotten.
    pub(super) async fn open(&mut self) -> Option<Way> {
        let Self::Two(sender) = self else {
            return None;
        };
        if let Ok(sender) = sender.clone().ready().await {
            return Some(Way::Two {
                sender,
                reused: true,
            });
        }
        *self = Self::Unknown;
        None
    }

    /// Takes a new connection in, by what it speaks.
    pub(super) async fn take_in(
        &mut self,
        connection: Connection,
        protocol: Protocol,
    ) -> Result<Way, HttpError> {
        // A server that does not answer to ALPN may still speak it, if it is all that is wanted.
        if protocol != Protocol::Http2 && !connection.chose_http2() {
            *self = Self::One;
            return Ok(Way::One(connection));
        }
        let sender = match connection.into_transport() {
            Transport::Plain(stream) => start(stream).await,
            Transport::Tls(stream) => start(*stream).await,
        };
        let sender = sender.map_err(|error| fault_of(&error, CutPhase::BeforeSend))?;
        *self = Self::Two(sender.clone());
        Ok(Way::Two {
            sender,
            reused: false,
        })
    }
}

/// Starts the protocol. The task that drives the connection ends with it, or when nobody holds a
/// handle any more; it belongs to the I/O thread's runtime.
async fn start<T>(stream: T) -> Result<SendRequest<Bytes>, h2::Error>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let (sender, driver) = h2::client::Builder::new()
        .initial_window_size(WINDOW)
        .initial_connection_window_size(2 * WINDOW)
        .enable_push(false)
        .handshake(stream)
        .await?;
    tokio::spawn(async move {
        // Its streams tell the fault to those who wait for answers.
        drop(driver.await);
    });
    Ok(sender)
}

/// One request and its answer.
pub(super) async fn exchange(
    call: &Call,
    sent: &Sent,
    mut sender: SendRequest<Bytes>,
    progress: &mut Progress,
) -> Result<Answer, HttpError> {
    let request = request_of(sent)?;
    let is_bare = sent.body.is_empty();
    let (response, mut body) = sender
        .send_request(request, is_bare)
        .map_err(|error| fault_of(&error, progress.phase))?;
    progress.is_open = true;
    progress.phase = CutPhase::Sent;
    if !is_bare {
        body.send_data(sent.body.clone(), true)
            .map_err(|error| fault_of(&error, progress.phase))?;
    }
    progress.written_at = Some(clock::instant());
    let limit = call.timeouts.read;
    let timed = within(limit, response).await;
    let response = timed.ok_or(HttpError::ReadTimeoutBeforeHeaders {
        limit: limit.unwrap_or_default(),
    })?;
    let response = response.map_err(|error| fault_of(&error, progress.phase))?;
    let now = Some(clock::instant());
    (progress.first_byte_at, progress.headers_at) = (now, now);
    (progress.is_open, progress.is_answered) = (false, true);
    progress.phase = CutPhase::Answering;
    let (head, raw_head, announced) = head_of(&response);
    let (body, fault) = read_body(call, response.into_body(), announced).await;
    Ok(Answer {
        head,
        raw_head,
        wire_length: body.len() as u64,
        body,
        fault,
        reusable: false,
        reused: false,
    })
}

async fn read_body(
    call: &Call,
    mut stream: RecvStream,
    announced: Option<u64>,
) -> (Bytes, Option<HttpError>) {
    let limit = call.timeouts.read;
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    let fault = loop {
        let Some(next) = within(limit, stream.data()).await else {
            let limit = limit.unwrap_or_default();
            break Some(HttpError::ReadTimeoutInBody { limit });
        };
        match next {
            None => break None,
            Some(Err(error)) => {
                let read = (first.len() + rest.len()) as u64;
                break Some(broken_body(&error, read, announced));
            }
            Some(Ok(piece)) => {
                // Fails only on a stream that has ended, which the next round tells.
                drop(stream.flow_control().release_capacity(piece.len()));
                if first.is_empty() {
                    first = piece;
                } else {
                    rest.extend_from_slice(&piece);
                }
            }
        }
    };
    if rest.is_empty() {
        return (first, fault);
    }
    let mut whole = BytesMut::with_capacity(first.len() + rest.len());
    whole.extend_from_slice(&first);
    whole.extend_from_slice(&rest);
    (whole.freeze(), fault)
}

/// The request, from the head that HTTP/1.1 would have sent: names in lower case, without what
/// belongs to the connection.
fn request_of(sent: &Sent) -> Result<Request<()>, HttpError> {
    let url = &sent.url;
    let host = sent
        .headers()
        .find(|(name, _)| name.eq_ignore_ascii_case(b"host"))
        .map(|(_, value)| value.to_vec());
    let authority = host.unwrap_or_else(|| url.bracketed_host().as_bytes().to_vec());
    let uri = Uri::builder()
        .scheme(url.scheme().as_str())
        .authority(authority)
        .path_and_query(sendable(url.wire_target()))
        .build();
    let mut request = Request::builder().method(sent.method.as_str());
    request = match uri {
        Ok(uri) => request.uri(uri),
        Err(error) => return Err(unsendable(&error.to_string())),
    };
    for (name, value) in sent.headers() {
        if LEFT_OUT.iter().any(|gone| name.eq_ignore_ascii_case(gone)) {
            continue;
        }
        let name = HeaderName::from_bytes(name).map_err(|error| unsendable(&error.to_string()))?;
        let value =
            HeaderValue::from_bytes(value).map_err(|error| unsendable(&error.to_string()))?;
        request = request.header(name, value);
    }
    request
        .body(())
        .map_err(|error| unsendable(&error.to_string()))
}

/// A target may hold no space, control character or bracket of an angle here: they are quoted.
fn sendable(target: &str) -> String {
    let mut out = String::with_capacity(target.len());
    for character in target.chars() {
        match character {
            '<' | '>' | '`' | '\0'..=' ' | '\x7f' => {
                let code = u32::from(character);
                out.extend(['%', hex_digit(code >> 4), hex_digit(code)]);
            }
            other => out.push(other),
        }
    }
    out
}

fn hex_digit(code: u32) -> char {
    let digit = char::from_digit(code & 0xf, 16).unwrap_or('0');
    digit.to_ascii_uppercase()
}

/// The head as a block of lines, with the reason phrase that HTTP/1.1 servers usually send: HTTP/2
/// has none, and error rows shall be the same. Also the announced length of the body.
fn head_of(response: &Response<RecvStream>) -> (Head, Bytes, Option<u64>) {
    let status = response.status();
    let reason = reason_of(status);
    let mut raw = format!("HTTP/2 {} {reason}\r\n", status.as_u16()).into_bytes();
    let reason_at = (raw.len() - 2 - reason.len()) as u32;
    let mut fields = Vec::with_capacity(response.headers().len());
    let mut announced = None;
    for (name, value) in response.headers() {
        let name_at = raw.len() as u32;
        raw.extend_from_slice(name.as_str().as_bytes());
        let name_end = raw.len() as u32;
        raw.extend_from_slice(b": ");
        let value_at = raw.len() as u32;
        raw.extend_from_slice(value.as_bytes());
        fields.push(Field {
            name: (name_at, name_end),
            value: (value_at, raw.len() as u32),
        });
        raw.extend_from_slice(b"\r\n");
        if name == http::header::CONTENT_LENGTH {
            announced = value.to_str().ok().and_then(|text| text.parse().ok());
        }
    }
    raw.extend_from_slice(b"\r\n");
    let head = Head {
        status: status.as_u16(),
        version: Version::Http2,
        reason: (reason_at, reason_at + reason.len() as u32),
        fields: fields.into(),
        length: raw.len(),
        framing: Framing::Empty,
        keep_alive: true,
    };
    (head, Bytes::from(raw), announced)
}

fn reason_of(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("")
}

fn unsendable(reason: &str) -> HttpError {
    HttpError::Http2 {
        reason: format!("request cannot be sent: {reason}"),
        during: CutPhase::BeforeSend,
        is_untouched: false,
    }
}

/// A fault before a head: what HTTP/1.1 would call it where there is such a thing.
fn fault_of(error: &h2::Error, during: CutPhase) -> HttpError {
    if let Some(lost) = error.get_io() {
        return lost_connection(lost, during);
    }
    let reason = error.reason().unwrap_or(Reason::INTERNAL_ERROR);
    HttpError::Http2 {
        reason: error.to_string(),
        during,
        is_untouched: error.is_remote()
            && (reason == Reason::REFUSED_STREAM
                || (error.is_go_away() && reason == Reason::NO_ERROR)),
    }
}

fn lost_connection(error: &io::Error, during: CutPhase) -> HttpError {
    if let Some(fault) = super::tls::fault_of(error) {
        return fault;
    }
    match error.raw_os_error() {
        Some(errno) => HttpError::Reset { errno, during },
        None => HttpError::ClosedWithoutReply,
    }
}

/// A fault inside a body.
fn broken_body(error: &h2::Error, read: u64, announced: Option<u64>) -> HttpError {
    let is_end = error
        .get_io()
        .is_some_and(|lost| lost.raw_os_error().is_none());
    match announced {
        Some(length) if is_end && length > read => HttpError::ShortBody {
            read,
            missing: length - read,
        },
        _ if is_end => HttpError::TruncatedChunked { read, piece: None },
        _ => fault_of(error, CutPhase::Answering),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_quoted_only_where_http2_forbids_a_character() {
        assert_eq!(
            sendable("/a/%2e%2e/b?q={\"a\":'1'}|\\^"),
            "/a/%2e%2e/b?q={\"a\":'1'}|\\^"
        );
        assert_eq!(sendable("/a b<c>`"), "/a%20b%3Cc%3E%60");
    }
}
