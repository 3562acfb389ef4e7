//! Undoing `zstd` as urllib3 does it, by Python's module: frame after frame, those to be skipped too, each with its
//! checksum and its size; a body that ends too early is what came until then.

use std::io::Read as _;

use ruzstd::decoding::errors::{FrameDecoderError, ReadFrameHeaderError};
use ruzstd::decoding::{BlockDecodingStrategy, FrameDecoder};

use super::output::{NoRoom, Output};

/// Larger windows are refused: the limit of the C library, which Python's module leaves as it is.
const WINDOW: usize = (128 << 20) + 1;
const MAGIC: [u8; 4] = *b"\x28\xb5\x2f\xfd";
/// Behind a first byte from 0x50 to 0x5f, of a frame that is to be skipped.
const SKIPPED: [u8; 3] = *b"\x2a\x4d\x18";
/// Bytes of a block at most.
const LARGEST_BLOCK: usize = 128 << 10;
/// Stands for a checksum that did not come.
const NO_CHECKSUM: [u8; 4] = [0; 4];

pub(crate) fn zstd(body: &[u8], out: &mut Output<'_>) -> Result<(), String> {
    out.leave_room(WINDOW)
        .map_err(|NoRoom| "no room for a window".to_owned())?;
    let mut rest = body;
    while !rest.is_empty() {
        rest = undo_frame(rest, out)?;
    }
    Ok(())
}

/// What follows the frame; nothing where it is torn.
fn undo_frame<'a>(frame: &'a [u8], out: &mut Output<'_>) -> Result<&'a [u8], String> {
    if is_torn_magic(frame) {
        return Ok(&[]);
    }
    let mut rest = frame;
    let mut decoder = FrameDecoder::new();
    decoder.set_max_window_size(WINDOW as u64);
    if let Err(fault) = decoder.init(&mut rest) {
        return without_head(rest, &fault);
    }
    let before = out.bytes.len();
    let is_torn = undo_blocks(&mut decoder, &mut rest, out)?;
    let descriptor = frame[MAGIC.len()];
    let has_size = descriptor & 0xe0 != 0;
    let size = (out.bytes.len() - before) as u64;
    let sum = decoder.get_checksum_from_data();
    if descriptor & 0x08 != 0 {
        Err("unsupported frame".to_owned())
    } else if is_torn || decoder.bytes_read_from_source() > frame.len() as u64 {
        Ok(&[])
    } else if has_size && size != decoder.content_size() {
        Err("another size than announced".to_owned())
    } else if sum.is_some() && sum != decoder.get_calculated_checksum() {
        Err("another checksum than announced".to_owned())
    } else {
        Ok(rest)
    }
}

/// Where no content follows.
fn without_head<'a>(rest: &'a [u8], fault: &FrameDecoderError) -> Result<&'a [u8], String> {
    use ReadFrameHeaderError as Head;
    match fault {
        FrameDecoderError::ReadFrameHeaderError(Head::SkipFrame { length, .. }) => {
            Ok(rest.get(*length as usize..).unwrap_or_default())
        }
        FrameDecoderError::ReadFrameHeaderError(
            Head::FrameDescriptorReadError(_)
            | Head::WindowDescriptorReadError(_)
            | Head::DictionaryIdReadError(_)
            | Head::FrameContentSizeReadError(_),
        ) => Ok(&[]),
        other => Err(other.to_string()),
    }
}

/// Whether the last block is torn, and what there is of it was taken.
fn undo_blocks(
    decoder: &mut FrameDecoder,
    rest: &mut &[u8],
    out: &mut Output<'_>,
) -> Result<bool, String> {
    const ONE: BlockDecodingStrategy = BlockDecodingStrategy::UptoBlocks(1);
    let mut is_torn = false;
    while !decoder.is_finished() {
        let undone = if let Some(end) = end_of_torn_block(rest) {
            is_torn = true;
            decoder.decode_blocks(end[..].chain(&NO_CHECKSUM[..]), ONE)
        } else {
            decoder.decode_blocks(rest.by_ref().chain(&NO_CHECKSUM[..]), ONE)
        };
        undone.map_err(|error| error.to_string())?;
        decoder
            .collect_to_writer(&mut *out)
            .map_err(|error| error.to_string())?;
    }
    Ok(is_torn)
}

fn is_torn_magic(frame: &[u8]) -> bool {
    let is_skipped = frame[0] & 0xf0 == 0x50 && SKIPPED.starts_with(&frame[1..]);
    frame.len() < MAGIC.len() && (MAGIC.starts_with(frame) || is_skipped)
}

