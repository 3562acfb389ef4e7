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
        own.0
            .iter()
            .any(|line| line.name == name || line.name == name.to_lowercase())
    };
    if auth.is_truthy()? {
        let Some(auth) = credentials::basic_auth(auth)? else {
            return Ok(false);
        };
        own.set("Authorization", Some(auth));
    } else {
        let header = session.getattr(intern!(py, "auth_header"))?;
        if header.is_truthy()? {
            own.set(
                "Authorization",
                Some(header.extract::<String>()?.into_bytes()),
            );
        }
    }
    if !has(&own, "Accept-Encoding") {
        own.set("Accept-Encoding", Some(ACCEPT_ENCODING.to_vec()));
    }
    if !call.data.is_truthy(py)? && !call.json.is_none(py) {
        if !has(&own, "Content-Type") {
            own.set("Content-Type", Some(b"application/json".to_vec()));
        }
        if !has(&own, "Accept") {
            own.set("Accept", Some(b"application/json".to_vec()));
        }
    }
    for line in own.0 {
        lines.set(&line.name, line.value);
    }
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
