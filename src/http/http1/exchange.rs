//! One request and one answer on one connection: write, read the head past interim answers, read
//! the body. Faults before the head is complete are errors; faults after it travel in the answer.

use std::future::Future;
use std::io;
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::clock;

use super::spare::SpareRoom;
use crate::http::calls::call::{Call, Dialect, Method};
use crate::http::calls::redirect::Chain;
use crate::http::net::connection::Connection;
use crate::http::wire::chunks::Chunks;
use crate::http::wire::encode::Encoded;
use crate::http::wire::framing::Framing;
use crate::http::wire::head::{EndFinder, Head};
use crate::http::wire::head_faults::{ghc_says, is_pause};
use crate::http::wire::strict_body;
use crate::http::words::error::HttpError;
use crate::model::CutPhase;

/// Room made at once for an announced body; a larger one grows as it comes.
const LARGEST_RESERVE: u64 = 1024 * 1024;

/// What `http.client` reads ahead of what it needs.
const HTTP_CLIENT_BUFFER: usize = 8192;
/// What geventhttpclient reads at once.
const GHC_BLOCK: usize = 4096;

pub(crate) struct Exchange<'a> {
    pub call: &'a Call,
    pub encoded: &'a Encoded,
    pub spare: &'a Arc<SpareRoom>,
}

/// How far an exchange is. Lives outside of it, for when it is cut.
#[derive(Copy, Clone, Debug)]
pub(crate) struct Progress {
    pub phase: CutPhase,
    /// Something was written and no complete head has come back.
    pub is_open: bool,
    /// A complete head has come back and is not booked yet.
    pub is_answered: bool,
    pub written_at: Option<Instant>,
    pub first_byte_at: Option<Instant>,
    pub headers_at: Option<Instant>,
    /// The fault came behind a whole answer: the connection serves another request.
    pub is_reusable: bool,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            phase: CutPhase::BeforeSend,
            is_open: false,
            is_answered: false,
            written_at: None,
            first_byte_at: None,
            headers_at: None,
            is_reusable: false,
        }
    }
}

/// An answer, complete or with the fault that ended its body.
pub(crate) struct Answer {
    pub head: Head,
    pub raw_head: Bytes,
    pub body: Bytes,
    pub wire_length: u64,
    pub fault: Option<HttpError>,
    /// When its last byte came, or its fault was noticed.
    pub ended_at: Instant,
    pub reusable: bool,
    pub reused: bool,
}

