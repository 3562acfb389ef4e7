//! Road 1 of `HttpSession`: what a call says, spelt exactly as `requests` spells it.
//!
//! Every function answers `None` for what only `requests` knows how to spell or to judge; such a call
//! goes back to Python. Nothing is guessed here.
use std::time::Duration;

use bytes::Bytes;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyString, PyTuple};
use rlocust_engine::http::{Dialect, Headers, Method, Redirects, Timeouts, quote};

use crate::client::http::containers;
use crate::client::http::shim::{Arguments, Face};
use crate::client::request::call::{self, PartialCall};
use crate::client::request::encode::{self, Lines};
use crate::client::request::{tls, urls};
use crate::client::session::sender::Sender;

/// What a session's attributes ask for, as far as the native road honours it.
struct Settings<'py> {
    headers: Option<Bound<'py, PyAny>>,
    auth: Option<Bound<'py, PyAny>>,
    verify: Option<Bound<'py, PyAny>>,
    cert: Option<Bound<'py, PyAny>>,
    max_redirects: u32,
}

/// Road 1: the call, if every argument and setting is one whose spelling is known here.
#[inline(never)] // not in the frame that is parked, see `Sender::send`
pub fn prepare(
    py: Python<'_>,
    face: &Face,
    arguments: &Arguments<'_, '_>,
    sender: &Sender,
) -> PyResult<Option<Box<PartialCall>>> {
    let Some(settings) = settings_of(face, arguments.session, sender)? else {
        return Ok(None);
    };
    let Ok(method) = arguments.method.cast_exact::<PyString>() else {
        return Ok(None);
    };
    let Some(options) = Options::read(arguments.kwargs)? else {
        return Ok(None);
    };
    let Some(url) = urls::complete(arguments.session, arguments.url)? else {
        return Ok(None);
    };
    let Some(query) = encode::query(options.params.as_ref())? else {
        return Ok(None);
    };
    let Some(url) = urls::for_requests(&url, &query) else {
        return Ok(None);
    };
    let method = Method::new(&method.to_cow()?.to_ascii_uppercase());
    if !method.is_token() {
        return Ok(None);
    }
    let Some(body) = Body::encode(face, arguments.data, arguments.json)? else {
        return Ok(None);
    };
    let auth = options.auth.as_ref().or(settings.auth.as_ref());
    let Some(auth) = authorization(auth)? else {
        return Ok(None);
    };
    let Some(headers) = header_block(face, &settings, &options, &method, &body, auth)? else {
        return Ok(None);
    };
    let Some(timeouts) = timeouts(options.timeout.as_ref())? else {
        return Ok(None);
    };
    let verify = options.verify.as_ref().or(settings.verify.as_ref());
    let cert = options.cert.as_ref().or(settings.cert.as_ref());
    let Some(tls) = tls::profile(py, verify, cert)? else {
        return Ok(None);
    };
    let redirects = call::redirects(options.follow, settings.max_redirects);
    let body_is_text = body.is_text;
    Ok(Some(Box::new(PartialCall {
        method,
        url,
        headers,
        body: body.bytes,
        body_is_text,
        dialect: Dialect::Requests,
        redirects,
        timeouts,
        told_timeout: options.timeout.as_ref().map(|given| given.clone().unbind()),
        tls,
        max_retries: 0,
        proxies: None,
        cookies: None,
        empty_body: None,
    })))
}

