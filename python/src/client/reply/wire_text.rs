//! Bytes from the wire as the bytes and the text that both clients make of them.
use std::borrow::Cow;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

/// From here on memory may be missing: a small object that cannot be made is the end of any Python program.
const LARGE: usize = 1 << 20;

/// A body, copied; raises `MemoryError` where there is no room for it.
pub fn bytes<'py>(py: Python<'py>, body: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
    if body.len() < LARGE {
        return Ok(PyBytes::new(py, body));
    }
    PyBytes::new_with(py, body.len(), |copy| {
        copy.copy_from_slice(body);
        Ok(())
    })
}

/// Text of bytes from the wire, read as latin-1 as both clients do.
pub fn latin1<'py>(py: Python<'py>, bytes: &[u8]) -> Bound<'py, PyString> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => PyString::new(py, text),
        _ => PyString::new(
            py,
            &bytes
                .iter()
                .map(|byte| char::from(*byte))
                .collect::<String>(),
        ),
    }
}

/// A header's value whose continuation lines are joined by one blank, as urllib3 joins them.
pub fn unfolded(value: &[u8]) -> Cow<'_, [u8]> {
    let Some(fold) = value.windows(2).position(|pair| pair == b"\r\n") else {
        return Cow::Borrowed(value);
    };
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let before = value[..fold].iter().rposition(|byte| !is_blank(byte));
    let rest = &value[fold + 2..];
    let after = rest.iter().position(|byte| !is_blank(byte));
    let mut joined = value[..before.map_or(0, |at| at + 1)].to_vec();
    joined.push(b' ');
    joined.extend_from_slice(&unfolded(&rest[after.unwrap_or(rest.len())..]));
    Cow::Owned(joined)
}
