//! gzip, zlib and raw deflate with the errors of zlib, which both clients show in their texts.
//! flate2's backend only says that data is corrupt, so headers and trailers are checked here, and
//! the words for a corrupt stream are found by looking at its first block.

use std::fmt;

use flate2::{Crc, Decompress, FlushDecompress, Status};

/// What zlib would say.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) struct ZlibFault {
    code: i32,
    words: &'static str,
}

impl fmt::Display for ZlibFault {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "Error {} while decompressing data: {}",
            self.code, self.words
        )
    }
}

const TRUNCATED: ZlibFault = ZlibFault {
    code: -5,
    words: "incomplete or truncated stream",
};

fn corrupt(words: &'static str) -> ZlibFault {
    ZlibFault { code: -3, words }
}

/// What came out of one stream.
struct Stream<'a> {
    is_complete: bool,
    /// What stands behind its end.
    rest: &'a [u8],
}

/// All members of a gzip file one after another; garbage behind a whole member and a truncated
/// end are fine, as for urllib3's decoder.
pub(crate) fn gzip_members(data: &[u8]) -> Result<Vec<u8>, ZlibFault> {
    let mut out = Vec::new();
    let mut rest = data;
    let mut is_first = true;
    while !rest.is_empty() {
        match gzip_member(rest, &mut out) {
            Ok(stream) => rest = stream.rest,
            Err(fault) if is_first => return Err(fault),
            Err(_) => break,
        }
        is_first = false;
    }
    Ok(out)
}

/// `zlib.decompress(data, 16 + MAX_WBITS)`
pub(crate) fn gzip_whole(data: &[u8]) -> Result<Vec<u8>, ZlibFault> {
    let mut out = Vec::new();
    let stream = gzip_member(data, &mut out)?;
    if stream.is_complete {
        Ok(out)
    } else {
        Err(TRUNCATED)
    }
}

/// urllib3's deflate: zlib format, or else raw; a truncated end is fine.
pub(crate) fn zlib_or_raw(data: &[u8]) -> Result<Vec<u8>, ZlibFault> {
    let mut out = Vec::new();
    if zlib(data, &mut out).is_ok() {
        return Ok(out);
    }
    out.clear();
    raw(data, &mut out).map(|_| out)
}

/// `zlib.decompress(data)`
pub(crate) fn zlib_whole(data: &[u8]) -> Result<Vec<u8>, ZlibFault> {
    let mut out = Vec::new();
    let stream = zlib(data, &mut out)?;
    if stream.is_complete {
        Ok(out)
    } else {
        Err(TRUNCATED)
    }
}

/// `zlib.decompress(data, -MAX_WBITS)`
pub(crate) fn raw_whole(data: &[u8]) -> Result<Vec<u8>, ZlibFault> {
    let mut out = Vec::new();
    let stream = raw(data, &mut out)?;
    if stream.is_complete {
        Ok(out)
    } else {
        Err(TRUNCATED)
    }
}

fn gzip_member<'a>(data: &'a [u8], out: &mut Vec<u8>) -> Result<Stream<'a>, ZlibFault> {
    let truncated = Stream {
        is_complete: false,
        rest: &[],
    };
    let Some(payload) = gzip_header(data)? else {
        return Ok(truncated);
    };
    let start = out.len();
    let stream = raw(payload, out)?;
    if !stream.is_complete {
        return Ok(truncated);
    }
    let mut crc = Crc::new();
    crc.update(&out[start..]);
    let Some((sum, rest)) = stream.rest.split_first_chunk::<4>() else {
        return Ok(truncated);
    };
    if u32::from_le_bytes(*sum) != crc.sum() {
        return Err(corrupt("incorrect data check"));
    }
    let Some((length, rest)) = rest.split_first_chunk::<4>() else {
        return Ok(truncated);
    };
    if u32::from_le_bytes(*length) != crc.amount() {
        return Err(corrupt("incorrect length check"));
    }
    Ok(Stream {
        is_complete: true,
        rest,
    })
}

