//! A body that was given as text or bytes, which every client sends as it is.
use bytes::Bytes;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

/// The bytes of a body.
#[derive(Default)]
pub struct Body {
    pub bytes: Bytes,
    /// It was given as text: who reads it in the response sees text again.
    pub is_text: bool,
}

impl Body {
    /// Text in UTF-8, or bytes; nothing for anything else.
    pub fn of(data: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        let (bytes, is_text) = if let Ok(text) = data.cast::<PyString>() {
            (Bytes::copy_from_slice(text.to_cow()?.as_bytes()), true)
        } else if let Ok(bytes) = data.cast::<PyBytes>() {
            (Bytes::copy_from_slice(bytes.as_bytes()), false)
        } else {
            return Ok(None);
        };
        Ok(Some(Self { bytes, is_text }))
    }

    /// The same, but nothing for a subclass, which may say something else of itself.
    pub fn of_exact(data: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        let is_exact =
            data.is_exact_instance_of::<PyString>() || data.is_exact_instance_of::<PyBytes>();
        if is_exact { Self::of(data) } else { Ok(None) }
    }
}
