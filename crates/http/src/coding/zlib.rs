//! The zlib format, with the errors of zlib, which both clients show in their texts.

use super::output::Output;
use super::raw_deflate::{Stream, raw};
use super::zlib_fault::{NEEDS_DICTIONARY, TRUNCATED, ZlibFault, corrupt};

/// urllib3's deflate: zlib format, or else raw; a truncated end is fine.
pub(crate) fn zlib_or_raw(data: &[u8], out: &mut Output<'_>) -> Result<(), ZlibFault> {
    if zlib(data, out).is_ok() {
        return Ok(());
    }
    out.bytes.clear();
    raw(data, out).map(drop)
}

/// `zlib.decompress(data)`
pub(crate) fn zlib_whole(data: &[u8], out: &mut Output<'_>) -> Result<(), ZlibFault> {
    out.bytes.clear();
    let stream = zlib(data, out)?;
    if stream.is_complete {
        Ok(())
    } else {
        Err(TRUNCATED)
    }
}

fn zlib<'a>(data: &'a [u8], out: &mut Output<'_>) -> Result<Stream<'a>, ZlibFault> {
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
        return Err(NEEDS_DICTIONARY);
    }
    let start = out.bytes.len();
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
    if u32::from_be_bytes(*sum) != adler32(&out.bytes[start..]) {
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