/// What follows the header; `None` if it is cut short.
fn gzip_header(data: &[u8]) -> Result<Option<&[u8]>, ZlibFault> {
    const RESERVED: u8 = 0xe0;
    let Some(&[first, second]) = data.first_chunk() else {
        return Ok(None);
    };
    if (first, second) != (0x1f, 0x8b) {
        return Err(corrupt("incorrect header check"));
    }
    match data.get(2) {
        None | Some(8) => {}
        Some(_) => return Err(corrupt("unknown compression method")),
    }
    let Some(flags) = data.get(3).copied() else {
        return Ok(None);
    };
    if flags & RESERVED != 0 {
        return Err(corrupt("unknown header flags set"));
    }
    Ok(skip_optional_fields(data, flags))
}

fn skip_optional_fields(data: &[u8], flags: u8) -> Option<&[u8]> {
    const CRC: u8 = 2;
    const EXTRA: u8 = 4;
    const NAME: u8 = 8;
    const COMMENT: u8 = 16;
    let mut rest = data.get(10..)?;
    if flags & EXTRA != 0 {
        let (length, after) = rest.split_first_chunk::<2>()?;
        rest = after.get(usize::from(u16::from_le_bytes(*length))..)?;
    }
    for text in [NAME, COMMENT] {
        if flags & text != 0 {
            let end = rest.iter().position(|byte| *byte == 0)?;
            rest = &rest[end + 1..];
        }
    }
    if flags & CRC != 0 {
        rest.get(2..)
    } else {
        Some(rest)
    }
}

fn zlib<'a>(data: &'a [u8], out: &mut Vec<u8>) -> Result<Stream<'a>, ZlibFault> {
    let Some(&[first, second]) = data.first_chunk() else {
        return Ok(Stream {
            is_complete: false,
            rest: &[],
        });
    };
    if u16::from_be_bytes([first, second]) % 31 != 0 {
        return Err(corrupt("incorrect header check"));
    }
    if first & 15 != 8 {
        return Err(corrupt("unknown compression method"));
    }
    if first >> 4 > 7 {
        return Err(corrupt("invalid window size"));
    }
    if second & 0x20 != 0 {
        return Err(ZlibFault {
            code: 2,
            words: "need dictionary",
        });
    }
    let start = out.len();
    let stream = raw(&data[2..], out)?;
    let Some((sum, rest)) = stream
        .rest
        .split_first_chunk::<4>()
        .filter(|_| stream.is_complete)
    else {
        return Ok(Stream {
            is_complete: false,
            rest: &[],
        });
    };
    if u32::from_be_bytes(*sum) != adler32(&out[start..]) {
        return Err(corrupt("incorrect data check"));
    }
    Ok(Stream {
        is_complete: true,
        rest,
    })
}

fn adler32(data: &[u8]) -> u32 {
    const PRIME: u32 = 65521;
    let (mut low, mut high) = (1_u32, 0_u32);
    // Sums of so many bytes cannot overflow before they are reduced.
    for part in data.chunks(5552) {
        for byte in part {
            low += u32::from(*byte);
            high += low;
        }
        low %= PRIME;
        high %= PRIME;
    }
    (high << 16) | low
}

fn raw<'a>(data: &'a [u8], out: &mut Vec<u8>) -> Result<Stream<'a>, ZlibFault> {
    let mut stream = Decompress::new(false);
    loop {
        let used = stream.total_in() as usize;
        out.reserve((data.len() * 3).clamp(512, 1 << 20));
        let before = out.len();
        let status = stream.decompress_vec(&data[used..], out, FlushDecompress::None);
        let moved = out.len() > before || stream.total_in() as usize > used;
        match status {
            Err(_) => return Err(corrupt(explain(data))),
            Ok(Status::StreamEnd) => {
                return Ok(Stream {
                    is_complete: true,
                    rest: &data[stream.total_in() as usize..],
                });
            }
            Ok(_) if !moved && out.len() < out.capacity() => {
                return Ok(Stream {
                    is_complete: false,
                    rest: &[],
                });
            }
            Ok(_) => {}
        }
    }
}

/// zlib's words for a corrupt stream, by its first block; deeper faults get the usual words.
fn explain(data: &[u8]) -> &'static str {
    match data.first().map(|byte| (byte >> 1) & 3) {
        Some(3) => "invalid block type",
        Some(0) if has_bad_stored_length(data) => "invalid stored block lengths",
        _ => "invalid distance too far back",
    }
}

fn has_bad_stored_length(data: &[u8]) -> bool {
    data.get(1..5)
        .is_some_and(|sizes| sizes[0] != !sizes[2] || sizes[1] != !sizes[3])
}
