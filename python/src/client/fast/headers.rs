//! The headers that Locust's session adds to a call before geventhttpclient sees it.
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::client::fast::call::FastCall;
use crate::client::request::credentials;
use crate::client::request::header_lines::Lines;

/// What Locust asks for when the suite does not.
pub const ACCEPT_ENCODING: &[u8] = b"gzip, deflate, br";

/// The call's own headers, credentials, `Accept-Encoding` and, for `json=`, type and `Accept`.
/// False: something only geventhttpclient can judge.
pub fn given_headers(
    lines: &mut Lines,
    session: &Bound<'_, PyAny>,
    call: &FastCall,
) -> PyResult<bool> {
    let py = session.py();
    let (headers, auth) = (call.headers.bind(py), call.auth.bind(py));
    let mut own = Lines::default();
    if headers.is_truthy()? && (!is_all_text(headers) || own.merge(headers)?.is_none()) {
        return Ok(false);
    }
    // The order in which Locust fills its dict; a name given in another spelling is kept as given.
    let has = |own: &Lines, name: &str| {
        let lower = name.to_ascii_lowercase();
        own.iter()
            .any(|(own, _)| own == name.as_bytes() || own == lower.as_bytes())
    };
    if auth.is_truthy()? {
        let Some(auth) = credentials::basic_auth(auth)? else {
            return Ok(false);
        };
        own.set("Authorization", Some(auth));
    } else {
        let header = session.getattr(intern!(py, "auth_header"))?;
        if header.is_truthy()? {
            own.set("Authorization", Some(header.extract::<String>()?));
        }
    }
    if !has(&own, "Accept-Encoding") {
        own.set("Accept-Encoding", Some(ACCEPT_ENCODING));
    }
    if !call.data.is_truthy(py)? && !call.json.is_none(py) {
        if !has(&own, "Content-Type") {
            own.set("Content-Type", Some("application/json"));
        }
        if !has(&own, "Accept") {
            own.set("Accept", Some("application/json"));
        }
    }
    lines.take_over(&own);
    Ok(true)
}

/// geventhttpclient prints values that are not str in its own way.
fn is_all_text(headers: &Bound<'_, PyAny>) -> bool {
    let Ok(headers) = headers.cast_exact::<PyDict>() else {
        return false;
    };
    headers
        .values()
        .iter()
        .all(|value| value.is_exact_instance_of::<PyString>())
}