impl Exchange<'_> {
    pub(crate) async fn run(
        &self,
        connection: &mut Connection,
        progress: &mut Progress,
    ) -> Result<Answer, HttpError> {
        self.write(connection, progress).await?;
        progress.written_at = Some(clock::instant());
        let mut buffer = Vec::new();
        let begun = self.read_head(connection, progress, &mut buffer).await?;
        let mut head = begun.head;
        if self.call.dialect == Dialect::Ghc {
            let rest = &buffer[head.length..];
            let checked = strict_body::check(&head, rest, &self.call.method);
            progress.is_reusable =
                head.keep_alive && buffer.len() <= GHC_BLOCK && strict_body::is_whole(&head, rest);
            checked?;
            if self.call.method == Method::Head && !strict_body::is_blank(rest) {
                // Its parser took what follows for the next answer and forgot the headers of this one.
                head.fields = Arc::default();
            }
        }
        progress.headers_at = Some(connection.arrived());
        (progress.is_open, progress.is_answered) = (false, true);
        let is_unwanted = self.leaves_body_unread(&head, &buffer, begun.passed.has_final);
        let mut reader = BodyReader {
            exchange: self,
            connection,
            is_ended: begun.is_ended || is_unwanted,
        };
        let mut answer = reader.read(head, buffer).await;
        if is_unwanted {
            answer.fault = None;
        }
        let bodies = begun.passed.bodies;
        if !bodies.is_empty() {
            answer.wire_length += bodies.len() as u64;
            answer.body = [&bodies[..], &answer.body].concat().into();
        }
        Ok(answer)
    }

    /// A connection that breaks while the request goes out may still hold an answer (413, say),
    /// so both clients go on to read.
    async fn write(
        &self,
        connection: &mut Connection,
        progress: &mut Progress,
    ) -> Result<(), HttpError> {
        for part in [&self.encoded.bytes, &self.encoded.rest] {
            if part.is_empty() {
                continue;
            }
            // Each limit holds for the whole of what `http.client` hands to one `sendall`.
            let limit = match self.call.dialect {
                Dialect::Requests => self.call.timeouts.connect,
                Dialect::Ghc => self.call.timeouts.read,
            };
            match within(limit, write_whole(part, connection, progress)).await {
                None => return Err(HttpError::WriteTimeout),
                Some(Err(error)) if is_broken(&error) => return Ok(()),
                Some(written) => written.map_err(|error| lost(&error, progress.phase))?,
            }
        }
        Ok(())
    }

    /// The first final head; `buffer` then holds it and what came behind it.
    async fn read_head(
        &self,
        connection: &mut Connection,
        progress: &mut Progress,
        buffer: &mut Vec<u8>,
    ) -> Result<Begun, HttpError> {
        let mut passed = Passed::default();
        let mut finder = EndFinder::default();
        loop {
            if let Some(length) = finder.find(buffer) {
                let result = Head::parse(buffer, length, &self.call.method, self.call.dialect);
                progress.is_reusable =
                    result.as_ref().is_err_and(is_pause) || self.is_given_back(&passed);
                let head = result?;
                if !head.is_interim(self.call.dialect) && !self.gives_way(&head, buffer) {
                    return Ok(Begun {
                        head,
                        is_ended: false,
                        passed,
                    });
                }
                if self.pass_over(&head, buffer, &mut passed)? {
                    finder = EndFinder::default();
                    continue;
                }
                progress.is_reusable = false;
            } else if let Some(fault) = EndFinder::fault(buffer, self.call.dialect) {
                progress.is_reusable = self.is_given_back(&passed);
                return Err(fault);
            }
            let limit = self.call.timeouts.read;
            let timed = within(limit, connection.read_more(buffer)).await;
            if self.call.dialect == Dialect::Ghc {
                skip_empty_lines(buffer);
            }
            let read = timed.ok_or(HttpError::ReadTimeoutBeforeHeaders {
                limit: limit.unwrap_or_default(),
            })?;
            if read.map_err(|error| lost(&error, progress.phase))? == 0 {
                let head = self.head_cut_short(buffer, passed.interim, progress)?;
                return Ok(Begun {
                    head,
                    is_ended: true,
                    passed,
                });
            }
            progress.phase = CutPhase::Answering;
            progress.first_byte_at.get_or_insert(connection.arrived());
        }
    }

    /// geventhttpclient takes one answer for the next if both come in one block: the later head counts, behind
    /// the body of the earlier one.
    fn gives_way(&self, head: &Head, buffer: &[u8]) -> bool {
        self.call.dialect == Dialect::Ghc
            && buffer.len() <= GHC_BLOCK
            && strict_body::is_followed(head, &buffer[head.length..], &self.call.method)
    }

    /// Leaves an answer behind, if it is all there, and keeps its body.
    fn pass_over(
        &self,
        head: &Head,
        buffer: &mut Vec<u8>,
        passed: &mut Passed,
    ) -> Result<bool, HttpError> {
        if self.call.dialect == Dialect::Requests {
            buffer.drain(..head.length);
            return Ok(true);
        }
        let Some((body, used)) = strict_body::whole_body(head, &buffer[head.length..])? else {
            return Ok(false);
        };
        passed.bodies.extend_from_slice(&body);
        if head.is_interim(self.call.dialect) {
            passed.interim = Some(head.status);
        } else {
            passed.has_final = true;
        }
        buffer.drain(..head.length + used);
        skip_empty_lines(buffer);
        Ok(true)
    }

    /// geventhttpclient gives its connection back at the end of each answer, interim ones too: what turns out to be
    /// no answer then does it no harm.
    fn is_given_back(&self, passed: &Passed) -> bool {
        self.call.dialect == Dialect::Ghc && (passed.interim.is_some() || passed.has_final)
    }

    /// The connection ended inside the head: `http.client` makes do with what came.
    fn head_cut_short(
        &self,
        buffer: &[u8],
        interim: Option<u16>,
        progress: &Progress,
    ) -> Result<Head, HttpError> {
        match (self.call.dialect, buffer) {
            (Dialect::Ghc, []) if interim.is_some_and(|status| status < 100) => {
                Err(ghc_says("connection closed after interim response"))
            }
            (Dialect::Ghc, []) if interim.is_some() => Err(HttpError::HeadersCutOff {
                is_incomplete: true,
            }),
            // Empty lines came, and were passed over.
            (Dialect::Ghc, []) if progress.first_byte_at.is_some() => {
                Err(ghc_says("connection closed before end of the headers"))
            }
            (_, []) => Err(HttpError::ClosedWithoutReply),
            (Dialect::Requests, _) => {
                Head::parse(buffer, buffer.len(), &self.call.method, self.call.dialect)
            }
            (Dialect::Ghc, _) => {
                let is_whole_interim = EndFinder::default().find(buffer).is_some();
                let is_incomplete = is_whole_interim
                    || buffer
                        .to_ascii_lowercase()
                        .windows(16)
                        .any(|part| part == b"\ncontent-length:");
                Err(HttpError::HeadersCutOff { is_incomplete })
            }
        }
    }

    /// geventhttpclient does not wait for the body of an answer that it will not hand out: if it
    /// is not there already, the connection goes. So it does for the rest of an answer that nobody asked for.
    fn leaves_body_unread(&self, head: &Head, buffer: &[u8], is_behind_another: bool) -> bool {
        self.call.dialect == Dialect::Ghc
            && match head.framing {
                Framing::Empty => false,
                Framing::Length(length) => ((buffer.len() - head.length) as u64) < length,
                Framing::Chunked => !buffer.ends_with(b"\n0\r\n\r\n"),
                Framing::UntilClose => true,
            }
            && (is_behind_another || Chain::would_follow_head(self.call, head, buffer))
    }
}