/// What `requests` prepared as a call; `None` where only `requests` can send it.
pub fn prepared_call(
    prepared: &Bound<'_, PyAny>,
    timeout: &Bound<'_, PyAny>,
    redirects: Redirects,
    verify: &Bound<'_, PyAny>,
    cert: &Bound<'_, PyAny>,
) -> PyResult<Option<Box<PartialCall>>> {
    let py = prepared.py();
    let method: String = prepared.getattr("method")?.extract()?;
    let url: String = prepared.getattr("url")?.extract()?;
    let Ok(url) = quote::prepared_url(&url) else {
        return Ok(None);
    };
    if !encode::is_plain_host(url.host()) {
        return Ok(None);
    }
    let mut lines = Lines::default();
    if lines.merge(&prepared.getattr("headers")?)?.is_none() {
        return Ok(None);
    }
    let body = prepared.getattr("body")?;
    let body_is_text = body.is_instance_of::<PyString>();
    let body = if let Ok(text) = body.cast::<PyString>() {
        Bytes::copy_from_slice(text.to_cow()?.as_bytes())
    } else if let Ok(bytes) = body.cast::<PyBytes>() {
        Bytes::copy_from_slice(bytes.as_bytes())
    } else {
        Bytes::new()
    };
    let Some(timeouts) = timeouts(Some(timeout))? else {
        return Ok(None);
    };
    let Some(tls) = tls::profile(py, Some(verify), Some(cert))? else {
        return Ok(None);
    };
    if lines.contains("transfer-encoding") && !lines.contains("content-length") {
        return Ok(None); // urllib3 frames even no body then: with an empty chunk
    }
    lines.0.retain(|line| line.value.is_some());
    let headers = rendered(&lines, lines.0.len());
    let method = Method::new(&method);
    if !method.is_token() {
        return Ok(None);
    }
    Ok(Some(Box::new(PartialCall {
        method,
        url,
        headers,
        body,
        body_is_text,
        dialect: Dialect::Requests,
        redirects,
        timeouts,
        told_timeout: Some(timeout.clone().unbind()),
        tls,
        max_retries: 0,
        proxies: None,
        cookies: None,
        empty_body: None,
    })))
}

/// The attributes of the session that matter, if the native road honours them all.
fn settings_of<'py>(
    face: &Face,
    session: &Bound<'py, PyAny>,
    sender: &Sender,
) -> PyResult<Option<Settings<'py>>> {
    let py = session.py();
    let attributes = session
        .getattr(intern!(py, "__dict__"))?
        .cast_into::<PyDict>()?;
    let mut settings = Settings {
        headers: None,
        auth: None,
        verify: None,
        cert: None,
        max_redirects: 30,
    };
    let mut ignores_environment = false;
    for (name, value) in attributes.iter() {
        let name = name.cast_into::<PyString>()?;
        match &*name.to_cow()? {
            "trust_env" => ignores_environment = !value.is_truthy()?,
            "headers" => settings.headers = Some(value),
            "auth" => settings.auth = value.is_truthy()?.then_some(value),
            "verify" => settings.verify = Some(value),
            "cert" => settings.cert = value.is_truthy()?.then_some(value),
            "max_redirects" => settings.max_redirects = value.extract()?,
            // Empty containers ask for nothing; a filled one is judged by `requests_call.prepare`.
            "proxies" | "params" | "stream" if value.is_truthy()? => return Ok(None),
            "cookies" if !sender.is_own_jar(&value)? => return Ok(None),
            "hooks" if !containers::holds_no_hook(&value)? => return Ok(None),
            "adapters" if !containers::are_own_adapters(&value, &face.adapter)? => {
                return Ok(None);
            }
            // Methods of this one session stand here too: requests' road calls them, ours would not.
            "_pool_manager"
            | "send"
            | "request"
            | "prepare_request"
            | "get_adapter"
            | "_build_url"
            | "_send_request_safe_mode"
            | "merge_environment_settings"
            | "resolve_redirects"
            | "get_redirect_target"
            | "should_strip_auth"
            | "rebuild_auth"
            | "rebuild_method"
            | "rebuild_proxies" => return Ok(None),
            _ => {}
        }
    }
    Ok(ignores_environment.then_some(settings))
}

/// The keyword arguments of a call that the native road knows.
struct Options<'py> {
    params: Option<Bound<'py, PyAny>>,
    headers: Option<Bound<'py, PyAny>>,
    auth: Option<Bound<'py, PyAny>>,
    timeout: Option<Bound<'py, PyAny>>,
    verify: Option<Bound<'py, PyAny>>,
    cert: Option<Bound<'py, PyAny>>,
    follow: bool,
}

