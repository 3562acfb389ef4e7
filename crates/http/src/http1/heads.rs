//! Finds the head of the answer that counts in what came so far: past interim answers, and for geventhttpclient past
//! whole answers that others followed in one block. Each byte is looked at once, however the bytes are cut.

use crate::errors::error::HttpError;
use crate::wire::head::Head;
use crate::wire::head_end::EndFinder;
use crate::wire::head_faults::{LARGEST_HEAD, too_large};
use crate::wire::strict_body;

use super::interim_body::InterimResponseBody;
use super::read_context::ReadContext;

/// The answers before the one that counts.
#[derive(Default)]
pub(crate) struct Passed {
    /// Status of the last interim one.
    pub interim: Option<u16>,
    /// To geventhttpclient they belong to the body that follows.
    pub bodies: Vec<u8>,
    /// One of them was final.
    pub has_final: bool,
    /// How large they were, with their heads.
    size: usize,
}

/// How far the way to the head that counts is.
pub(crate) struct Heads<'a> {
    asked: ReadContext<'a>,
    finder: EndFinder,
    passing: Option<InterimResponseBody>,
    pub passed: Passed,
}

impl<'a> Heads<'a> {
    pub(crate) fn new(asked: ReadContext<'a>) -> Self {
        Self {
            asked,
            finder: EndFinder::default(),
            passing: None,
            passed: Passed::default(),
        }
    }

    /// Deals with what is in `buffer`. Once the head is there, `buffer` begins with it.
    pub(crate) fn advance(&mut self, buffer: &mut Vec<u8>) -> Result<Option<Head>, HttpError> {
        let mut start = 0;
        let found = loop {
            if self.passing.is_some() && !self.pass(buffer, &mut start)? {
                break None;
            }
            if self.asked.dialect.skips_empty_lines() {
                start = buffer.len() - strict_body::past_line_ends(&buffer[start..]).len();
            }
            let input = &buffer[start..];
            let Some(length) = self.finder.find(input) else {
                match self.finder.fault(input, self.asked.dialect) {
                    Some(fault) => return Err(fault),
                    None => break None,
                }
            };
            let head = Head::parse(input, length, self.asked.method, self.asked.dialect)?;
            if !self.asked.dialect.is_interim(head.status) && !self.gives_way(&head, input) {
                break Some(head);
            }
            self.finder = EndFinder::default();
            self.leave_behind(head.length, &mut start)?;
            self.passing = self
                .asked
                .dialect
                .parses_blocks()
                .then(|| InterimResponseBody::behind(&head));
        };
        buffer.drain(..start);
        Ok(found)
    }

    /// The connection has ended inside the body of an answer that is passed over.
    pub(crate) fn is_passing(&self) -> bool {
        self.passing.is_some()
    }

    /// Takes the body of an answer that is passed over; whether that is all there.
    fn pass(&mut self, buffer: &[u8], start: &mut usize) -> Result<bool, HttpError> {
        let Some(passing) = &mut self.passing else {
            return Ok(true);
        };
        let (used, is_whole) = passing.feed(&buffer[*start..], &mut self.passed.bodies)?;
        let status = passing.status;
        self.leave_behind(used, start)?;
        if !is_whole {
            return Ok(false);
        }
        self.passing = None;
        if self.asked.dialect.is_interim(status) {
            self.passed.interim = Some(status);
        } else {
            self.passed.has_final = true;
        }
        Ok(true)
    }

    /// Answers without end before the answer are none.
    fn leave_behind(&mut self, length: usize, start: &mut usize) -> Result<(), HttpError> {
        *start += length;
        self.passed.size += length;
        if self.passed.size > LARGEST_HEAD {
            return Err(too_large(self.asked.dialect));
        }
        Ok(())
    }

    /// geventhttpclient takes one answer for the next if both come in one block: the later head counts, behind
    /// the body of the earlier one.
    fn gives_way(&self, head: &Head, input: &[u8]) -> bool {
        let ReadContext {
            dialect, method, ..
        } = self.asked;
        dialect.parses_blocks()
            && input.len() <= dialect.read_ahead()
            && strict_body::is_followed(head, &input[head.length..], method)
    }
}
