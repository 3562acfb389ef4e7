//! `Content-Encoding` of a body that is taken as it comes: what was sent can be read at once, before the body is whole.

use std::io;

use flate2::write::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};

use crate::errors::error::HttpError;

/// So much is undone at a time: a thousand times as much may come out.
pub(super) const PIECE: usize = 512;
/// What undoing a byte may cost beside what comes out of it: it may be one of twenty that begin a gzip member anew.
const DEAREST: usize = 128;

/// What has to be undone.
pub(super) enum Coding {
    Plain,
    Gzip(Box<MultiGzDecoder<Vec<u8>>>),
    /// `deflate`, whose first byte tells both of its forms apart.
    Begun,
    Zlib(Box<ZlibDecoder<Vec<u8>>>),
    Deflate(Box<DeflateDecoder<Vec<u8>>>),
}

impl Coding {
    /// Of a header's value.
    pub(super) fn of(value: Option<&[u8]>) -> Result<Self, HttpError> {
        let encoding = value.unwrap_or_default().trim_ascii().to_ascii_lowercase();
        match &encoding[..] {
            b"" | b"identity" => Ok(Self::Plain),
            b"gzip" | b"x-gzip" => Ok(Self::Gzip(Box::new(MultiGzDecoder::new(Vec::new())))),
            b"deflate" => Ok(Self::Begun),
            other => {
                let encoding = String::from_utf8_lossy(other).into_owned();
                Err(HttpError::UnknownEncoding { encoding })
            }
        }
    }

    /// What it cost to undo so many bytes, counted in bytes that are read.
    pub(super) fn cost(&self, coded: usize, undone: usize) -> usize {
        match self {
            Self::Plain => undone,
            _ => coded * DEAREST + undone,
        }
    }

    /// What these bytes say; nothing of it is held back.
    pub(super) fn undo(&mut self, bytes: Vec<u8>) -> Result<Vec<u8>, HttpError> {
        if let (Self::Begun, Some(first)) = (&self, bytes.first()) {
            // Bit 3 of a zlib header is set: its method is 8.
            *self = if first & 0x0f == 8 {
                Self::Zlib(Box::new(ZlibDecoder::new(Vec::new())))
            } else {
                Self::Deflate(Box::new(DeflateDecoder::new(Vec::new())))
            };
        }
        let undone = match self {
            Self::Plain | Self::Begun => return Ok(bytes),
            Self::Gzip(decoder) => {
                pushed(&mut **decoder, &bytes).map(|()| std::mem::take(decoder.get_mut()))
            }
            Self::Zlib(decoder) => {
                pushed(&mut **decoder, &bytes).map(|()| std::mem::take(decoder.get_mut()))
            }
            Self::Deflate(decoder) => {
                pushed(&mut **decoder, &bytes).map(|()| std::mem::take(decoder.get_mut()))
            }
        };
        undone.map_err(|error| self.fault(&error))
    }

    fn fault(&self, error: &io::Error) -> HttpError {
        let name = match self {
            Self::Gzip(_) => "gzip",
            _ => "deflate",
        };
        HttpError::Decode {
            encoding: name.to_owned(),
            failed: name.to_owned(),
            detail: error.to_string(),
        }
    }
}

fn pushed(mut decoder: impl io::Write, bytes: &[u8]) -> io::Result<()> {
    decoder.write_all(bytes)?;
    decoder.flush()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;
    use rlocust_testing::cost_budget::assert_linear;

    #[test]
    fn packed_streams_cost_what_their_bytes_cost() {
        let member = |bytes: &[u8]| {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
            encoder.write_all(bytes).expect("into memory");
            encoder.finish().expect("into memory")
        };
        for (name, member) in [
            ("empty members", member(b"")),
            ("members of one byte", member(b"x")),
            ("zeros", member(&vec![0; 100_000])),
            ("an event", member(b"data: hello\n\n")),
        ] {
            let whole = |size: usize| member.repeat(size.div_ceil(member.len()));
            assert_linear(name, whole, |stream| {
                let mut coding = Coding::of(Some(b"gzip")).expect("known");
                for piece in stream.chunks(PIECE) {
                    coding.undo(piece.to_vec()).expect("whole members");
                }
            });
        }
    }

    /// Two messages, the first flushed before the second was written, and how long the first is.
    fn flushed(mut encoder: impl io::Write, length: impl Fn() -> usize) -> usize {
        encoder.write_all(b"first ").expect("into memory");
        encoder.flush().expect("into memory");
        let flushed = length();
        encoder.write_all(b"second").expect("into memory");
        flushed
    }

    #[test]
    fn what_was_flushed_is_read_before_more_comes() {
        let level = Compression::default();
        let mut gzip = GzEncoder::new(Vec::new(), level);
        let mut zlib = ZlibEncoder::new(Vec::new(), level);
        let mut raw = DeflateEncoder::new(Vec::new(), level);
        for encoder in [&mut gzip as &mut dyn io::Write, &mut zlib, &mut raw] {
            assert_eq!(flushed(encoder, || 0), 0);
        }
        for (name, bytes) in [
            ("gzip", gzip.finish()),
            ("deflate", zlib.finish()),
            ("deflate", raw.finish()),
        ] {
            let bytes = bytes.expect("into memory");
            for piece in 1..bytes.len() {
                let mut coding = Coding::of(Some(name.as_bytes())).expect("known");
                let read = bytes.chunks(piece).map(|part| coding.undo(part.to_vec()));
                let read: Result<Vec<_>, _> = read.collect();
                assert_eq!(
                    read.expect("sound").concat(),
                    b"first second",
                    "{name} {piece}"
                );
            }
        }
    }

    #[test]
    fn what_is_unknown_or_broken_is_said() {
        let unknown = Coding::of(Some(b"BR")).err();
        let encoding = "br".to_owned();
        assert_eq!(unknown, Some(HttpError::UnknownEncoding { encoding }));
        let mut gzip = Coding::of(Some(b"gzip")).expect("known");
        assert!(gzip.undo(b"no gzip at all".to_vec()).is_err());
        let mut plain = Coding::of(None).expect("known");
        assert_eq!(plain.undo(b"as it is".to_vec()), Ok(b"as it is".to_vec()));
    }
}