/// Where the next block is torn, a last one of what there is of it: bytes as they are, of packed ones none.
fn end_of_torn_block(rest: &[u8]) -> Option<Vec<u8>> {
    const RAW: u32 = 0;
    const REPEATED: u32 = 1;
    const PACKED: u32 = 2;
    const LAST: u32 = 1;
    let Some((&[a, b, c], content)) = rest.split_first_chunk() else {
        return Some(vec![LAST as u8, 0, 0]);
    };
    let head = u32::from_le_bytes([a, b, c, 0]);
    let (kind, size) = (head >> 1 & 3, (head >> 3) as usize);
    let is_torn = match kind {
        RAW | PACKED => size <= LARGEST_BLOCK && content.len() < size,
        REPEATED => content.is_empty(),
        _ => false,
    };
    let kept = if kind == RAW { content } else { &[] };
    is_torn.then(|| {
        let head = (LAST | (kept.len() as u32) << 3).to_le_bytes();
        [&head[..3], kept].concat()
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::coding::decode_limit::DecodeLimit;

    const GOOD: &[u8] = b"\x28\xb5\x2f\xfd\x20\x05\x29\0\0hello";
    const SUMMED: &[u8] = b"\x28\xb5\x2f\xfd\x24\x05\x29\0\0hello\xa3\x6d\x9f\x88";
    const EMPTY: &[u8] = b"\x28\xb5\x2f\xfd\x20\0\x01\0\0";
    /// `b"hello " * 3000`, packed.
    const PACKED: &[u8] = b"\x28\xb5\x2f\xfd\x60PEu\0\x000hello \x01\0GF\xf6R\x04";
    const SKIP: &[u8] = b"\x50\x2a\x4d\x18\x03\0\0\0abc";

    fn undone(body: &[u8]) -> Option<String> {
        let room = DecodeLimit::endless(&Arc::default());
        let mut out = Output::new(&room);
        zstd(body, &mut out).ok()?;
        let bytes = out.finish().expect("room").to_vec();
        Some(String::from_utf8(bytes).expect("text"))
    }

    /// One raw block of `hello` behind this descriptor and these sizes.
    fn frame(descriptor: u8, sizes: &[u8]) -> Vec<u8> {
        [&MAGIC, &[descriptor][..], sizes, b"\x29\0\0hello"].concat()
    }

    /// What urllib3 2.8 says with `backports.zstd` 1.8, the module of Python 3.14.
    #[test]
    fn bodies_are_what_urllib3_makes_of_them() {
        let torn = |frame: &[u8], lost: usize| frame[..frame.len() - lost].to_vec();
        let hello = Some("hello");
        for (name, body, text) in [
            ("a frame", GOOD.to_vec(), hello),
            ("two", [GOOD, GOOD].concat(), Some("hellohello")),
            ("behind nothing", [EMPTY, GOOD].concat(), hello),
            ("skipped first", [SKIP, GOOD].concat(), hello),
            ("skipped last", [GOOD, SKIP].concat(), hello),
            (
                "skipped between",
                [GOOD, SKIP, GOOD].concat(),
                Some("hellohello"),
            ),
            ("skipped only", SKIP.to_vec(), Some("")),
            ("summed", SUMMED.to_vec(), hello),
            ("a wrong sum", [&torn(SUMMED, 1)[..], b"\0"].concat(), None),
            ("no sum", torn(SUMMED, 4), hello),
            ("half a sum", torn(SUMMED, 2), hello),
            ("torn", torn(GOOD, 1), Some("hell")),
            (
                "the second torn",
                [GOOD, &torn(GOOD, 1)].concat(),
                Some("hellohell"),
            ),
            ("a head", GOOD[..5].to_vec(), Some("")),
            ("half a magic word", [GOOD, &GOOD[..3]].concat(), hello),
            ("one byte", GOOD[..1].to_vec(), Some("")),
            ("packed and torn", torn(PACKED, 1), Some("")),
            ("garbage", b"garbage bytes".to_vec(), None),
            ("garbage behind", [GOOD, b"garbage"].concat(), None),
            ("little garbage behind", [GOOD, b"xy"].concat(), None),
            ("too few", frame(0x20, b"\x06"), None),
            ("too many", frame(0x20, b"\x04"), None),
            ("an unknown flag", frame(0x08, b"\x88"), None),
            ("a dictionary", frame(0x01, b"\x88\x07"), None),
            ("the largest window", frame(0, b"\x88"), hello),
            ("a larger window", frame(0, b"\x89"), None),
        ] {
            assert_eq!(undone(&body).as_deref(), text, "{name}");
        }
        assert_eq!(undone(PACKED), Some("hello ".repeat(3000)));
    }
}
