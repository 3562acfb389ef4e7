//! Undoing `br`, with the sentence of Python's `brotli` module.

use brotli_decompressor::{BrotliDecompressStream, BrotliResult, BrotliState, StandardAlloc};

use super::output::{NoRoom, Output};

/// The largest window and what goes with it.
const WINDOW: usize = 20 << 20;

#[derive(Copy, Clone, Eq, PartialEq)]
pub(crate) enum Truncated {
    IsFine,
    IsAFault,
}

/// The sentence is that of Python's `brotli` module.
pub(crate) fn brotli(
    body: &[u8],
    truncated: Truncated,
    out: &mut Output<'_>,
) -> Result<(), String> {
    out.leave_room(WINDOW).map_err(failed)?;
    let memory = StandardAlloc::default;
    let mut state = BrotliState::new_strict(memory(), memory(), memory());
    let (mut left, mut at, mut total) = (body.len(), 0, 0);
    let mut space = vec![0; 16 * 1024];
    loop {
        let (mut room, mut filled) = (space.len(), 0);
        let result = BrotliDecompressStream(
            &mut left,
            &mut at,
            body,
            &mut room,
            &mut filled,
            &mut space,
            &mut total,
            &mut state,
        );
        out.append(&space[..filled]).map_err(failed)?;
        match result {
            BrotliResult::NeedsMoreOutput => {}
            BrotliResult::ResultSuccess if left == 0 => return Ok(()),
            BrotliResult::NeedsMoreInput if truncated == Truncated::IsFine => return Ok(()),
            _ => return Err(FAILED.to_owned()),
        }
    }
}

const FAILED: &str = "brotli: decoder failed";

fn failed(_: NoRoom) -> String {
    FAILED.to_owned()
}
