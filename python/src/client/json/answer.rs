//! What `response.json()` reads of a native response: the parts that both clients share.
use pyo3::prelude::*;
use pyo3::types::PyString;
use rlocust_engine::http::Hop;

use crate::client::json::originals::JsonOriginals;
use crate::client::reply::exchange::PyExchange;

#[expect(clippy::unnecessary_wraps, reason = "what Python functions answer")]
pub fn or_not_implemented(py: Python<'_>, value: Option<Bound<'_, PyAny>>) -> PyResult<Py<PyAny>> {
    Ok(value.map_or_else(|| py.NotImplemented(), Bound::unbind))
}

pub fn are_intact(py: Python<'_>, originals: Option<&JsonOriginals>) -> PyResult<bool> {
    originals.map_or(Ok(false), |originals| originals.loads.is_intact(py))
}

/// The answer of an exchange whose body is whole.
pub fn answered<'a>(exchange: &'a Bound<'_, PyAny>) -> Option<&'a Hop> {
    let reply = &exchange.cast_exact::<PyExchange>().ok()?.get().reply;
    reply.response().filter(|_| reply.error.is_none())
}

/// The name that a response holds for its encoding, if it is a usual one; `None` is.
pub fn name_in<'a>(encoding: &'a Bound<'_, PyAny>) -> Result<Option<&'a str>, ()> {
    if encoding.is_none() {
        return Ok(None);
    }
    let name = encoding.cast_exact::<PyString>().map_err(|_| ())?;
    name.to_str().map(Some).map_err(|_| ())
}

/// The content type, empty if there is none; nothing where there are several or one that is spelt oddly.
pub fn content_type(hop: &Hop) -> Option<&str> {
    let mut lines =
        (hop.head.iter()).filter(|(name, _)| name.eq_ignore_ascii_case(b"content-type"));
    let Some((_, value)) = lines.next() else {
        return Some("");
    };
    let is_plain = value.iter().all(|byte| (b' '..=b'~').contains(byte));
    if is_plain && lines.next().is_none() {
        std::str::from_utf8(value).ok()
    } else {
        None
    }
}
