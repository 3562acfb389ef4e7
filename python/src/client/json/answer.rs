//! What `response.json()` answers, read straight from the body that the engine received.
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};
use rlocust_engine::http::Hop;

use crate::client::fast::shim::Shim as AgentShim;
use crate::client::http::shim::Shim as RequestsShim;
use crate::client::json::charset::{Encoding, charset};
use crate::client::json::originals::JsonOriginals;
use crate::client::json::parser::parsed;
use crate::client::reply::exchange::PyExchange;

/// A response of `HttpSession`; `NotImplemented` where `requests` has to parse it.
#[pyfunction]
pub fn parsed_by_requests(response: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    or_not_implemented(response.py(), of_requests(response)?)
}

/// A response of `FastHttpSession`; `NotImplemented` where Python has to parse it.
#[pyfunction]
pub fn parsed_by_agent(response: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    or_not_implemented(response.py(), of_agent(response)?)
}

#[expect(clippy::unnecessary_wraps, reason = "what Python functions answer")]
fn or_not_implemented(py: Python<'_>, value: Option<Bound<'_, PyAny>>) -> PyResult<Py<PyAny>> {
    Ok(value.map_or_else(|| py.NotImplemented(), Bound::unbind))
}

fn of_requests<'py>(response: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = response.py();
    let is_known = response.get_type().is(&RequestsShim::get(py).response);
    if !is_known || !are_intact(py, JsonOriginals::of_requests(py))? {
        return Ok(None);
    }
    let fields = fields_of(response)?;
    let exchange = fields.get_item(intern!(py, "_exchange"))?;
    let content = fields.get_item(intern!(py, "_content"))?;
    let encoding = fields.get_item(intern!(py, "encoding"))?;
    let hop = exchange.as_ref().and_then(answered);
    let text = body(content.as_ref(), hop).and_then(|body| {
        let name = match &encoding {
            Some(given) => name_in(given).ok()?,
            None => charset(content_type(hop?)?),
        };
        text_for_requests(body, name)
    });
    Ok(text.and_then(|text| parsed(py, text)))
}

/// Without an encoding, `requests` looks at the first bytes of four or more; what begins as UTF-16, UTF-32 or a byte order
/// mark does is no JSON in UTF-8.
fn text_for_requests<'a>(body: &'a [u8], encoding: Option<&str>) -> Option<&'a str> {
    match encoding {
        Some(name) => Encoding::named(name)?.text_of(body),
        None if body.len() > 3 => Encoding::Utf8.text_of(body),
        None => None,
    }
}

fn of_agent<'py>(response: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = response.py();
    let (class, shim) = (response.get_type(), AgentShim::get(py));
    let is_known = class.is(&shim.response) || class.is(&shim.with_block);
    if !is_known || !are_intact(py, JsonOriginals::of_agent(py))? {
        return Ok(None);
    }
    let fields = fields_of(response)?;
    let exchange = fields.get_item(intern!(py, "_exchange"))?;
    let encoding = fields.get_item(intern!(py, "encoding"))?;
    let Some(hop) = exchange.as_ref().and_then(answered) else {
        return Ok(None);
    };
    let given = encoding.filter(|encoding| !encoding.is_none());
    let name = match &given {
        Some(given) => name_in(given).ok().flatten(),
        None => content_type(hop).and_then(charset),
    };
    let text = name.and_then(|name| Encoding::named(name)?.text_of(&hop.body));
    let value = text.and_then(|text| parsed(py, text));
    if given.is_none() && value.is_some() {
        response.setattr(intern!(py, "encoding"), name)?; // which `text` leaves there
    }
    Ok(value)
}

fn are_intact(py: Python<'_>, originals: Option<&JsonOriginals>) -> PyResult<bool> {
    originals.map_or(Ok(false), |originals| originals.loads.is_intact(py))
}

fn fields_of<'py>(response: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let fields = response.getattr(intern!(response.py(), "__dict__"))?;
    Ok(fields.cast_into::<PyDict>()?)
}

/// The answer of an exchange whose body is whole.
fn answered<'a>(exchange: &'a Bound<'_, PyAny>) -> Option<&'a Hop> {
    let reply = &exchange.cast_exact::<PyExchange>().ok()?.get().reply;
    reply.response().filter(|_| reply.error.is_none())
}

/// What the suite reads as `content`: it may have put something else there.
fn body<'a>(content: Option<&'a Bound<'_, PyAny>>, hop: Option<&'a Hop>) -> Option<&'a [u8]> {
    match content {
        Some(content) => Some(content.cast_exact::<PyBytes>().ok()?.as_bytes()),
        None => hop.map(|hop| &hop.body[..]),
    }
}

/// The name that a response holds for its encoding, if it is a usual one; `None` is.
fn name_in<'a>(encoding: &'a Bound<'_, PyAny>) -> Result<Option<&'a str>, ()> {
    if encoding.is_none() {
        return Ok(None);
    }
    let name = encoding.cast_exact::<PyString>().map_err(|_| ())?;
    name.to_str().map(Some).map_err(|_| ())
}

/// The content type, empty if there is none; nothing where there are several or one that is spelt oddly.
fn content_type(hop: &Hop) -> Option<&str> {
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
