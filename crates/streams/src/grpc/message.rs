//! Messages on the wire: a flag, a length of four bytes, the message, packed or not.
use std::io::{Read as _, Write as _};

use bytes::{Buf as _, Bytes, BytesMut};
use flate2::Compression;
use flate2::read::{GzDecoder, ZlibDecoder};
use flate2::write::GzEncoder;

use super::status::{Code, Status};

/// Bytes before a message.
const PREFIX: usize = 5;

/// A message that is to be sent, with its prefix.
#[derive(Clone, Debug)]
pub struct Outgoing(Bytes);

impl Outgoing {
    /// As it is.
    pub fn plain(message: &[u8]) -> Self {
        let mut framed = Vec::with_capacity(PREFIX + message.len());
        framed.push(0);
        framed.extend_from_slice(&(message.len() as u32).to_be_bytes());
        framed.extend_from_slice(message);
        Self(framed.into())
    }

    /// Packed by gzip.
    pub fn packed(message: &[u8]) -> Self {
        let prefix = vec![1, 0, 0, 0, 0];
        let mut encoder = GzEncoder::new(prefix, Compression::default());
        let framed = encoder.write_all(message).and_then(|()| encoder.finish());
        let Ok(mut framed) = framed else {
            return Self::plain(message); // a vector takes everything
        };
        let length = (framed.len() - PREFIX) as u32;
        framed[1..PREFIX].copy_from_slice(&length.to_be_bytes());
        Self(framed.into())
    }

    pub(super) fn framed(&self) -> Bytes {
        self.0.clone()
    }
}

/// How messages that come are packed, if their flag says so.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Encoding {
    Identity,
    Gzip,
    Deflate,
}

/// What is offered to the other side.
pub(super) const ACCEPTED: &str = "identity, deflate, gzip";

impl Encoding {
    /// By the header `grpc-encoding`.
    pub fn of(header: Option<&[u8]>) -> Result<Self, Status> {
        match header {
            None | Some(b"identity") => Ok(Self::Identity),
            Some(b"gzip") => Ok(Self::Gzip),
            Some(b"deflate") => Ok(Self::Deflate),
            Some(other) => {
                let name = String::from_utf8_lossy(other);
                let text = format!("the server packs messages by `{name}`, which was not offered");
                Err(Status::new(Code::UNIMPLEMENTED, text))
            }
        }
    }
}

/// Cuts the pieces of a body into messages.
pub(super) struct Incoming {
    pending: Bytes,
    encoding: Encoding,
    /// Bytes in one message, unpacked.
    limit: usize,
}

impl Incoming {
    pub fn new(encoding: Encoding, limit: usize) -> Self {
        Self {
            pending: Bytes::new(),
            encoding,
            limit,
        }
    }

    pub fn take_in(&mut self, piece: Bytes) {
        if self.pending.is_empty() {
            self.pending = piece;
            return;
        }
        let pending = std::mem::take(&mut self.pending);
        // Without a copy where nobody else holds it, and with room for more than this piece.
        let mut whole = pending.try_into_mut().unwrap_or_else(|shared| {
            let mut whole = BytesMut::with_capacity(2 * (shared.len() + piece.len()));
            whole.extend_from_slice(&shared);
            whole
        });
        whole.extend_from_slice(&piece);
        self.pending = whole.freeze();
    }

    /// The next message that is whole.
    pub fn next(&mut self) -> Result<Option<Bytes>, Status> {
        let Some((prefix, _)) = self.pending.split_first_chunk::<PREFIX>() else {
            return Ok(None);
        };
        let [flag, length @ ..] = *prefix;
        let length = u32::from_be_bytes(length) as usize;
        if length > self.limit {
            return Err(too_long(length, self.limit));
        }
        if self.pending.len() < PREFIX + length {
            return Ok(None);
        }
        self.pending.advance(PREFIX);
        let message = self.pending.split_to(length);
        match flag {
            0 => Ok(Some(message)),
            1 => self.unpack(&message).map(Some),
            _ => {
                let text = format!("a message begins with {flag}, not with 0 or 1");
                Err(Status::new(Code::INTERNAL, text))
            }
        }
    }

    /// A message was begun and has no end.
    pub fn is_cut(&self) -> bool {
        !self.pending.is_empty()
    }