/// The head of the answer that counts.
struct Begun {
    head: Head,
    /// The connection ended with it.
    is_ended: bool,
    passed: Passed,
}

/// The answers before the one that counts.
#[derive(Default)]
struct Passed {
    /// Status of the last interim one.
    interim: Option<u16>,
    /// To geventhttpclient they belong to the body that follows.
    bodies: Vec<u8>,
    /// One of them was final.
    has_final: bool,
}

/// Reads one body to its end.
struct BodyReader<'a, 'b> {
    exchange: &'a Exchange<'a>,
    connection: &'b mut Connection,
    /// The connection has ended, or what is still to come is not wanted.
    is_ended: bool,
}

/// A body as far as it came: where its bytes are, and the fault if it is not whole.
struct Read {
    body: Bytes,
    raw_head: Bytes,
    wire_length: u64,
    fault: Option<HttpError>,
    /// Nothing came behind the body.
    is_clean: bool,
}

impl BodyReader<'_, '_> {
    async fn read(&mut self, mut head: Head, buffer: Vec<u8>) -> Answer {
        let read = match head.framing {
            Framing::Empty => self.nothing(&head, buffer),
            Framing::Length(length) => self.counted(&head, buffer, length).await,
            Framing::Chunked => self.chunked(&mut head, buffer).await,
            Framing::UntilClose => self.until_close(&head, buffer).await,
        };
        let reusable = read.fault.is_none() && read.is_clean && head.keep_alive && !self.is_ended;
        Answer {
            raw_head: read.raw_head,
            body: read.body,
            wire_length: read.wire_length,
            ended_at: match &read.fault {
                None => self.connection.arrived(),
                Some(_) => clock::instant(),
            },
            fault: read.fault,
            reusable,
            reused: false,
            head,
        }
    }

    fn nothing(&self, head: &Head, buffer: Vec<u8>) -> Read {
        let is_clean = self.is_clean(buffer.len() - head.length, buffer.len());
        let raw = Bytes::from(buffer);
        Read {
            body: Bytes::new(),
            raw_head: raw.slice(..head.length),
            wire_length: 0,
            fault: None,
            is_clean,
        }
    }

    async fn counted(&mut self, head: &Head, mut buffer: Vec<u8>, length: u64) -> Read {
        let have = |buffer: &Vec<u8>| (buffer.len() - head.length) as u64;
        let mut fault = None;
        if have(&buffer) < length {
            let more = (length - have(&buffer)).min(LARGEST_RESERVE) as usize;
            self.exchange.spare.extend(&mut buffer, more);
        }
        while have(&buffer) < length {
            match self.more(&mut buffer).await {
                Ok(0) => {
                    let read = have(&buffer);
                    fault = Some(HttpError::ShortBody {
                        read,
                        missing: length - read,
                    });
                    break;
                }
                Ok(_) => {}
                Err(error) => {
                    fault = Some(error);
                    break;
                }
            }
        }
        let behind = have(&buffer).saturating_sub(length) as usize;
        let is_clean = self.is_clean(behind, buffer.len());
        let wire_length = have(&buffer).min(length);
        let raw = self.exchange.spare.lend(buffer);
        let body = raw.slice(head.length..head.length + wire_length as usize);
        Read {
            body,
            raw_head: raw.slice(..head.length),
            wire_length,
            fault,
            is_clean,
        }
    }

