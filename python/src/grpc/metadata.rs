//! Metadata between Python's pairs and the engine.
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyTuple};
use rlocust_engine::grpc::{Metadata, Value};

/// Pairs of a key and a value of text or bytes. `ValueError` for what no call can carry.
pub fn given(pairs: Option<&Bound<'_, PyAny>>) -> PyResult<Metadata> {
    let mut metadata = Metadata::default();
    let Some(pairs) = pairs.filter(|pairs| !pairs.is_none()) else {
        return Ok(metadata);
    };
    for pair in pairs.try_iter()? {
        let (key, value): (String, Bound<'_, PyAny>) = pair?.extract()?;
        let added = if let Ok(text) = value.cast::<PyString>() {
            metadata.add(&key, text.to_cow()?.as_bytes())
        } else if let Ok(bytes) = value.cast::<PyBytes>() {
            metadata.add(&key, bytes.as_bytes())
        } else {
            let kind = value.get_type();
            let text = format!(
                "the value of the metadata key `{key}` is `str` or `bytes`, not `{}`",
                kind.name()?
            );
            return Err(PyTypeError::new_err(text));
        };
        added.map_err(|why| PyValueError::new_err(why.to_string()))?;
    }
    Ok(metadata)
}

/// The same, as Python sees it: a tuple of pairs.
pub fn shown<'py>(py: Python<'py>, metadata: &Metadata) -> PyResult<Bound<'py, PyTuple>> {
    let pairs: Vec<_> = metadata
        .pairs()
        .map(|(key, value)| {
            let value = match value {
                Value::Text(text) => PyString::new(py, &text).into_any(),
                Value::Binary(bytes) => PyBytes::new(py, &bytes).into_any(),
            };
            (key, value)
        })
        .collect();
    PyTuple::new(py, pairs)
}
