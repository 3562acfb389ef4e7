//! `data=` and `json=` as geventhttpclient sends them.
use bytes::Bytes;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString};

use crate::client::json;
use crate::client::request::body::Body;
use crate::client::request::header_lines::Lines;

/// The body, with the type and length lines geventhttpclient adds for its kind.
pub fn body(
    lines: &mut Lines,
    data: &Bound<'_, PyAny>,
    json: &Bound<'_, PyAny>,
) -> PyResult<Option<Bytes>> {
    let py = data.py();
    if !data.is_truthy()? {
        if json.is_none() {
            let is_nothing = data.is_none()
                || data.is_exact_instance_of::<PyString>()
                || data.is_exact_instance_of::<PyBytes>()
                || data.is_exact_instance_of::<PyDict>()
                || data.is_exact_instance_of::<PyList>();
            return Ok(is_nothing.then(Bytes::new));
        }
        return json::of_agent(json);
    }
    let has_type = lines.contains("content-type");
    if data.is_exact_instance_of::<PyDict>() {
        let urlencode = py
            .import(intern!(py, "urllib.parse"))?
            .getattr(intern!(py, "urlencode"))?;
        let form: String = urlencode.call1((data,))?.extract()?;
        return Ok(Some(typed(
            lines,
            Bytes::from(form),
            has_type,
            "application/x-www-form-urlencoded; charset=utf-8",
        )));
    }
    let Some(body) = Body::of_exact(data)? else {
        return Ok(None);
    };
    if has_type {
        return Ok(Some(body.bytes));
    }
    if body.is_text {
        let content_type = "text/plain; charset=utf-8";
        return Ok(Some(typed(lines, body.bytes, has_type, content_type)));
    }
    lines.set("content-type", Some(b"application/octet-stream".to_vec()));
    Ok(Some(body.bytes))
}

fn typed(lines: &mut Lines, body: Bytes, has_type: bool, content_type: &str) -> Bytes {
    if !has_type {
        lines.set("content-type", Some(content_type.as_bytes().to_vec()));
    }
    lines.set("content-length", Some(body.len().to_string().into_bytes()));
    body
}
