//! HTTP/2 for users that ask for it: one connection per user and host, shared by the user's
//! concurrent requests. Says what it got as an `Answer` like HTTP/1.1's, so that redirects, cookies,
//! decoding and all texts above are the same. Stands on `h2` itself:
//! `docs/decisions/0008-http-2-on-h2-and-tls-by-two.md`.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

use bytes::{Bytes, BytesMut};
use h2::client::SendRequest;
use h2::{Reason, RecvStream};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Mutex, MutexGuard};
use tokio_util::io::InspectReader;

use crate::clock;

use super::form::{head_of, request_of};
use crate::http::calls::call::Call;
use crate::http::calls::reply::Sent;
use crate::http::http1::exchange::{Answer, Progress, within};
use crate::http::net::connection::{Connection, Transport};
use crate::http::words::error::HttpError;
use crate::http::words::protocol::Protocol;
use crate::model::CutPhase;

/// How much of an answer may be on its way unread, per stream and per connection.
const WINDOW: u32 = 1024 * 1024;

/// What a user knows of a host: locked while a connection is opened, so that concurrent requests
/// of a user open one.
#[derive(Default)]
pub(crate) struct Shared {
    line: Mutex<Line>,
    /// How many times opening has failed.
    failures: AtomicUsize,
}

#[derive(Default)]
pub(crate) enum Line {
    #[default]
    Unknown,
    /// The last connection could not be opened.
    Failed(HttpError),
    /// The server chose HTTP/1.1.
    One,
    Two(Wire),
}

/// A handle on an HTTP/2 connection.
#[derive(Clone)]
pub(crate) struct Wire {
    sender: SendRequest<Bytes>,
    heard: Arc<AtomicU64>,
}

/// A way to send a request.
pub(crate) enum Way {
    /// On an HTTP/1.1 connection of its own.
    One(Connection),
    /// On the user's HTTP/2 connection.
    Two { wire: Wire, reused: bool },
}

impl Shared {
    /// Waits for the one who is opening a connection. A fault that this comes to is everyone's who
    /// has waited: were each to try in turn, the last would wait for all their limits.
    pub(crate) async fn turn(&self) -> Result<MutexGuard<'_, Line>, HttpError> {
        let before = self.failures.load(Ordering::Relaxed);
        let line = self.line.lock().await;
        match &*line {
            Line::Failed(fault) if self.failures.load(Ordering::Relaxed) != before => {
                Err(fault.clone())
            }
            _ => Ok(line),
        }
    }

    pub(crate) fn has_failed(&self, line: &mut Line, fault: &HttpError) {
        *line = Line::Failed(fault.clone());
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Lets no later request go by this connection. While the lock is held another is being opened
    /// in its place.
    pub(crate) fn give_up(&self, wire: &Wire) {
        if let Ok(mut line) = self.line.try_lock()
            && matches!(&*line, Line::Two(own) if Arc::ptr_eq(&own.heard, &wire.heard))
        {
            *line = Line::Unknown;
        }
    }
}

impl Wire {
    /// How many bytes have come so far, for any request.
    pub(crate) fn heard(&self) -> u64 {
        self.heard.load(Ordering::Relaxed)
    }
}

impl Line {
    /// The connection that is open already; one that has ended is forgotten.
    pub(crate) async fn open(&mut self) -> Option<Way> {
        let Self::Two(wire) = self else {
            return None;
        };
        let mut wire = wire.clone();
        if let Ok(sender) = wire.sender.ready().await {
            wire.sender = sender;
            return Some(Way::Two { wire, reused: true });
        }
        *self = Self::Unknown;
        None
    }

    /// Takes a new connection in, by what it speaks.
    pub(crate) async fn take_in(
        &mut self,
        connection: Connection,
        protocol: Protocol,
    ) -> Result<Way, HttpError> {
        // A server that does not answer to ALPN may still speak it, if it is all that is wanted.
        if protocol != Protocol::Http2 && !connection.chose_http2() {
            *self = Self::One;
            return Ok(Way::One(connection));
        }
        let wire = match connection.into_transport() {
            Transport::Plain(stream) => start(stream).await,
            Transport::Tls(stream) => start(*stream).await,
        };
        let wire = wire.map_err(|error| fault_of(&error, CutPhase::BeforeSend))?;
        *self = Self::Two(wire.clone());
        Ok(Way::Two {
            wire,
            reused: false,
        })
    }
}

/// Starts the protocol. The task that drives the connection ends with it, or when nobody holds a
/// handle any more; it belongs to the I/O thread's runtime.
async fn start<T>(stream: T) -> Result<Wire, h2::Error>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // h2 keeps what it reads to itself: whether the other side is still there shows only in that it reads.
    let heard = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&heard);
    let stream = InspectReader::new(stream, move |bytes| {
        counted.fetch_add(bytes.len() as u64, Ordering::Relaxed);
    });
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
    Ok(Wire { sender, heard })
}

/// One request and its answer.
pub(crate) async fn exchange(
    call: &Call,
    sent: &Sent,
    wire: &Wire,
    progress: &mut Progress,
) -> Result<Answer, HttpError> {
    let request = request_of(sent)?;
    let is_bare = sent.body.is_empty();
    let mut sender = wire.sender.clone();
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
        ended_at: clock::instant(),
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
    if let Some(fault) = crate::http::net::tls::fault_of(error) {
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
