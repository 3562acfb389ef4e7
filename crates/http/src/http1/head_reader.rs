//! Reads from a connection until the head of the answer that counts is there.

use crate::errors::error::HttpError;
use crate::net::connection::Connection;
use crate::net::limit::within;
use crate::wire::head::Head;
use rlocust_core::model::CutPhase;

use super::cut_head::cut_head;
use super::faults::lost;
use super::heads::{Heads, Passed};
use super::progress::Progress;
use super::read_context::ReadContext;
use super::turns::Turns;

/// The head of the answer that counts.
pub(crate) struct Begun {
    pub head: Head,
    /// The connection ended with it.
    pub is_ended: bool,
    pub passed: Passed,
}

/// Reads the first final head.
pub(crate) struct HeadReader<'a> {
    pub asked: ReadContext<'a>,
    pub connection: &'a mut Connection,
    pub progress: &'a mut Progress,
}

impl HeadReader<'_> {
    /// `buffer` then holds the head and what came behind it.
    pub(crate) async fn read(&mut self, buffer: &mut Vec<u8>) -> Result<Begun, HttpError> {
        let mut heads = Heads::new(self.asked);
        let mut turns = Turns::default();
        loop {
            if let Some(head) = heads.advance(buffer)? {
                return Ok(Begun {
                    head,
                    is_ended: false,
                    passed: heads.passed,
                });
            }
            let count = self.read_more(buffer).await?;
            if count == 0 {
                return self.cut(heads, buffer);
            }
            turns.after(count).await;
        }
    }

    /// What comes of it if the connection ends.
    fn cut(&self, heads: Heads<'_>, buffer: &[u8]) -> Result<Begun, HttpError> {
        if heads.is_passing() {
            return Err(HttpError::HeadersCutOff {
                is_incomplete: true,
            });
        }
        let has_begun = self.progress.first_byte_at.is_some();
        let head = cut_head(&self.asked, buffer, heads.passed.interim, has_begun)?;
        Ok(Begun {
            head,
            is_ended: true,
            passed: heads.passed,
        })
    }

    /// The next bytes; 0 at the end of the connection.
    async fn read_more(&mut self, buffer: &mut Vec<u8>) -> Result<usize, HttpError> {
        let limit = self.asked.timeouts.read;
        let timed = within(limit, self.connection.read_more(buffer)).await;
        let read = timed.ok_or(HttpError::ReadTimeoutBeforeHeaders {
            limit: limit.unwrap_or_default(),
        })?;
        let count = read.map_err(|error| lost(&error, self.progress.phase))?;
        if count > 0 {
            self.progress.phase = CutPhase::Answering;
            let arrived = self.connection.arrived();
            self.progress.first_byte_at.get_or_insert(arrived);
        }
        Ok(count)
    }
}
