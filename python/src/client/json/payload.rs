//! The bytes of `json=`, for each client.
use bytes::Bytes;
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::client::json::encoder::{NotNumbers, encoded};
use crate::client::json::originals::JsonOriginals;
use crate::client::request::body::Body;

/// As `requests` has it; nothing where only `requests` knows what to send or to raise.
pub fn of_requests(value: &Bound<'_, PyAny>) -> PyResult<Option<Bytes>> {
    let py = value.py();
    let originals = JsonOriginals::of_requests(py);
    if let Some(bytes) = natively(value, originals, NotNumbers::Refused)? {
        return Ok(Some(bytes));
    }
    let keywords = PyDict::new(py);
    keywords.set_item(intern!(py, "allow_nan"), false)?;
    let json = py
        .import(intern!(py, "requests.models"))?
        .getattr(intern!(py, "complexjson"))?;
    match json.call_method(intern!(py, "dumps"), (value,), Some(&keywords)) {
        Ok(text) => bytes_of(&text),
        Err(error) if error.is_instance_of::<PyValueError>(py) => Ok(None),
        Err(error) => Err(error),
    }
}

/// As Locust's `FastHttpSession` has it; nothing where only geventhttpclient knows what to send.
pub fn of_agent(value: &Bound<'_, PyAny>) -> PyResult<Option<Bytes>> {
    let py = value.py();
    let originals = JsonOriginals::of_agent(py);
    if let Some(bytes) = natively(value, originals, NotNumbers::Spelled)? {
        return Ok(Some(bytes));
    }
    let json = py
        .import(intern!(py, "locust.contrib.fasthttp"))?
        .getattr(intern!(py, "unshadowed_json"))?;
    bytes_of(&json.call_method1(intern!(py, "dumps"), (value,))?)
}

fn natively(
    value: &Bound<'_, PyAny>,
    originals: Option<&JsonOriginals>,
    not_numbers: NotNumbers,
) -> PyResult<Option<Bytes>> {
    match originals {
        Some(originals) if originals.dumps.is_intact(value.py())? => {
            Ok(encoded(value, not_numbers).map(Bytes::from))
        }
        _ => Ok(None),
    }
}

/// Of text, or of the bytes that a replaced `dumps` may answer.
fn bytes_of(dumped: &Bound<'_, PyAny>) -> PyResult<Option<Bytes>> {
    Ok(Body::of_exact(dumped)?.map(|body| body.bytes))
}
