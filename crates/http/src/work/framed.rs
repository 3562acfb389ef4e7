//! A body whose bytes are handed on as they come: its framing undone piece by piece, nothing kept.

use crate::dialects::dialect::Dialect;
use crate::errors::error::HttpError;
use crate::wire::chunks::Chunks;
use crate::wire::framing::Framing;

/// How far a body is.
pub(super) struct Framed {
    left: Left,
    read: u64,
}

enum Left {
    Bytes(u64),
    Chunks {
        chunks: Box<Chunks>,
        /// What cannot be dealt with before more comes, as half of a line.
        pending: Vec<u8>,
    },
    /// All there is until the connection ends.
    Everything,
}

impl Framed {
    pub(super) fn new(framing: Framing) -> Self {
        let left = match framing {
            Framing::Empty => Left::Bytes(0),
            Framing::Length(length) => Left::Bytes(length),
            Framing::Chunked => Left::Chunks {
                chunks: Box::new(Chunks::new(Dialect::Requests)),
                pending: Vec::new(),
            },
            Framing::UntilClose => Left::Everything,
        };
        Self { left, read: 0 }
    }

    /// The end of the body is there.
    pub(super) fn is_done(&self) -> bool {
        match &self.left {
            Left::Bytes(left) => *left == 0,
            Left::Chunks { chunks, .. } => chunks.is_done(),
            Left::Everything => false,
        }
    }

    /// Appends what `fresh` has of the body.
    pub(super) fn feed(&mut self, fresh: &[u8], body: &mut Vec<u8>) -> Result<(), HttpError> {
        let before = body.len();
        match &mut self.left {
            Left::Bytes(left) => {
                let taken = usize::try_from(*left)
                    .unwrap_or(usize::MAX)
                    .min(fresh.len());
                body.extend_from_slice(&fresh[..taken]);
                *left -= taken as u64;
            }
            Left::Chunks { chunks, pending } => {
                pending.extend_from_slice(fresh);
                let used = chunks.feed(pending)?;
                pending.drain(..used);
                body.append(&mut chunks.take_payload());
            }
            Left::Everything => body.extend_from_slice(fresh),
        }
        self.read += (body.len() - before) as u64;
        Ok(())
    }

    /// The connection has ended.
    pub(super) fn cut(&self) -> Result<(), HttpError> {
        let read = self.read;
        match &self.left {
            Left::Everything | Left::Bytes(0) => Ok(()),
            Left::Bytes(left) => Err(HttpError::ShortBody {
                read,
                missing: *left,
            }),
            Left::Chunks { chunks, pending } => chunks.cut(pending),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_handed_on_without_its_framing_however_it_was_cut() {
        let chunked = b"5\r\nhello\r\n1;ext=1\r\n \r\n005\r\nworld\r\n0\r\n\r\n";
        for (framing, text) in [
            (Framing::Chunked, &chunked[..]),
            (Framing::Length(11), b"hello world"),
            (Framing::UntilClose, b"hello world"),
        ] {
            for piece in 1..=text.len() {
                let mut framed = Framed::new(framing);
                let mut body = Vec::new();
                for fresh in text.chunks(piece) {
                    framed.feed(fresh, &mut body).expect("well formed");
                }
                assert_eq!(body, b"hello world", "{framing:?} {piece}");
                assert_eq!(framed.is_done(), framing != Framing::UntilClose);
                assert_eq!(framed.cut(), Ok(()));
            }
        }
    }

    #[test]
    fn a_body_that_is_cut_is_known_to_be() {
        let cut = |framing, text: &[u8]| {
            let mut framed = Framed::new(framing);
            framed.feed(text, &mut Vec::new()).expect("well formed");
            framed.cut().err()
        };
        let (read, missing) = (3, 2);
        assert_eq!(
            cut(Framing::Length(5), b"abc"),
            Some(HttpError::ShortBody { read, missing })
        );
        assert!(cut(Framing::Chunked, b"5\r\nabc").is_some());
        assert!(cut(Framing::Chunked, b"3\r\nabc\r\n").is_some());
        assert_eq!(cut(Framing::UntilClose, b"abc"), None);
    }
}