    async fn chunked(&mut self, head: &mut Head, mut buffer: Vec<u8>) -> Read {
        let mut pending = buffer.split_off(head.length);
        let mut seen = buffer.len() + pending.len();
        let mut chunks = Chunks::new(self.exchange.call.dialect);
        let fault = loop {
            match chunks.feed(&pending) {
                Ok(used) => pending.drain(..used),
                Err(fault) => break Some(fault),
            };
            if chunks.is_done() {
                break None;
            }
            match self.more(&mut pending).await {
                Ok(0) => break chunks.cut(&pending).err(),
                Ok(count) => seen += count,
                Err(fault) => break Some(fault),
            }
        };
        let wire_length = chunks.read();
        head.take_trailers(&mut buffer, chunks.trailers());
        let body = Bytes::from(chunks.into_payload());
        Read {
            body,
            raw_head: Bytes::from(buffer),
            wire_length,
            fault,
            is_clean: self.is_clean(pending.len(), seen),
        }
    }

    async fn until_close(&mut self, head: &Head, mut buffer: Vec<u8>) -> Read {
        let fault = loop {
            match self.more(&mut buffer).await {
                Ok(0) => break None,
                Ok(_) => {}
                Err(fault) => break Some(fault),
            }
        };
        let raw = Bytes::from(buffer);
        let body = raw.slice(head.length..);
        Read {
            wire_length: body.len() as u64,
            body,
            raw_head: raw.slice(..head.length),
            fault,
            is_clean: false,
        }
    }

    /// Whether the connection can serve another request although `behind` bytes came behind the body:
    /// both clients throw them away with what they had read, if they fit in.
    fn is_clean(&self, behind: usize, seen: usize) -> bool {
        let read_ahead = match self.exchange.call.dialect {
            Dialect::Requests => HTTP_CLIENT_BUFFER,
            Dialect::Ghc => GHC_BLOCK,
        };
        behind == 0 || seen <= read_ahead
    }

    /// The next bytes of the body; 0 at the end of the connection.
    async fn more(&mut self, buffer: &mut Vec<u8>) -> Result<usize, HttpError> {
        if self.is_ended {
            return Ok(0);
        }
        let limit = self.exchange.call.timeouts.read;
        let timed = within(limit, self.connection.read_more(buffer)).await;
        let read = timed.ok_or(HttpError::ReadTimeoutInBody {
            limit: limit.unwrap_or_default(),
        })?;
        let count = read.map_err(|error| lost(&error, CutPhase::Answering))?;
        self.is_ended = count == 0;
        Ok(count)
    }
}

async fn write_whole(
    mut left: &[u8],
    connection: &mut Connection,
    progress: &mut Progress,
) -> io::Result<()> {
    while !left.is_empty() {
        match connection.write_some(left).await? {
            0 => return Err(io::ErrorKind::BrokenPipe.into()),
            count => left = &left[count..],
        }
        progress.is_open = true;
        progress.phase = CutPhase::Sent;
    }
    connection.flush().await
}

fn skip_empty_lines(buffer: &mut Vec<u8>) {
    let count = buffer.len() - strict_body::past_line_ends(buffer).len();
    if count > 0 {
        buffer.drain(..count);
    }
}

/// Runs `work` within the limit, if there is one; no timer is armed for what is ready at once.
pub(crate) async fn within<T>(limit: Option<Duration>, work: impl Future<Output = T>) -> Option<T> {
    match limit {
        None => Some(work.await),
        Some(limit) => tokio::time::timeout(limit, work).await.ok(),
    }
}

fn is_broken(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset
    )
}

fn lost(error: &io::Error, during: CutPhase) -> HttpError {
    crate::http::net::tls::fault_of(error).unwrap_or(HttpError::Reset {
        errno: error.raw_os_error().unwrap_or(0),
        during,
    })
}
