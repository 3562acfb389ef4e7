//! Undoing `zstd`.

use std::io;

use super::output::{NoRoom, Output};

/// The decoder refuses larger windows.
const WINDOW: usize = 100 << 20;

pub(crate) fn zstd(body: &[u8], out: &mut Output<'_>) -> Result<(), String> {
    let mut rest = body;
    while !rest.is_empty() {
        out.leave_room(WINDOW)
            .map_err(|NoRoom| "no room for a window".to_owned())?;
        let mut frame = ruzstd::decoding::StreamingDecoder::new(&mut rest)
            .map_err(|error| error.to_string())?;
        io::copy(&mut frame, out).map_err(|error| error.to_string())?;
    }
    Ok(())
}
