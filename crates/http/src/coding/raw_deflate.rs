//! Raw deflate. flate2's backend only says that data is corrupt, so zlib's words for it are found by looking at the
//! first block.

use flate2::{Decompress, FlushDecompress, Status};

use super::output::Output;
use super::zlib_fault::{NO_ROOM, TRUNCATED, ZlibFault, corrupt};

/// What came out of one stream.
pub(crate) struct Stream<'a> {
    pub(crate) is_complete: bool,
    /// What stands behind its end.
    pub(crate) rest: &'a [u8],
}

/// `zlib.decompress(data, -MAX_WBITS)`
pub(crate) fn raw_whole(data: &[u8], out: &mut Output<'_>) -> Result<(), ZlibFault> {
    let stream = raw(data, out)?;
    if stream.is_complete {
        Ok(())
    } else {
        Err(TRUNCATED)
    }
}

/// What the first step and the longest one may put out. The decoder clears all of it, also for a stream of few bytes,
/// of which a body may have a million.
const FIRST_STEP: usize = 4 << 10;
const LONGEST_STEP: usize = 1 << 20;

pub(crate) fn raw<'a>(data: &'a [u8], out: &mut Output<'_>) -> Result<Stream<'a>, ZlibFault> {
    let mut stream = Decompress::new(false);
    let first_step = (data.len() * 3).clamp(512, FIRST_STEP);
    loop {
        let (used, made) = (stream.total_in(), stream.total_out());
        let step = (made as usize).clamp(first_step, LONGEST_STEP);
        out.reserve(step).map_err(|_| NO_ROOM)?;
        let out = &mut out.bytes;
        let end = out.len();
        out.resize(end + step, 0);
        let input = &data[used as usize..];
        let status = stream.decompress(input, &mut out[end..], FlushDecompress::None);
        out.truncate(end + (stream.total_out() - made) as usize);
        let has_moved = (stream.total_in(), stream.total_out()) != (used, made);
        match status {
            Err(_) => return Err(corrupt(explain(data))),
            Ok(Status::StreamEnd) => {
                return Ok(Stream {
                    is_complete: true,
                    rest: &data[stream.total_in() as usize..],
                });
            }
            Ok(_) if !has_moved => {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_length_of_a_stored_block_stands_twice() {
        assert!(!has_bad_stored_length(&[1, 3, 0x12, 0xfc, 0xed, b'a']));
        assert!(has_bad_stored_length(&[1, 3, 0x12, 0xfd, 0xed]));
        assert!(has_bad_stored_length(&[1, 3, 0x12, 0xfc, 0xec]));
        assert!(!has_bad_stored_length(&[1, 3, 0x12, 0xfd]), "cut off");
    }

    #[test]
    fn corrupt_streams_are_explained_by_their_first_block() {
        assert_eq!(explain(&[7]), "invalid block type");
        assert_eq!(explain(&[1, 3, 0, 0, 0]), "invalid stored block lengths");
        assert_eq!(
            explain(&[1, 3, 0, 0xfc, 0xff]),
            "invalid distance too far back"
        );
        assert_eq!(explain(&[3, 3, 0, 0, 0]), "invalid distance too far back");
    }
}
