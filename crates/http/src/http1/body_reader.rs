//! Reads one body to its end, whichever way that is known.

use std::io;
use std::sync::Arc;

use bytes::Bytes;

use crate::errors::error::HttpError;
use crate::memory::budget::BodyBudget;
use crate::memory::space::BodySpace;
use crate::net::connection::Connection;
use crate::net::limit::within;
use crate::wire::framing::Framing;
use crate::wire::head::Head;
use rlocust_core::clock;
use rlocust_core::model::CutPhase;

use super::answer::Answer;
use super::faults::lost;
use super::pieces::Pieces;
use super::read_context::ReadContext;
use super::spare::SpareBuffers;
use super::turns::Turns;

/// So much is read at once: then other calls of the thread have their turn.
const MOST_AT_ONCE: usize = 256 * 1024;

/// Reads one body to its end.
pub(crate) struct BodyReader<'a, 'b> {
    pub asked: ReadContext<'a>,
    pub spare: &'a Arc<SpareBuffers>,
    pub budget: &'a Arc<BodyBudget>,
    pub connection: &'b mut Connection,
    /// The connection has ended, or what is still to come is not wanted.
    pub is_ended: bool,
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
    pub(crate) async fn read(&mut self, mut head: Head, buffer: Vec<u8>) -> Answer {
        let mut read = match head.framing {
            Framing::Empty => self.nothing(&head, buffer),
            Framing::Length(length) => self.counted(&head, buffer, length).await,
            Framing::Chunked => self.chunked(&mut head, buffer).await,
            Framing::UntilClose => self.until_close(&head, buffer).await,
        };
        if let Some(HttpError::OutOfMemory(_)) = read.fault {
            // What came goes at once; the head may lie in the same buffer.
            read.raw_head = Bytes::copy_from_slice(&read.raw_head);
            read.body = Bytes::new();
        }
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

    /// The system writes into the body itself: of what did not come with the head, nothing is copied.
    async fn counted(&mut self, head: &Head, mut buffer: Vec<u8>, length: u64) -> Read {
        let mut filled = buffer.len();
        let mut space = BodySpace::of(self.budget);
        let mut turns = Turns::default();
        let mut fault = None;
        let have = |filled: usize| (filled - head.length) as u64;
        while fault.is_none() && have(filled) < length {
            // A byte behind the end: a read that leaves room has taken all there is, and nobody need ask again.
            let target = usize::try_from(length).map_or(usize::MAX, |length| {
                length.saturating_add(head.length).saturating_add(1)
            });
            match self.fill(&mut buffer, filled, target).await {
                Ok(0) => {
                    let read = have(filled);
                    fault = Some(HttpError::ShortBody {
                        read,
                        missing: length - read,
                    });
                }
                Ok(count) => {
                    filled += count;
                    let grown = space.grow(filled - head.length, buffer.capacity());
                    fault = grown.err().map(HttpError::from);
                    if have(filled) < length {
                        turns.after(count).await;
                    }
                }
                Err(error) => fault = Some(error),
            }
        }
        let behind = have(filled).saturating_sub(length) as usize;
        let is_clean = self.is_clean(behind, filled);
        let wire_length = have(filled).min(length);
        let raw = self.spare.lend(buffer, space);
        let body = raw.slice(head.length..head.length + wire_length as usize);
        Read {
            body,
            raw_head: raw.slice(..head.length),
            wire_length,
            fault,
            is_clean,
        }
    }

    /// Reads into `buffer` behind what is there; makes it longer where it is full.
    async fn fill(
        &mut self,
        buffer: &mut Vec<u8>,
        filled: usize,
        target: usize,
    ) -> Result<usize, HttpError> {
        if filled == buffer.len() && !self.is_ended {
            self.spare.lengthen(buffer, target)?;
        }
        let end = buffer.len().min(filled + MOST_AT_ONCE);
        let ended = self.is_ended;
        let read = self.connection.read_into(&mut buffer[filled..end]);
        let count = within_limits(self.asked, ended, read).await?;
        self.is_ended = count == 0;
        Ok(count)
    }

    async fn chunked(&mut self, head: &mut Head, mut buffer: Vec<u8>) -> Read {
        let mut pieces = Pieces::new(self.asked.dialect, self.spare, self.budget);
        let mut seen = buffer.len();
        let mut turns = Turns::default();
        let mut fed = pieces.feed(&buffer[head.length..]);
        buffer.truncate(head.length);
        let fault = loop {
            if let Err(fault) = fed {
                break Some(fault);
            }
            if pieces.chunks.is_done() {
                break None;
            }
            let ended = self.is_ended;
            let read = self.connection.read_to(|fresh| {
                fed = pieces.feed(fresh);
                fresh.len()
            });
            match within_limits(self.asked, ended, read).await {
                Ok(0) => {
                    self.is_ended = true;
                    break pieces.chunks.cut(&pieces.pending).err();
                }
                Ok(count) => {
                    seen += count;
                    turns.after(count).await;
                }
                Err(fault) => break Some(fault),
            }
        };
        head.take_trailers(&mut buffer, pieces.chunks.trailers());
        Read {
            wire_length: pieces.chunks.read(),
            raw_head: Bytes::from(buffer),
            fault,
            is_clean: self.is_clean(pieces.pending.len(), seen),
            body: pieces.into_body(),
        }
    }

    async fn until_close(&mut self, head: &Head, mut buffer: Vec<u8>) -> Read {
        let mut space = BodySpace::of(self.budget);
        let fault = loop {
            match self.more_of(&mut buffer, head, &mut space).await {
                Ok(0) => break None,
                Ok(_) => {}
                Err(fault) => break Some(fault),
            }
        };
        let raw = space.hold(buffer);
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
        behind == 0 || seen <= self.asked.dialect.read_ahead()
    }

    /// The same, within what bodies may take; `buffer` begins with the head.
    async fn more_of(
        &mut self,
        buffer: &mut Vec<u8>,
        head: &Head,
        space: &mut BodySpace,
    ) -> Result<usize, HttpError> {
        let count = self.more(buffer).await?;
        space.grow(buffer.len() - head.length, buffer.capacity())?;
        Ok(count)
    }

    /// The next bytes of the body; 0 at the end of the connection.
    async fn more(&mut self, buffer: &mut Vec<u8>) -> Result<usize, HttpError> {
        let (ended, read) = (self.is_ended, self.connection.read_more(buffer));
        let count = within_limits(self.asked, ended, read).await?;
        self.is_ended = count == 0;
        Ok(count)
    }
}

/// What a reading comes to in the time it has; nothing once the connection has ended.
async fn within_limits(
    asked: ReadContext<'_>,
    is_ended: bool,
    read: impl Future<Output = io::Result<usize>>,
) -> Result<usize, HttpError> {
    if is_ended {
        return Ok(0);
    }
    let limit = asked.timeouts.read;
    let read = within(limit, read)
        .await
        .ok_or(HttpError::ReadTimeoutInBody {
            limit: limit.unwrap_or_default(),
        })?;
    read.map_err(|error| lost(&error, CutPhase::Answering))
}
