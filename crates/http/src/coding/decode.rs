//! Undoing `Content-Encoding` as each client does it: requests takes what it knows, a stack of
//! encodings and truncated streams; geventhttpclient one encoding, whole, and fails otherwise.

use bytes::Bytes;

use crate::errors::error::HttpError;

use super::brotli::{Truncated, brotli};
use super::decode_limit::DecodeLimit;
use super::decoders::Decoders;
use super::gzip;
use super::output::Output;
use super::raw_deflate;
use super::zlib;
use super::zlib_fault::ZlibFault;
use super::zstd::zstd;

/// urllib3 refuses longer stacks.
const LONGEST_STACK: usize = 5;

#[derive(Copy, Clone, Debug, Eq, PartialEq)]
enum Encoding {
    Gzip,
    Deflate,
    Brotli,
    Zstd,
}

pub(crate) fn like_urllib3(
    header: &str,
    body: &Bytes,
    decoders: Decoders,
    room: &DecodeLimit,
) -> Result<Option<Bytes>, HttpError> {
    let known = |name: &str| match name {
        "gzip" | "x-gzip" => Some(Encoding::Gzip),
        "deflate" => Some(Encoding::Deflate),
        "br" if decoders.brotli => Some(Encoding::Brotli),
        "zstd" if decoders.zstd => Some(Encoding::Zstd),
        _ => None,
    };
    let names: Vec<&str> = header.split(',').map(str::trim).collect();
    if !names.iter().any(|name| known(name).is_some()) || body.is_empty() {
        return Ok(None);
    }
    if names.len() > LONGEST_STACK {
        return Err(HttpError::TooManyEncodings { count: names.len() });
    }
    let mut decoded = body.clone();
    for name in names.iter().rev() {
        // In a stack urllib3 takes a name it does not know for deflate.
        let encoding = known(name).unwrap_or(Encoding::Deflate);
        let mut out = Output::new(room);
        let undone = match encoding {
            Encoding::Gzip => in_words(gzip::gzip_members(&decoded, &mut out)),
            Encoding::Deflate => in_words(zlib::zlib_or_raw(&decoded, &mut out)),
            Encoding::Brotli => brotli(&decoded, Truncated::IsFine, &mut out),
            Encoding::Zstd => zstd(&decoded, &mut out),
        };
        let bytes = out.finish()?;
        undone.map_err(|detail| fault(header, name, detail))?;
        decoded = bytes;
    }
    Ok(Some(decoded))
}

pub(crate) fn like_geventhttpclient(
    header: &str,
    body: &Bytes,
    decoders: Decoders,
    room: &DecodeLimit,
) -> Result<Option<Bytes>, HttpError> {
    let mut out = Output::new(room);
    let undone = match header {
        "gzip" => in_words(gzip::gzip_whole(body, &mut out)),
        "deflate" => in_words(
            raw_deflate::raw_whole(body, &mut out).or_else(|_| zlib::zlib_whole(body, &mut out)),
        ),
        "br" if decoders.brotli => brotli(body, Truncated::IsAFault, &mut out),
        "identity" => return Ok(None),
        other => {
            return Err(HttpError::UnknownEncoding {
                encoding: other.to_owned(),
            });
        }
    };
    let bytes = out.finish()?;
    undone.map_err(|detail| fault(header, header, detail))?;
    Ok(Some(bytes))
}

/// A body as each client undoes it, with all codings: for tests of what that costs and of what strangers send.
#[cfg(any(test, fuzzing))]
pub(crate) fn like_both_clients(header: &str, body: &[u8]) {
    let body = Bytes::copy_from_slice(body);
    let all = Decoders {
        brotli: true,
        zstd: true,
    };
    let room = DecodeLimit::endless(&std::sync::Arc::default());
    drop(like_urllib3(header, &body, all, &room));
    drop(like_geventhttpclient(header, &body, all, &room));
}

fn in_words(undone: Result<(), ZlibFault>) -> Result<(), String> {
    undone.map_err(|fault| fault.to_string())
}

