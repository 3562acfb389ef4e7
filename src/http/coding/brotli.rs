//! Undoing `br`, with the sentence of Python's `brotli` module.

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};

use super::room::Room;

#[derive(Copy, Clone, Eq, PartialEq)]
pub(crate) enum Truncated {
    IsFine,
    IsAFault,
}

/// The sentence is that of Python's `brotli` module.
pub(crate) fn brotli(body: &[u8], truncated: Truncated, room: &Room) -> Result<Vec<u8>, String> {
    let memory = StandardAlloc::default;
    let mut state = BrotliState::new_strict(memory(), memory(), memory());
    let mut out = Vec::new();
    let (mut left, mut at, mut total) = (body.len(), 0, 0);
    let mut space = vec![0; 16 * 1024];
    loop {
        let (mut free, mut filled) = (space.len(), 0);
        let result = BrotliDecompressStream(
            &mut left,
            &mut at,
            body,
            &mut free,
            &mut filled,
            &mut space,
            &mut total,
            &mut state,
        );
        out.extend_from_slice(&space[..filled]);
        match result {
            BrotliResult::NeedsMoreOutput if room.holds(out.len()) => {}
            BrotliResult::ResultSuccess if left == 0 => return Ok(out),
            BrotliResult::NeedsMoreInput if truncated == Truncated::IsFine => return Ok(out),
            _ => return Err("brotli: decoder failed".to_owned()),
        }
    }
}
