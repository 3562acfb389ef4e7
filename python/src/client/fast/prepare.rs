//! What a call of `FastHttpSession` says, spelt exactly as Locust and geventhttpclient spell it.
//!
//! As in `http/prepare.rs`: every function answers `None` for what only the Python library knows how to spell.
use std::sync::Arc;

use bytes::Bytes;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};
use rlocust_engine::http::{Dialect, Headers, Method, Redirects, Timeouts, TlsProfile, Url};

use crate::client::request::call::PartialCall;
use crate::client::request::encode::{self, Lines};
use crate::client::request::urls;

/// What Locust asks for when the suite does not.
const ACCEPT_ENCODING: &[u8] = b"gzip, deflate, br";

pub struct Arguments<'a, 'py> {
    pub session: &'a Bound<'py, PyAny>,
    pub method: &'a Bound<'py, PyAny>,
    pub data: &'a Bound<'py, PyAny>,
    pub headers: &'a Bound<'py, PyAny>,
    pub auth: &'a Bound<'py, PyAny>,
    pub json: &'a Bound<'py, PyAny>,
    pub params: &'a Bound<'py, PyAny>,
    pub default_headers: &'a Bound<'py, PyAny>,
}

/// What is the same for all calls of a session.
pub struct Manner {
    user_agent: String,
    /// The headers of a call that gives none.
    plain_block: Headers,
}

impl Manner {
    pub fn new(user_agent: String) -> Self {
        Self {
            plain_block: plain_block(&user_agent),
            user_agent,
        }
    }
}

/// On what terms the call is made: what does not show in its bytes.
pub struct Terms {
    pub redirects: Redirects,
    pub max_retries: u32,
    pub timeouts: Timeouts,
    pub tls: Arc<TlsProfile>,
}

impl Terms {
    fn call(self, method: Method, url: Url, headers: Headers, body: Bytes) -> Box<PartialCall> {
        Box::new(PartialCall {
            method,
            url,
            headers,
            body,
            body_is_text: true,
            dialect: Dialect::Ghc,
            redirects: self.redirects,
            timeouts: self.timeouts,
            told_timeout: None,
            tls: self.tls,
            max_retries: self.max_retries,
            proxies: None,
            cookies: None,
            empty_body: None,
        })
    }
}

fn plain_block(user_agent: &str) -> Headers {
    let mut headers = Headers::new();
    headers.push("User-Agent", user_agent);
    headers.push("Accept-Encoding", ACCEPT_ENCODING);
    headers.cookies_go_here();
    headers
}

/// The call, if every argument is one whose spelling is known here.
#[inline(never)] // not in the frame that is parked, see `Sender::send`
pub fn prepare(
    manner: &Manner,
    arguments: &Arguments<'_, '_>,
    url: &str,
    terms: Terms,
) -> PyResult<Option<Box<PartialCall>>> {
    let Ok(method) = arguments.method.cast_exact::<PyString>() else {
        return Ok(None);
    };
    let Some(query) = query(arguments.params)? else {
        return Ok(None);
    };
    let Some(url) = urls::for_geventhttpclient(url, query.as_deref()) else {
        return Ok(None);
    };
    let method = Method::new(&method.to_cow()?.to_ascii_uppercase());
    if !method.is_token() {
        return Ok(None);
    }
    if is_plain(arguments)? {
        let headers = manner.plain_block.clone();
        return Ok(Some(terms.call(method, url, headers, Bytes::new())));
    }
    let mut lines = Lines::default();
    lines.set("User-Agent", Some(manner.user_agent.clone().into_bytes()));
    let defaults = arguments.default_headers;
    if defaults.is_truthy()? && lines.merge(defaults)?.is_none() {
        return Ok(None);
    }
    if !given_headers(&mut lines, arguments)? {
        return Ok(None);
    }
    let Some(body) = body(&mut lines, arguments)? else {
        return Ok(None);
    };
    let data = arguments.data;
    let is_empty =
        body.is_empty() && (data.is_instance_of::<PyDict>() || data.is_instance_of::<PyList>());
    if lines.0.iter().any(|line| line.value.is_none()) || lines.contains("transfer-encoding") {
        return Ok(None);
    }
    let mut headers = Headers::new();
    for line in &lines.0 {
        headers.push(&line.name, line.value.as_deref().unwrap_or_default());
    }
    headers.cookies_go_here();
    let mut call = terms.call(method, url, headers, body);
    call.body_is_text = !lines.0.iter().any(|line| line.name == "content-length")
        && !data.is_exact_instance_of::<PyBytes>();
    call.empty_body = is_empty.then(|| data.clone().unbind());
    Ok(Some(call))
}