fn fault(header: &str, failed: &str, detail: String) -> HttpError {
    HttpError::Decode {
        encoding: header.to_owned(),
        failed: failed.to_owned(),
        detail,
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::Arc;

    use flate2::Compression;
    use flate2::write::{DeflateEncoder, GzEncoder, ZlibEncoder};

    use super::*;
    use crate::errors::memory_fault::MemoryFault;
    use crate::memory::budget::BodyBudget;

    const TEXT: &[u8] = b"hello hello hello hello";

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).expect("memory");
        encoder.finish().expect("memory")
    }

    fn zlib(text: &[u8]) -> Vec<u8> {
        let mut encoder = ZlibEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).expect("memory");
        encoder.finish().expect("memory")
    }

    fn raw(text: &[u8]) -> Vec<u8> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).expect("memory");
        encoder.finish().expect("memory")
    }

    /// `brotli.compress(b"hello")`
    const BROTLI_HELLO: &[u8] = b"\x0b\x02\x80hello\x03";

    fn requests(header: &str, body: &[u8]) -> Result<Option<Vec<u8>>, HttpError> {
        like_urllib3(
            header,
            &Bytes::copy_from_slice(body),
            Decoders::default(),
            &DecodeLimit::endless(&Arc::default()),
        )
        .map(|out| out.map(|out| out.to_vec()))
    }

    fn ghc(header: &str, body: &[u8]) -> Result<Option<Vec<u8>>, HttpError> {
        let body = Bytes::copy_from_slice(body);
        like_geventhttpclient(
            header,
            &body,
            Decoders::default(),
            &DecodeLimit::endless(&Arc::default()),
        )
        .map(|out| out.map(|out| out.to_vec()))
    }

    fn detail<T: std::fmt::Debug>(result: Result<T, HttpError>) -> String {
        match result {
            Err(HttpError::Decode { detail, .. }) => detail,
            other => panic!("a decoding fault was due, not {other:?}"),
        }
    }

    #[test]
    fn requests_takes_what_urllib3_takes() {
        let text = Some(TEXT.to_vec());
        assert_eq!(requests("gzip", &gzip(TEXT)), Ok(text.clone()));
        assert_eq!(
            requests("x-gzip", &[gzip(TEXT), b"junk".to_vec()].concat()),
            Ok(text.clone())
        );
        assert_eq!(
            requests("gzip", &[gzip(b"a"), gzip(b"b")].concat()),
            Ok(Some(b"ab".to_vec()))
        );
        assert_eq!(requests("deflate", &zlib(TEXT)), Ok(text.clone()));
        assert_eq!(requests("deflate", &raw(TEXT)), Ok(text.clone()));
        assert_eq!(requests("br", BROTLI_HELLO), Ok(Some(b"hello".to_vec())));
        assert_eq!(
            requests("deflate, gzip", &gzip(&zlib(TEXT))),
            Ok(text.clone())
        );
        assert_eq!(
            requests("gzip", &gzip(TEXT)[..gzip(TEXT).len() - 4]),
            Ok(text)
        );
        assert_eq!(
            requests("br", &BROTLI_HELLO[..7]).map(|out| out.is_some()),
            Ok(true)
        );
        for untouched in ["zstd", "identity", "compress", ""] {
            assert_eq!(requests(untouched, b"x"), Ok(None));
        }
        assert_eq!(requests("gzip", b""), Ok(None));
        assert_eq!(
            requests("gzip,gzip,gzip,gzip,gzip,gzip", b"x"),
            Err(HttpError::TooManyEncodings { count: 6 })
        );
    }

    #[test]
    fn faults_have_zlibs_words() {
        let of = |header: &str, body: &[u8]| detail(requests(header, body));
        let say = |words: &str| format!("Error -3 while decompressing data: {words}");
        assert_eq!(
            of("gzip", b"not gzip at all"),
            say("incorrect header check")
        );
        assert_eq!(
            of("gzip", b"\x1f\x8b\x07aaaaaaaaaaaaa"),
            say("unknown compression method")
        );
        assert_eq!(
            of("gzip", b"\x1f\x8b\x08\xffaaaaaaaaaaaa"),
            say("unknown header flags set")
        );
        let mut bad = gzip(TEXT);
        let length = bad.len();
        bad[length - 6] ^= 1;
        assert_eq!(of("gzip", &bad), say("incorrect data check"));
        let mut bad = gzip(TEXT);
        bad[length - 1] ^= 1;
        assert_eq!(of("gzip", &bad), say("incorrect length check"));
        assert_eq!(of("deflate", b"garbage here"), say("invalid block type"));
        assert_eq!(of("br", b"\xff\xffgarbage"), "brotli: decoder failed");
        assert_eq!(
            of("br", &[BROTLI_HELLO, b"x"].concat()),
            "brotli: decoder failed"
        );
    }

    #[test]
    fn geventhttpclient_wants_the_whole_stream() {
        assert_eq!(ghc("gzip", &gzip(TEXT)), Ok(Some(TEXT.to_vec())));
        assert_eq!(
            ghc("gzip", &[gzip(b"a"), gzip(b"b")].concat()),
            Ok(Some(b"a".to_vec()))
        );
        assert_eq!(ghc("deflate", &raw(TEXT)), Ok(Some(TEXT.to_vec())));
        assert_eq!(ghc("deflate", &zlib(TEXT)), Ok(Some(TEXT.to_vec())));
        assert_eq!(ghc("br", BROTLI_HELLO), Ok(Some(b"hello".to_vec())));
        assert_eq!(ghc("identity", b"x"), Ok(None));
        let cut_off = "Error -5 while decompressing data: incomplete or truncated stream";
        assert_eq!(detail(ghc("gzip", b"")), cut_off);
        assert_eq!(detail(ghc("gzip", &gzip(TEXT)[..12])), cut_off);
        assert_eq!(detail(ghc("deflate", &zlib(TEXT)[..4])), cut_off);
        assert_eq!(
            detail(ghc("gzip", b"no gzip")),
            "Error -3 while decompressing data: incorrect header check"
        );
        assert_eq!(
            detail(ghc("br", &BROTLI_HELLO[..7])),
            "brotli: decoder failed"
        );
        let unknown = HttpError::UnknownEncoding {
            encoding: "gzip, br".to_owned(),
        };
        assert_eq!(ghc("gzip, br", &gzip(TEXT)), Err(unknown));
    }

    #[test]
    fn a_bomb_ends_where_a_body_may_be_no_longer() {
        let budget = BodyBudget::new(100_000, u64::MAX);
        let all = Decoders {
            brotli: true,
            zstd: true,
        };
        let long = vec![b'a'; 1_000_000];
        // `brotli.compress(b"a" * 1_000_000)`
        let brotli = b"\x5b\x3f\x42\x8f\x5f\x22\x2c\x1e\x0b\x04\xf2\x73\x1e\x00";
        let bombs: [(&str, &[u8]); 4] = [
            ("gzip", &gzip(&long)),
            ("deflate", &zlib(&long)),
            ("deflate", &raw(&long)),
            ("br", brotli),
        ];
        let limit = 100_000;
        let too_long = Err(HttpError::OutOfMemory(MemoryFault::TooLongDecoded {
            limit,
        }));
        for (header, bomb) in bombs {
            let body = Bytes::copy_from_slice(bomb);
            assert_eq!(
                like_urllib3(header, &body, all, &DecodeLimit::endless(&budget)),
                too_long,
                "{header}"
            );
            assert_eq!(
                like_geventhttpclient(header, &body, all, &DecodeLimit::endless(&budget)),
                too_long,
                "{header}"
            );
            assert_eq!(budget.taken(), 0, "what was decoded goes");
        }
        let body = Bytes::from(gzip(&gzip(&long)));
        assert_eq!(
            like_urllib3("gzip, gzip", &body, all, &DecodeLimit::endless(&budget)),
            too_long
        );
    }

    #[test]
    fn zstd_is_taken_where_python_takes_it() {
        // `zstd.compress(b"hello")`: one raw block.
        let frame = b"\x28\xb5\x2f\xfd\x20\x05\x29\x00\x00hello";
        let body = Bytes::from_static(frame);
        let with = Decoders {
            zstd: true,
            ..Decoders::default()
        };
        assert_eq!(
            like_urllib3("zstd", &body, with, &DecodeLimit::endless(&Arc::default())),
            Ok(Some(Bytes::from_static(b"hello")))
        );
    }
}
