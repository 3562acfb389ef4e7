//! One request and one answer on one connection: write, read the head past interim answers, read
//! the body. Faults before the head is complete are errors; faults after it travel in the answer.

use std::io;
use std::sync::Arc;

use crate::errors::error::HttpError;
use crate::memory::budget::BodyBudget;
use crate::net::connection::Connection;
use crate::net::limit::within;
use crate::types::method::Method;
use crate::wire::encode::Encoded;
use crate::wire::framing::Framing;
use crate::wire::head::Head;
use crate::wire::strict_body;
use rlocust_core::clock;
use rlocust_core::model::CutPhase;

use super::answer::Answer;
use super::body_reader::BodyReader;
use super::faults::{is_broken, lost};
use super::head_reader::HeadReader;
use super::progress::Progress;
use super::read_context::ReadContext;
use super::spare::SpareBuffers;

/// A request on its way over a connection.
pub(crate) struct Exchange<'a> {
    pub asked: ReadContext<'a>,
    pub encoded: &'a Encoded,
    pub spare: &'a Arc<SpareBuffers>,
    pub budget: &'a Arc<BodyBudget>,
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
        let mut reader = HeadReader {
            asked: self.asked,
            connection,
            progress,
        };
        let begun = reader.read(&mut buffer).await?;
        let mut head = begun.head;
        if self.asked.dialect.parses_blocks() {
            self.check_block(&mut head, &buffer, progress)?;
        }
        progress.headers_at = Some(connection.arrived());
        (progress.is_open, progress.is_answered) = (false, true);
        let is_unwanted = self.leaves_body_unread(&head, &buffer, begun.passed.has_final);
        let mut reader = BodyReader {
            asked: self.asked,
            spare: self.spare,
            budget: self.budget,
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
            let limit = self.asked.dialect.write_limit(self.asked.timeouts);
            match within(limit, write_whole(part, connection, progress)).await {
                None => return Err(HttpError::WriteTimeout),
                Some(Err(error)) if is_broken(&error) => return Ok(()),
                Some(written) => written.map_err(|error| lost(&error, progress.phase))?,
            }
        }
        Ok(())
    }

    /// What the parser makes of the bytes that came together with the head.
    fn check_block(
        &self,
        head: &mut Head,
        buffer: &[u8],
        progress: &mut Progress,
    ) -> Result<(), HttpError> {
        let ReadContext {
            dialect, method, ..
        } = self.asked;
        let rest = &buffer[head.length..];
        let checked = strict_body::check(head, rest, method);
        progress.is_reusable = head.keep_alive
            && buffer.len() <= dialect.read_ahead()
            && strict_body::is_whole(head, rest);
        checked?;
        if *method == Method::Head && !strict_body::is_blank(rest) {
            // Its parser took what follows for the next answer and forgot the headers of this one.
            head.fields = Arc::default();
        }
        Ok(())
    }

    /// The body will not be handed out and is not there already: the connection goes. So it does for the rest of an
    /// answer that nobody asked for.
    fn leaves_body_unread(&self, head: &Head, buffer: &[u8], is_behind_another: bool) -> bool {
        let ReadContext {
            dialect, redirects, ..
        } = self.asked;
        dialect.leaves_unwanted_bodies()
            && match head.framing {
                Framing::Empty => false,
                Framing::Length(length) => ((buffer.len() - head.length) as u64) < length,
                Framing::Chunked => !buffer.ends_with(b"\n0\r\n\r\n"),
                Framing::UntilClose => true,
            }
            && (is_behind_another
                || dialect.follows(redirects, head.status, head.locations(buffer)))
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
