//! The bytes of a file that a run was kept in.
use std::fs::{self, FileType};
use std::io;
use std::path::Path;

/// Reads the whole file.
///
/// # Errors
/// Where it cannot be read, and where it is a FIFO, a socket or a device, whose opening or reading might never end.
pub fn read_file(path: &Path) -> io::Result<Vec<u8>> {
    match kind_without_end(fs::metadata(path)?.file_type()) {
        Some(kind) => Err(io::Error::other(format!(
            "it is a {kind}, not a file: write it to one first"
        ))),
        None => fs::read(path),
    }
}

#[cfg(unix)]
fn kind_without_end(kind: FileType) -> Option<&'static str> {
    use std::os::unix::fs::FileTypeExt;

    if kind.is_fifo() {
        Some("FIFO")
    } else if kind.is_socket() {
        Some("socket")
    } else {
        (kind.is_char_device() || kind.is_block_device()).then_some("device")
    }
}

#[cfg(not(unix))]
fn kind_without_end(_: FileType) -> Option<&'static str> {
    None
}
