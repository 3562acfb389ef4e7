//! What a call of `FastHttpSession` says, spelt exactly as Locust and geventhttpclient spell it.
//!
//! As in `http/prepare.rs`: every function answers `None` for what only the Python library knows how to spell.
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyTuple};
use rlocust_engine::http::Headers;

use crate::client::fast::body::body;
use crate::client::fast::call::FastCall;
use crate::client::fast::headers::{ACCEPT_ENCODING, given_headers};
use crate::client::request::body::Body;
use crate::client::request::call::{self, CallOptions, PartialCall};
use crate::client::request::header_lines::Lines;
use crate::client::request::{form, urls};

/// What all calls of a session have in common.
pub struct ClientDefaults {
    user_agent: String,
    /// The headers of a call that gives none.
    plain_block: Headers,
}

impl ClientDefaults {
    pub fn new(user_agent: String) -> Self {
        Self {
            plain_block: plain_block(&user_agent),
            user_agent,
        }
    }
}

fn plain_block(user_agent: &str) -> Headers {
    let mut headers = Headers::new();
    headers.push("User-Agent", user_agent);
    headers.push("Accept-Encoding", ACCEPT_ENCODING);
    headers.cookies_go_here();
    headers
}

/// What a call's spelling depends on beside its arguments.
pub struct Spelling<'a, 'py> {
    pub session: &'a Bound<'py, PyAny>,
    pub defaults: &'a ClientDefaults,
    /// The suite's default headers, or None.
    pub default_headers: &'a Bound<'py, PyAny>,
}

/// The call, if every argument is one whose spelling is known here.
pub fn prepare(
    spelling: &Spelling<'_, '_>,
    call: &FastCall,
    url: &str,
    options: CallOptions,
) -> PyResult<Option<Box<PartialCall>>> {
    let py = spelling.session.py();
    let Some(method) = call::method(call.method.bind(py))? else {
        return Ok(None);
    };
    let Some(query) = query(call.others.bind(py))? else {
        return Ok(None);
    };
    let Some(url) = urls::for_geventhttpclient(url, query.as_deref()) else {
        return Ok(None);
    };
    if is_plain(spelling, call)? {
        let headers = spelling.defaults.plain_block.clone();
        let body = Body {
            is_text: true,
            ..Body::default()
        };
        return Ok(Some(PartialCall::new(method, url, headers, body, options)));
    }
    let mut lines = Lines::with_room();
    lines.set("User-Agent", Some(&spelling.defaults.user_agent));
    let defaults = spelling.default_headers;
    if defaults.is_truthy()? && lines.merge(defaults)?.is_none() {
        return Ok(None);
    }
    if !given_headers(&mut lines, spelling.session, call)? {
        return Ok(None);
    }
    let data = call.data.bind(py);
    let Some(bytes) = body(&mut lines, data, call.json.bind(py))? else {
        return Ok(None);
    };
    if lines.iter().any(|(_, value)| value.is_none()) || lines.contains("transfer-encoding") {
        return Ok(None);
    }
    let is_empty =
        bytes.is_empty() && (data.is_instance_of::<PyDict>() || data.is_instance_of::<PyList>());
    let body = Body {
        bytes,
        is_text: !lines.iter().any(|(name, _)| name == b"content-length")
            && !data.is_exact_instance_of::<PyBytes>(),
    };
    let headers = lines.block(lines.len());
    let mut call = PartialCall::new(method, url, headers, body, options);
    call.empty_body = is_empty.then(|| data.clone().unbind());
    Ok(Some(call))
}

/// `Some(None)`: no query is given, which is not the same as one that comes to nothing.
#[expect(
    clippy::option_option,
    reason = "no query and one that only Python can spell are different things"
)]
fn query(others: &Bound<'_, PyAny>) -> PyResult<Option<Option<String>>> {
    let others = others.cast::<PyDict>()?;
    let params = if others.is_empty() {
        None
    } else {
        others.get_item(intern!(others.py(), "params"))?
    };
    let Some(params) = params.filter(|params| !params.is_none()) else {
        return Ok(Some(None));
    };
    let is_sequence =
        params.is_exact_instance_of::<PyTuple>() || params.is_exact_instance_of::<PyList>();
    if is_sequence && !params.is_truthy()? {
        return Ok(Some(Some(String::new())));
    }
    Ok(form::query(Some(&params))?.map(Some))
}

/// Nothing is given but method and URL: the block of headers is always the same.
fn is_plain(spelling: &Spelling<'_, '_>, call: &FastCall) -> PyResult<bool> {
    let py = spelling.session.py();
    let auth_header = spelling.session.getattr(intern!(py, "auth_header"))?;
    Ok(spelling.default_headers.is_none()
        && call.headers.is_none(py)
        && call.auth.is_none(py)
        && call.data.is_none(py)
        && call.json.is_none(py)
        && auth_header.is_none())
}
