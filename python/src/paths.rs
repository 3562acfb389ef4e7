//! Names of files on their way from Python: bytes that are no text there stand in a `str` as lone surrogates, and must
//! come out as the bytes that they were.
use std::ffi::OsString;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

/// As the system knows the name. What the file system's own encoding lacks is in UTF-8, in which settings are read.
///
/// # Errors
/// `UnicodeEncodeError` where it holds surrogates that stand for no byte.
pub fn os_string(name: &Bound<'_, PyString>) -> PyResult<OsString> {
    let os = name.py().import("os")?;
    let own = os.call_method1("fsencode", (name,));
    let bytes = own.or_else(|_| name.call_method1("encode", ("utf-8", "surrogateescape")))?;
    from_bytes(bytes.cast::<PyBytes>()?.as_bytes())
}

#[cfg(unix)]
#[expect(
    clippy::unnecessary_wraps,
    reason = "elsewhere not all bytes are a name"
)]
fn from_bytes(bytes: &[u8]) -> PyResult<OsString> {
    use std::os::unix::ffi::OsStrExt as _;
    Ok(std::ffi::OsStr::from_bytes(bytes).to_owned())
}

#[cfg(not(unix))]
fn from_bytes(bytes: &[u8]) -> PyResult<OsString> {
    Ok(std::str::from_utf8(bytes)?.into())
}
