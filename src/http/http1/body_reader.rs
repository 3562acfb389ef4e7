//! Reads one body to its end, whichever way that is known.

use std::sync::Arc;

use bytes::Bytes;

use crate::clock;
use crate::http::errors::error::HttpError;
use crate::http::memory::budget::BodyBudget;
use crate::http::memory::space::BodySpace;
use crate::http::net::connection::Connection;
use crate::http::net::limit::within;
use crate::http::wire::chunks::Chunks;
use crate::http::wire::framing::Framing;
use crate::http::wire::head::Head;
use crate::model::CutPhase;

use super::answer::Answer;
use super::asked::Asked;
use super::faults::lost;
use super::spare::SpareBuffers;
use super::turns::Turns;

/// Room made at once for an announced body; a larger one grows as it comes.
const LARGEST_RESERVE: u64 = 1024 * 1024;

/// Reads one body to its end.
pub(crate) struct BodyReader<'a, 'b> {
    pub asked: Asked<'a>,
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

    async fn counted(&mut self, head: &Head, mut buffer: Vec<u8>, length: u64) -> Read {
        let have = |buffer: &Vec<u8>| (buffer.len() - head.length) as u64;
        let mut space = BodySpace::of(self.budget);
        let mut fault = None;
        if have(&buffer) < length {
            let more = (length - have(&buffer)).min(LARGEST_RESERVE) as usize;
            self.spare.extend(&mut buffer, more);
        }
        while fault.is_none() && have(&buffer) < length {
            match self.more_of(&mut buffer, head, &mut space).await {
                Ok(0) => {
                    let read = have(&buffer);
                    fault = Some(HttpError::ShortBody {
                        read,
                        missing: length - read,
                    });
                }
                Ok(_) => {}
                Err(error) => fault = Some(error),
            }
        }
        let behind = have(&buffer).saturating_sub(length) as usize;
        let is_clean = self.is_clean(behind, buffer.len());
        let wire_length = have(&buffer).min(length);
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

    async fn chunked(&mut self, head: &mut Head, mut buffer: Vec<u8>) -> Read {
        let mut pending = buffer.split_off(head.length);
        let mut seen = buffer.len() + pending.len();
        let mut chunks = Chunks::new(self.asked.dialect);
        let mut turns = Turns::default();
        let mut space = BodySpace::of(self.budget);
        let fault = loop {
            match chunks.feed_within(&mut space, &pending) {
                Ok(used) => pending.drain(..used),
                Err(fault) => break Some(fault),
            };
            if chunks.is_done() {
                break None;
            }
            match self.more(&mut pending).await {
                Ok(0) => break chunks.cut(&pending).err(),
                Ok(count) => {
                    seen += count;
                    turns.after(count).await;
                }
                Err(fault) => break Some(fault),
            }
        };
        let wire_length = chunks.read();
        head.take_trailers(&mut buffer, chunks.trailers());
        let body = space.hold(chunks.into_payload());
        Read {
            body,
            raw_head: Bytes::from(buffer),
            wire_length,
            fault,
            is_clean: self.is_clean(pending.len(), seen),
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
        if self.is_ended {
            return Ok(0);
        }
        let limit = self.asked.timeouts.read;
        let timed = within(limit, self.connection.read_more(buffer)).await;
        let read = timed.ok_or(HttpError::ReadTimeoutInBody {
            limit: limit.unwrap_or_default(),
        })?;
        let count = read.map_err(|error| lost(&error, CutPhase::Answering))?;
        self.is_ended = count == 0;
        Ok(count)
    }
}
