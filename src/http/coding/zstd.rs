//! Undoing `zstd`.

use std::io::Read as _;

pub(crate) fn zstd(body: &[u8]) -> Result<Vec<u8>, String> {
    let mut rest = body;
    let mut out = Vec::new();
    while !rest.is_empty() {
        let mut frame = ruzstd::decoding::StreamingDecoder::new(&mut rest)
            .map_err(|error| error.to_string())?;
        frame
            .read_to_end(&mut out)
            .map_err(|error| error.to_string())?;
    }
    Ok(out)
}
