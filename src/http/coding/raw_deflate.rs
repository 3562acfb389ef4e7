//! Raw deflate. flate2's backend only says that data is corrupt, so zlib's words for it are found by looking at the
//! first block.

use flate2::{Decompress, FlushDecompress, Status};

use super::room::Room;
use super::zlib_fault::{TRUNCATED, ZlibFault, corrupt};

/// What came out of one stream.
pub(crate) struct Stream<'a> {
    pub(crate) is_complete: bool,
    /// What stands behind its end.
    pub(crate) rest: &'a [u8],
}

/// `zlib.decompress(data, -MAX_WBITS)`
pub(crate) fn raw_whole(data: &[u8], room: &Room) -> Result<Vec<u8>, ZlibFault> {
    let mut out = Vec::new();
    let stream = raw(data, &mut out, room)?;
    if stream.is_complete {
        Ok(out)
    } else {
        Err(TRUNCATED)
    }
}

pub(crate) fn raw<'a>(
    data: &'a [u8],
    out: &mut Vec<u8>,
    room: &Room,
) -> Result<Stream<'a>, ZlibFault> {
    let mut stream = Decompress::new(false);
    while room.holds(out.len()) {
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
    Err(TRUNCATED)
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
