//! gzip: its header, its members and their sums, with the errors of zlib, which both clients show in their texts.

use flate2::Crc;

use super::output::Output;
use super::raw_deflate::{Stream, raw};
use super::zlib_fault::{TRUNCATED, ZlibFault, corrupt};

/// All members of a gzip file one after another; garbage behind a whole member and a truncated
/// end are fine, as for urllib3's decoder.
pub(crate) fn gzip_members(data: &[u8], out: &mut Output<'_>) -> Result<(), ZlibFault> {
    let mut rest = data;
    let mut is_first = true;
    while !rest.is_empty() {
        match gzip_member(rest, out) {
            Ok(stream) => rest = stream.rest,
            Err(fault) if is_first => return Err(fault),
            Err(_) => break,
        }
        is_first = false;
    }
    Ok(())
}

/// `zlib.decompress(data, 16 + MAX_WBITS)`
pub(crate) fn gzip_whole(data: &[u8], out: &mut Output<'_>) -> Result<(), ZlibFault> {
    let stream = gzip_member(data, out)?;
    if stream.is_complete {
        Ok(())
    } else {
        Err(TRUNCATED)
    }
}

fn gzip_member<'a>(data: &'a [u8], out: &mut Output<'_>) -> Result<Stream<'a>, ZlibFault> {
    let truncated = Stream {
        is_complete: false,
        rest: &[],
    };
    let Some(payload) = gzip_header(data)? else {
        return Ok(truncated);
    };
    let start = out.bytes.len();
    let stream = raw(payload, out)?;
    if !stream.is_complete {
        return Ok(truncated);
    }
    let mut crc = Crc::new();
    crc.update(&out.bytes[start..]);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn optional_fields_are_skipped_in_their_order() {
        let head = |fields: &[u8]| [&[0; 10], fields].concat();
        let behind = |flags: u8, fields: &[u8]| {
            let data = head(fields);
            skip_optional_fields(&data, flags).map(<[u8]>::to_vec)
        };
        assert_eq!(behind(0, b"body"), Some(b"body".to_vec()));
        assert_eq!(behind(2, b"ccbody"), Some(b"body".to_vec()));
        assert_eq!(behind(4, b"\x03\x00xyzbody"), Some(b"body".to_vec()));
        assert_eq!(behind(8, b"name\0body"), Some(b"body".to_vec()));
        assert_eq!(behind(16, b"comment\0body"), Some(b"body".to_vec()));
        let all = b"\x01\x00xname\0comment\0ccbody";
        assert_eq!(behind(2 | 4 | 8 | 16, all), Some(b"body".to_vec()));
        assert_eq!(behind(1, b"text"), Some(b"text".to_vec()));
        for (flags, cut) in [
            (2, &b"c"[..]),
            (4, b"\x03\x00xy"),
            (4, b"\x03"),
            (8, b"name"),
        ] {
            assert_eq!(behind(flags, cut), None, "{flags}");
        }
    }
}
