//! What `response.json()` of an `HttpSession` answers, read straight from the body that the engine received.
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use rlocust_engine::http::Hop;

use crate::client::attributes::attributes_of;
use crate::client::http::shim::Shim;
use crate::client::json::{
    Encoding, JsonOriginals, answered, are_intact, charset, content_type, name_in,
    or_not_implemented, parsed,
};

/// A response of `HttpSession`; `NotImplemented` where `requests` has to parse it.
#[pyfunction]
pub fn parsed_by_requests(response: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    or_not_implemented(response.py(), parsed_of(response)?)
}

fn parsed_of<'py>(response: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = response.py();
    let is_known = response.get_type().is(&Shim::get(py).response);
    if !is_known || !are_intact(py, JsonOriginals::of_requests(py))? {
        return Ok(None);
    }
    let fields = attributes_of(response)?;
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

/// What the suite reads as `content`: it may have put something else there.
fn body<'a>(content: Option<&'a Bound<'_, PyAny>>, hop: Option<&'a Hop>) -> Option<&'a [u8]> {
    match content {
        Some(content) => Some(content.cast_exact::<PyBytes>().ok()?.as_bytes()),
        None => hop.map(|hop| &hop.body[..]),
    }
}