/// `Some(None)`: no query is given, which is not the same as one that comes to nothing.
#[allow(
    clippy::option_option,
    reason = "no query and one that only Python can spell are different things"
)]
fn query(params: &Bound<'_, PyAny>) -> PyResult<Option<Option<String>>> {
    if params.is_none() {
        return Ok(Some(None));
    }
    let is_sequence =
        params.is_exact_instance_of::<PyTuple>() || params.is_exact_instance_of::<PyList>();
    if is_sequence && !params.is_truthy()? {
        return Ok(Some(Some(String::new())));
    }
    Ok(encode::query(Some(params))?.map(Some))
}

/// Nothing is given but method and URL: the block of headers is always the same.
fn is_plain(arguments: &Arguments<'_, '_>) -> PyResult<bool> {
    let py = arguments.session.py();
    let auth_header = arguments.session.getattr(intern!(py, "auth_header"))?;
    Ok(arguments.default_headers.is_none()
        && arguments.headers.is_none()
        && arguments.auth.is_none()
        && arguments.data.is_none()
        && arguments.json.is_none()
        && auth_header.is_none())
}

/// The call's own headers, credentials, `Accept-Encoding` and, for `json=`, type and `Accept`.
/// False: something only geventhttpclient can judge.
fn given_headers(lines: &mut Lines, arguments: &Arguments<'_, '_>) -> PyResult<bool> {
    let py = arguments.session.py();
    let mut own = Lines::default();
    if arguments.headers.is_truthy()?
        && (!is_all_text(arguments.headers) || own.merge(arguments.headers)?.is_none())
    {
        return Ok(false);
    }
    // The order in which Locust fills its dict; a name given in another spelling is kept as given.
    let has = |own: &Lines, name: &str| {
        own.0
            .iter()
            .any(|line| line.name == name || line.name == name.to_lowercase())
    };
    if arguments.auth.is_truthy()? {
        let Some(auth) = encode::basic_auth(arguments.auth)? else {
            return Ok(false);
        };
        own.set("Authorization", Some(auth));
    } else {
        let auth = arguments.session.getattr(intern!(py, "auth_header"))?;
        if auth.is_truthy()? {
            own.set(
                "Authorization",
                Some(auth.extract::<String>()?.into_bytes()),
            );
        }
    }
    if !has(&own, "Accept-Encoding") {
        own.set("Accept-Encoding", Some(ACCEPT_ENCODING.to_vec()));
    }
    if !arguments.data.is_truthy()? && !arguments.json.is_none() {
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

/// The body, with the type and length lines geventhttpclient adds for its kind.
fn body(lines: &mut Lines, arguments: &Arguments<'_, '_>) -> PyResult<Option<Bytes>> {
    let py = arguments.session.py();
    let data = arguments.data;
    if !data.is_truthy()? {
        if arguments.json.is_none() {
            let is_nothing = data.is_none()
                || data.is_exact_instance_of::<PyString>()
                || data.is_exact_instance_of::<PyBytes>()
                || data.is_exact_instance_of::<PyDict>()
                || data.is_exact_instance_of::<PyList>();
            return Ok(is_nothing.then(Bytes::new));
        }
        let text = py
            .import(intern!(py, "json"))?
            .call_method1(intern!(py, "dumps"), (arguments.json,))?;
        return Ok(Some(Bytes::from(text.extract::<String>()?)));
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
    if let Ok(text) = data.cast_exact::<PyString>() {
        let bytes = Bytes::copy_from_slice(text.to_cow()?.as_bytes());
        if has_type {
            return Ok(Some(bytes));
        }
        return Ok(Some(typed(
            lines,
            bytes,
            has_type,
            "text/plain; charset=utf-8",
        )));
    }
    let Ok(bytes) = data.cast_exact::<PyBytes>() else {
        return Ok(None);
    };
    if !has_type {
        lines.set("content-type", Some(b"application/octet-stream".to_vec()));
    }
    Ok(Some(Bytes::copy_from_slice(bytes.as_bytes())))
}

fn typed(lines: &mut Lines, body: Bytes, has_type: bool, content_type: &str) -> Bytes {
    if !has_type {
        lines.set("content-type", Some(content_type.as_bytes().to_vec()));
    }
    lines.set("content-length", Some(body.len().to_string().into_bytes()));
    body
}
