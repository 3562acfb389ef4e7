//! Reads the head of the answer that counts: past interim answers, and for geventhttpclient past whole answers that
//! others followed in one block.

use crate::http::errors::error::HttpError;
use crate::http::net::connection::Connection;
use crate::http::net::limit::within;
use crate::http::wire::head::Head;
use crate::http::wire::head_end::EndFinder;
use crate::http::wire::head_faults::is_pause;
use crate::http::wire::strict_body;
use crate::model::CutPhase;

use super::asked::Asked;
use super::cut_head::cut_head;
use super::faults::lost;
use super::progress::Progress;

/// The head of the answer that counts.
pub(crate) struct Begun {
    pub head: Head,
    /// The connection ended with it.
    pub is_ended: bool,
    pub passed: Passed,
}

/// The answers before the one that counts.
#[derive(Default)]
pub(crate) struct Passed {
    /// Status of the last interim one.
    interim: Option<u16>,
    /// To geventhttpclient they belong to the body that follows.
    pub bodies: Vec<u8>,
    /// One of them was final.
    pub has_final: bool,
}

/// Reads the first final head.
pub(crate) struct HeadReader<'a> {
    pub asked: Asked<'a>,
    pub connection: &'a mut Connection,
    pub progress: &'a mut Progress,
}

impl HeadReader<'_> {
    /// `buffer` then holds the head and what came behind it.
    pub(crate) async fn read(&mut self, buffer: &mut Vec<u8>) -> Result<Begun, HttpError> {
        let asked = self.asked;
        let mut passed = Passed::default();
        let mut finder = EndFinder::default();
        loop {
            if let Some(length) = finder.find(buffer) {
                let result = Head::parse(buffer, length, asked.method, asked.dialect);
                self.progress.is_reusable =
                    result.as_ref().is_err_and(is_pause) || self.is_given_back(&passed);
                let head = result?;
                if !asked.dialect.is_interim(head.status) && !self.gives_way(&head, buffer) {
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
                self.progress.is_reusable = false;
            } else if let Some(fault) = EndFinder::fault(buffer, asked.dialect) {
                self.progress.is_reusable = self.is_given_back(&passed);
                return Err(fault);
            }
            if !self.read_more(buffer).await? {
                let has_begun = self.progress.first_byte_at.is_some();
                let head = cut_head(&asked, buffer, passed.interim, has_begun)?;
                return Ok(Begun {
                    head,
                    is_ended: true,
                    passed,
                });
            }
        }
    }

    /// The next bytes; false at the end of the connection.
    async fn read_more(&mut self, buffer: &mut Vec<u8>) -> Result<bool, HttpError> {
        let limit = self.asked.timeouts.read;
        let timed = within(limit, self.connection.read_more(buffer)).await;
        if self.asked.dialect.skips_empty_lines() {
            skip_empty_lines(buffer);
        }
        let read = timed.ok_or(HttpError::ReadTimeoutBeforeHeaders {
            limit: limit.unwrap_or_default(),
        })?;
        if read.map_err(|error| lost(&error, self.progress.phase))? == 0 {
            return Ok(false);
        }
        self.progress.phase = CutPhase::Answering;
        let arrived = self.connection.arrived();
        self.progress.first_byte_at.get_or_insert(arrived);
        Ok(true)
    }

    /// geventhttpclient takes one answer for the next if both come in one block: the later head counts, behind
    /// the body of the earlier one.
    fn gives_way(&self, head: &Head, buffer: &[u8]) -> bool {
        let Asked {
            dialect, method, ..
        } = self.asked;
        dialect.parses_blocks()
            && buffer.len() <= dialect.read_ahead()
            && strict_body::is_followed(head, &buffer[head.length..], method)
    }

    /// Leaves an answer behind, if it is all there, and keeps its body.
    fn pass_over(
        &self,
        head: &Head,
        buffer: &mut Vec<u8>,
        passed: &mut Passed,
    ) -> Result<bool, HttpError> {
        let dialect = self.asked.dialect;
        if !dialect.parses_blocks() {
            buffer.drain(..head.length);
            return Ok(true);
        }
        let Some((body, used)) = strict_body::whole_body(head, &buffer[head.length..])? else {
            return Ok(false);
        };
        passed.bodies.extend_from_slice(&body);
        if dialect.is_interim(head.status) {
            passed.interim = Some(head.status);
        } else {
            passed.has_final = true;
        }
        buffer.drain(..head.length + used);
        skip_empty_lines(buffer);
        Ok(true)
    }

    fn is_given_back(&self, passed: &Passed) -> bool {
        self.asked.dialect.gives_back_at_each_answer()
            && (passed.interim.is_some() || passed.has_final)
    }
}

fn skip_empty_lines(buffer: &mut Vec<u8>) {
    let count = buffer.len() - strict_body::past_line_ends(buffer).len();
    if count > 0 {
        buffer.drain(..count);
    }
}
