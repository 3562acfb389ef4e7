//! Undoing `zstd`.

use std::io::Read as _;

use super::room::Room;

pub(crate) fn zstd(body: &[u8], room: &Room) -> Result<Vec<u8>, String> {
    let mut rest = body;
    let mut out = Vec::new();
    let mut space = vec![0; 16 * 1024];
    while !rest.is_empty() {
        let mut frame = ruzstd::decoding::StreamingDecoder::new(&mut rest)
            .map_err(|error| error.to_string())?;
        loop {
            let count = frame.read(&mut space).map_err(|error| error.to_string())?;
            if count == 0 {
                break;
            }
            out.extend_from_slice(&space[..count]);
            if !room.holds(out.len()) {
                return Err("zstd: too large".to_owned());
            }
        }
    }
    Ok(out)
}