impl<'py> Options<'py> {
    fn read(kwargs: &Bound<'py, PyDict>) -> PyResult<Option<Self>> {
        let mut options = Self {
            params: None,
            headers: None,
            auth: None,
            timeout: None,
            verify: None,
            cert: None,
            follow: true,
        };
        for (name, value) in kwargs.iter() {
            let name = name.cast_into::<PyString>()?;
            let name = name.to_cow()?;
            if &*name == "allow_redirects" {
                options.follow = value.is_truthy()?;
            } else if !value.is_none() {
                match &*name {
                    "params" => options.params = Some(value),
                    "headers" => options.headers = Some(value),
                    "auth" => options.auth = Some(value),
                    "timeout" => options.timeout = Some(value),
                    "verify" => options.verify = Some(value),
                    "cert" => options.cert = Some(value),
                    "stream" if !value.is_truthy()? => {}
                    _ => return Ok(None),
                }
            } else if !is_argument(&name) {
                return Ok(None);
            }
        }
        Ok(Some(options))
    }
}

fn is_argument(name: &str) -> bool {
    const OTHERS: [&str; 11] = [
        "params", "headers", "cookies", "files", "auth", "timeout", "proxies", "hooks", "stream",
        "verify", "cert",
    ];
    OTHERS.contains(&name)
}

/// A body with its content type, as `requests` prepares it.
struct Body {
    bytes: Bytes,
    is_text: bool,
    content_type: Option<&'static str>,
    is_given: bool,
}

impl Body {
    fn encode(
        face: &Face,
        data: &Bound<'_, PyAny>,
        json: &Bound<'_, PyAny>,
    ) -> PyResult<Option<Self>> {
        let none = Self {
            bytes: Bytes::new(),
            is_text: false,
            content_type: None,
            is_given: false,
        };
        if !data.is_truthy()? {
            if json.is_none() {
                return Ok(Some(none));
            }
            return Self::encode_json(face, json);
        }
        if let Ok(dict) = data.cast_exact::<PyDict>() {
            let Some(form) = encode::urlencoded(dict)? else {
                return Ok(None);
            };
            let content_type = Some("application/x-www-form-urlencoded");
            return Ok(Some(Self {
                is_given: !form.is_empty(),
                bytes: Bytes::from(form),
                is_text: true,
                content_type,
            }));
        }
        let bytes = if let Ok(text) = data.cast_exact::<PyString>() {
            Bytes::copy_from_slice(text.to_cow()?.as_bytes())
        } else if let Ok(bytes) = data.cast_exact::<PyBytes>() {
            Bytes::copy_from_slice(bytes.as_bytes())
        } else {
            return Ok(None);
        };
        let is_text = data.is_exact_instance_of::<PyString>();
        Ok(Some(Self {
            bytes,
            is_text,
            content_type: None,
            is_given: true,
        }))
    }

