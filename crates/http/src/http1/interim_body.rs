//! The body of an answer that is passed over, taken as it comes: each byte is looked at once. To geventhttpclient it
//! belongs to the body of the answer that counts.

use crate::dialects::dialect::Dialect;
use crate::errors::error::HttpError;
use crate::wire::chunks::Chunks;
use crate::wire::framing::Framing;
use crate::wire::head::Head;
use crate::wire::head_faults::strict;

/// How far an answer that is passed over is.
pub(super) struct InterimResponseBody {
    pub status: u16,
    left: Left,
}

enum Left {
    Bytes(u64),
    Chunks(Box<Chunks>),
    /// All there is until the connection ends.
    Everything,
}

impl InterimResponseBody {
    pub(super) fn behind(head: &Head) -> Self {
        let left = match head.framing {
            Framing::Empty => Left::Bytes(0),
            Framing::Length(length) => Left::Bytes(length),
            Framing::Chunked => Left::Chunks(Box::new(Chunks::new(Dialect::Ghc))),
            Framing::UntilClose => Left::Everything,
        };
        Self {
            status: head.status,
            left,
        }
    }

    /// Takes what it can of `input` into `bodies`: how much of it is dealt with, and whether that was the end.
    pub(super) fn feed(
        &mut self,
        input: &[u8],
        bodies: &mut Vec<u8>,
    ) -> Result<(usize, bool), HttpError> {
        match &mut self.left {
            Left::Bytes(left) => {
                let taken = usize::try_from(*left)
                    .unwrap_or(usize::MAX)
                    .min(input.len());
                bodies.extend_from_slice(&input[..taken]);
                *left -= taken as u64;
                Ok((taken, *left == 0))
            }
            Left::Chunks(chunks) => {
                let used = chunks.feed(input).map_err(of_a_head)?;
                let is_done = chunks.is_done();
                if is_done {
                    bodies.extend_from_slice(chunks.payload());
                }
                Ok((used, is_done))
            }
            Left::Everything => Ok((input.len(), false)),
        }
    }
}

/// While there is no response, a fault of chunks is one of the head.
fn of_a_head(fault: HttpError) -> HttpError {
    match fault {
        HttpError::BadFraming { reason, code } => strict(&reason, code),
        other => other,
    }
}