    fn unpack(&self, message: &[u8]) -> Result<Bytes, Status> {
        let most = self.limit as u64 + 1;
        let mut whole = Vec::new();
        let read = match self.encoding {
            Encoding::Gzip => GzDecoder::new(message).take(most).read_to_end(&mut whole),
            Encoding::Deflate => ZlibDecoder::new(message).take(most).read_to_end(&mut whole),
            Encoding::Identity => {
                let text = "a message is packed, and no header says how";
                return Err(Status::new(Code::INTERNAL, text));
            }
        };
        match read {
            Ok(length) if length > self.limit => Err(too_long(length, self.limit)),
            Ok(_) => Ok(whole.into()),
            Err(error) => {
                let text = format!("a message cannot be unpacked: {error}");
                Err(Status::new(Code::INTERNAL, text))
            }
        }
    }
}

fn too_long(length: usize, limit: usize) -> Status {
    let text = format!(
        "a message of {length} bytes, more than the {limit} that are allowed (`max_receive_message_length`)"
    );
    Status::new(Code::RESOURCE_EXHAUSTED, text)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(
        encoding: Encoding,
        limit: usize,
        body: &[u8],
        piece: usize,
    ) -> Result<Vec<Bytes>, Status> {
        let mut incoming = Incoming::new(encoding, limit);
        let mut messages = Vec::new();
        for piece in body.chunks(piece) {
            incoming.take_in(Bytes::copy_from_slice(piece));
            while let Some(message) = incoming.next()? {
                messages.push(message);
            }
        }
        assert!(!incoming.is_cut());
        Ok(messages)
    }

    proptest! {
        #[test]
        fn messages_come_out_as_they_went_in(
            messages: Vec<(bool, Vec<u8>)>,
            piece in 1_usize..64,
        ) {
            let framed = messages.iter().map(|(is_packed, message)| {
                if *is_packed { Outgoing::packed(message) } else { Outgoing::plain(message) }
            });
            let body: Vec<u8> = framed.flat_map(|message| message.framed()).collect();
            let found = read(Encoding::Gzip, 1000, &body, piece).expect("whole");
            let sent: Vec<_> = messages.into_iter().map(|(_, message)| Bytes::from(message)).collect();
            prop_assert_eq!(found, sent);
        }
    }

    #[test]
    fn what_is_longer_than_allowed_is_refused_packed_or_not() {
        let refused = |message: Outgoing| {
            let refused = read(Encoding::Gzip, 10, &message.framed(), 1000);
            refused.expect_err("too long").code
        };
        assert_eq!(refused(Outgoing::plain(&[0; 11])), Code::RESOURCE_EXHAUSTED);
        assert_eq!(
            refused(Outgoing::packed(&[0; 11])),
            Code::RESOURCE_EXHAUSTED
        );
        let fits = Outgoing::plain(&[0; 10]).framed();
        assert_eq!(
            read(Encoding::Identity, 10, &fits, 7),
            Ok(vec![Bytes::from(vec![0; 10])])
        );
    }

    #[test]
    fn what_cannot_be_read_says_so() {
        let said = |encoding, body: &[u8]| read(encoding, 1000, body, 1000).expect_err("broken");
        let packed = Outgoing::packed(b"hello").framed();
        assert_eq!(
            said(Encoding::Identity, &packed).details,
            "a message is packed, and no header says how"
        );
        assert!(
            said(Encoding::Deflate, &packed)
                .details
                .contains("cannot be unpacked")
        );
        assert!(
            said(Encoding::Gzip, &[2, 0, 0, 0, 0])
                .details
                .contains("begins with 2")
        );
        assert_eq!(
            Encoding::of(Some(b"snappy")).expect_err("unknown").code,
            Code::UNIMPLEMENTED
        );
        assert_eq!(Encoding::of(Some(b"deflate")), Ok(Encoding::Deflate));
    }

    #[test]
    fn a_message_without_an_end_is_cut() {
        let mut incoming = Incoming::new(Encoding::Identity, 10);
        incoming.take_in(Bytes::from_static(&[0, 0, 0, 0, 2, b'a']));
        assert_eq!(incoming.next(), Ok(None));
        assert!(incoming.is_cut());
    }
}