    fn encode_json(face: &Face, json: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        let py = json.py();
        let text = match face.encode_json.bind(py).call1((json,)) {
            Ok(text) => text.cast_into::<PyString>()?,
            Err(error) if error.is_instance_of::<pyo3::exceptions::PyValueError>(py) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let bytes = Bytes::copy_from_slice(text.to_cow()?.as_bytes());
        Ok(Some(Self {
            bytes,
            is_text: false,
            content_type: Some("application/json"),
            is_given: true,
        }))
    }
}

/// `Some(None)`: no credentials. `None`: a kind of credentials only `requests` knows.
#[allow(
    clippy::option_option,
    reason = "no credentials and unknown credentials are different things"
)]
fn authorization(auth: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Option<Vec<u8>>>> {
    let Some(auth) = auth else {
        return Ok(Some(None));
    };
    if auth.is_exact_instance_of::<PyTuple>() {
        return Ok(encode::basic_auth(auth)?.map(Some));
    }
    let py = auth.py();
    let basic = py
        .import(intern!(py, "requests.auth"))?
        .getattr(intern!(py, "HTTPBasicAuth"))?;
    if !auth.get_type().is(&basic) {
        return Ok(None);
    }
    let user = encode::credential(&auth.getattr(intern!(py, "username"))?)?;
    let password = encode::credential(&auth.getattr(intern!(py, "password"))?)?;
    Ok(user
        .zip(password)
        .map(|(user, password)| Some(encode::basic_auth_text(&user, &password))))
}

/// The header lines in `requests`' order: session and call merged, cookies, length, type, credentials.
fn header_block(
    face: &Face,
    settings: &Settings<'_>,
    options: &Options<'_>,
    method: &Method,
    body: &Body,
    auth: Option<Vec<u8>>,
) -> PyResult<Option<Headers>> {
    let sends_length = body.is_given || !matches!(method, Method::Get | Method::Head);
    if settings.headers.is_none() && options.headers.is_none() && !sends_length && auth.is_none() {
        return Ok(Some(face.default_block.clone()));
    }
    let mut lines = Lines::default();
    match &settings.headers {
        Some(headers) => {
            if lines.merge(headers)?.is_none() {
                return Ok(None);
            }
        }
        None => face.defaults.iter().for_each(|(name, value)| {
            lines.set(name, Some(value.clone()));
        }),
    }
    if let Some(headers) = &options.headers
        && lines.merge(headers)?.is_none()
    {
        return Ok(None);
    }
    lines.0.retain(|line| line.value.is_some());
    if lines.0.iter().any(|line| line.is_given_as_bytes) {
        return Ok(None);
    }
    if lines.contains("content-length") || lines.contains("transfer-encoding") {
        return Ok(None);
    }
    let cookies_at = lines.0.len();
    if sends_length {
        lines.set(
            "Content-Length",
            Some(body.bytes.len().to_string().into_bytes()),
        );
    }
    if let Some(content_type) = body
        .content_type
        .filter(|_| body.is_given && !lines.contains("content-type"))
    {
        lines.set("Content-Type", Some(content_type.as_bytes().to_vec()));
    }
    if let Some(auth) = auth {
        lines.set("Authorization", Some(auth));
    }
    Ok(Some(rendered(&lines, cookies_at)))
}

fn rendered(lines: &Lines, cookies_at: usize) -> Headers {
    let mut headers = Headers::new();
    for (place, line) in lines.0.iter().enumerate() {
        if place == cookies_at {
            headers.cookies_go_here();
        }
        headers.push(&line.name, line.value.as_deref().unwrap_or_default());
    }
    headers
}

/// Seconds, or a (connect, read) pair of seconds or None. `None`: a form only urllib3 knows.
fn timeouts(timeout: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Timeouts>> {
    let Some(timeout) = timeout.filter(|timeout| !timeout.is_none()) else {
        return Ok(Some(Timeouts::default()));
    };
    if let Ok(pair) = timeout.cast_exact::<PyTuple>() {
        if pair.len() != 2 {
            return Ok(None);
        }
        let (connect, read) = (limit(&pair.get_item(0)?)?, limit(&pair.get_item(1)?)?);
        return Ok(connect
            .zip(read)
            .map(|(connect, read)| Timeouts { connect, read }));
    }
    Ok(limit(timeout)?.map(|limit| Timeouts {
        connect: limit,
        read: limit,
    }))
}

#[allow(
    clippy::option_option,
    reason = "no limit and an unknown form are different things"
)]
fn limit(value: &Bound<'_, PyAny>) -> PyResult<Option<Option<Duration>>> {
    if value.is_none() {
        return Ok(Some(None));
    }
    let is_number =
        value.is_exact_instance_of::<PyFloat>() || value.is_exact_instance_of::<PyInt>();
    if !is_number || value.is_exact_instance_of::<PyBool>() {
        return Ok(None);
    }
    let seconds: f64 = value.extract()?;
    Ok((seconds > 0.0 && seconds < 1e9).then(|| Some(Duration::from_secs_f64(seconds))))
}
