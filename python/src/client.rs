//! The native half of `HttpSession`: road 1 of `locust/clients.py`, and the sending half of road 2.
//!
//! One native call per request: read the arguments once, park the greenlet until the engine has the
//! outcome, make the lazy response, record. Whatever this file cannot spell exactly as `requests` does
//! goes back to Python (`_call_prepared`), which knows.
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyString, PyTuple, PyType};
use rlocust_engine::http::{
    Call, Dialect, Headers, Method, Redirects, Timeouts, TlsProfile, Url, quote,
};

use crate::encode::{self, Lines};
use crate::exchange::{Asked, Labels, PyExchange};
use crate::sender::{self, Sender};
use crate::tls;

/// What `clients.py` hands over once: the response class, what sessions send by default, and the
/// originals whose replacement by anybody closes the native roads.
struct Face {
    response: Py<PyType>,
    defaults: Vec<(String, Vec<u8>)>,
    default_block: Headers,
    originals: Vec<(Py<PyAny>, Py<PyString>, Py<PyAny>)>,
    encode_json: Py<PyAny>,
    new_object: Py<PyAny>,
}

static FACE: PyOnceLock<Face> = PyOnceLock::new();

#[pyfunction]
pub fn configure_requests(
    py: Python<'_>,
    response: Bound<'_, PyType>,
    defaults: Vec<(String, String)>,
    originals: Vec<(Py<PyAny>, Py<PyString>, Py<PyAny>)>,
) -> PyResult<()> {
    let defaults: Vec<(String, Vec<u8>)> = defaults
        .into_iter()
        .map(|(name, value)| (name, value.into_bytes()))
        .collect();
    let mut default_block = Headers::new();
    for (name, value) in &defaults {
        default_block.push(name, value);
    }
    default_block.cookies_go_here();
    let arguments = PyDict::new(py);
    arguments.set_item("allow_nan", false)?;
    let json = py.import("requests.compat")?.getattr("json")?;
    let encode_json = json
        .getattr("JSONEncoder")?
        .call((), Some(&arguments))?
        .getattr("encode")?
        .unbind();
    let new_object = py
        .import("builtins")?
        .getattr("object")?
        .getattr("__new__")?
        .unbind();
    let face = Face {
        response: response.unbind(),
        defaults,
        default_block,
        originals,
        encode_json,
        new_object,
    };
    FACE.set(py, face).ok();
    Ok(())
}

impl Face {
    fn get(py: Python<'_>) -> &Self {
        FACE.get(py)
            .expect("clients.py calls configure_requests when it is imported")
    }

    /// Nobody has replaced what the native roads bypass.
    fn is_intact(&self, py: Python<'_>) -> PyResult<bool> {
        for (owner, attribute, original) in &self.originals {
            if !owner.bind(py).getattr(attribute)?.is(original) {
                return Ok(false);
            }
        }
        Ok(true)
    }
}

/// The arguments of `HttpSession.request`, to be handed on where the native road ends.
struct Arguments<'a, 'py> {
    session: &'a Bound<'py, PyAny>,
    method: &'a Bound<'py, PyAny>,
    url: &'a Bound<'py, PyAny>,
    name: &'a Bound<'py, PyAny>,
    catch_response: bool,
    context: &'a Bound<'py, PyAny>,
    data: &'a Bound<'py, PyAny>,
    json: &'a Bound<'py, PyAny>,
    kwargs: &'a Bound<'py, PyDict>,
}

impl<'py> Arguments<'_, 'py> {
    fn by_python(&self, road: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
        let arguments = (
            self.method,
            self.url,
            self.name,
            self.catch_response,
            self.context,
            self.data,
            self.json,
            self.kwargs,
        );
        self.session.call_method1(road, arguments)
    }
}

/// What a session's attributes ask for, as far as the native road honours it.
struct Settings<'py> {
    headers: Option<Bound<'py, PyAny>>,
    auth: Option<Bound<'py, PyAny>>,
    verify: Option<Bound<'py, PyAny>>,
    cert: Option<Bound<'py, PyAny>>,
    max_redirects: u32,
}

/// The connections and cookies behind one `HttpSession`.
#[pyclass(frozen, name = "HttpClient")]
pub struct PyHttpClient {
    sender: Sender,
    /// The session's class overrides something the native roads bypass.
    is_bypassed: bool,
}

#[pymethods]
impl PyHttpClient {
    #[new]
    fn new(session: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = session.py();
        let requests_session = py.import("requests")?.getattr("Session")?;
        let class = session.get_type();
        let mut is_bypassed = false;
        for method in [
            "send",
            "get_adapter",
            "rebuild_auth",
            "rebuild_method",
            "resolve_redirects",
        ] {
            is_bypassed |= !class
                .getattr(method)?
                .is(&requests_session.getattr(method)?);
        }
        Ok(Self {
            sender: Sender::new(),
            is_bypassed,
        })
    }

    /// See `HttpSession.request`.
    #[allow(clippy::too_many_arguments, reason = "the signature is Locust's")]
    fn request<'py>(
        &self,
        session: &Bound<'py, PyAny>,
        method: &Bound<'py, PyAny>,
        url: &Bound<'py, PyAny>,
        name: &Bound<'py, PyAny>,
        catch_response: bool,
        context: &Bound<'py, PyAny>,
        data: &Bound<'py, PyAny>,
        json: &Bound<'py, PyAny>,
        kwargs: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = session.py();
        let arguments = Arguments {
            session,
            method,
            url,
            name,
            catch_response,
            context,
            data,
            json,
            kwargs,
        };
        let face = Face::get(py);
        if self.is_bypassed || !face.is_intact(py)? {
            return arguments.by_python(intern!(py, "_call_by_requests"));
        }
        match self.prepare(py, face, &arguments)? {
            Some(call) => {
                let labels = Self::labels(&arguments, call.redirects, None)?;
                self.exchange(py, face, call, labels)
            }
            None => arguments.by_python(intern!(py, "_call_prepared")),
        }
    }

    /// Sends what `requests` has prepared (road 2); answers None where only `requests` can.
    #[allow(
        clippy::too_many_arguments,
        reason = "a call of Python's, with the arguments of `request`"
    )]
    fn send_prepared<'py>(
        &self,
        session: &Bound<'py, PyAny>,
        method: &Bound<'py, PyAny>,
        url: &Bound<'py, PyAny>,
        name: &Bound<'py, PyAny>,
        catch_response: bool,
        context: &Bound<'py, PyAny>,
        prepared: &Bound<'py, PyAny>,
        timeout: &Bound<'py, PyAny>,
        follow: bool,
        verify: &Bound<'py, PyAny>,
        cert: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = session.py();
        let nothing = PyDict::new(py);
        let none = py.None().into_bound(py);
        let (data, json, kwargs) = (&none, &none, &nothing);
        let arguments = Arguments {
            session,
            method,
            url,
            name,
            catch_response,
            context,
            data,
            json,
            kwargs,
        };
        let max: u32 = session.getattr(intern!(py, "max_redirects"))?.extract()?;
        let redirects = if follow {
            Redirects::Follow { max }
        } else {
            Redirects::Never
        };
        let Some(call) = Self::prepared_call(prepared, timeout, redirects, verify, cert)? else {
            return Ok(None);
        };
        let labels = Self::labels(&arguments, call.redirects, Some(prepared.clone().unbind()))?;
        self.exchange(py, Face::get(py), call, labels).map(Some)
    }

    /// The jar that `client.cookies` is.
    fn cookies<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let class = py.import("rlocust._cookies")?.getattr("SessionCookies")?;
        slf.get().sender.python_jar(py, &class)
    }

    /// Closes the connections that are idle now.
    fn close_idle(&self) {
        self.sender.close_idle();
    }
}

impl PyHttpClient {
    fn labels(
        arguments: &Arguments<'_, '_>,
        redirects: Redirects,
        prepared: Option<Py<PyAny>>,
    ) -> PyResult<Labels> {
        let session = arguments.session;
        let mut name = arguments.name.clone();
        if !name.is_truthy()? {
            name = session.getattr(intern!(session.py(), "request_name"))?;
        }
        Ok(Labels {
            session: session.clone().unbind(),
            request_type: arguments.method.clone().unbind(),
            name: name.is_truthy()?.then(|| name.unbind()),
            url: arguments.url.clone().unbind(),
            first_url: None,
            context: arguments.context.clone().unbind(),
            catch_response: arguments.catch_response,
            follows_redirects: redirects != Redirects::Never,
            prepared,
        })
    }

    /// Sends, waits, makes the response and reports it.
    fn exchange<'py>(
        &self,
        py: Python<'py>,
        face: &Face,
        call: PartialCall,
        labels: Labels,
    ) -> PyResult<Bound<'py, PyAny>> {
        let session = labels.session.bind(py).clone();
        let recorder = sender::recorder_of(&session)?;
        let asked = Asked {
            headers: call.headers.clone(),
            body_is_text: call.body_is_text,
        };
        let sent = self
            .sender
            .send(py, recorder.accounts(), |ticket, session| Call {
                ticket,
                session,
                submitted: Instant::now(),
                method: call.method,
                url: call.url,
                headers: call.headers,
                body: call.body,
                dialect: Dialect::Requests,
                redirects: call.redirects,
                timeouts: call.timeouts,
                tls: call.tls,
                decode: true,
                max_retries: 0,
                cookies: None,
            });
        let outcome = sent.map_err(|interrupted| sender::cut(recorder.accounts(), interrupted))?;
        let catch_response = labels.catch_response;
        let is_failure = outcome.error.is_some()
            || outcome
                .response()
                .is_none_or(|response| response.status >= 400);
        let exchange = PyExchange::new(labels, asked, outcome, recorder.accounts().cloned());
        let quick = if is_failure || catch_response {
            None
        } else {
            recorder.only()
        };
        if let Some(recorder) = quick {
            sender::record_success(recorder, &exchange)?;
        }
        let exchange = Bound::new(py, exchange)?;
        let response = face.new_object.bind(py).call1((&face.response,))?;
        response.setattr(intern!(py, "_exchange"), &exchange)?;
        if exchange.get().outcome.error.is_some() {
            let failures = py.import(intern!(py, "rlocust._failures"))?;
            failures.call_method1(
                intern!(py, "fail_requests"),
                (&response, crate::failure::facts(&exchange)?),
            )?;
        }
        if quick.is_none() && !catch_response {
            response.call_method1(intern!(py, "__exit__"), (py.None(), py.None(), py.None()))?;
        }
        Ok(response)
    }

    /// Road 1: the call, if every argument and setting is one whose spelling is known here.
    fn prepare(
        &self,
        py: Python<'_>,
        face: &Face,
        arguments: &Arguments<'_, '_>,
    ) -> PyResult<Option<PartialCall>> {
        let Some(settings) = settings_of(arguments.session)? else {
            return Ok(None);
        };
        let Ok(method) = arguments.method.cast_exact::<PyString>() else {
            return Ok(None);
        };
        let Some(options) = Options::read(arguments.kwargs)? else {
            return Ok(None);
        };
        let Some(url) = complete_url(arguments.session, arguments.url)? else {
            return Ok(None);
        };
        let Some(query) = encode::query(options.params.as_ref())? else {
            return Ok(None);
        };
        let Ok(url) = quote::requests_url(&url, &query) else {
            return Ok(None);
        };
        if url.as_str().contains('@') || !encode::is_plain_host(url.host()) {
            return Ok(None);
        }
        let method = Method::new(&method.to_cow()?.to_ascii_uppercase());
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
        let Some(tls) = tls::profile(py, verify, settings.cert.as_ref())? else {
            return Ok(None);
        };
        let redirects = if options.follow {
            Redirects::Follow {
                max: settings.max_redirects,
            }
        } else {
            Redirects::Never
        };
        let body_is_text = body.is_text;
        Ok(Some(PartialCall {
            method,
            url,
            headers,
            body: body.bytes,
            body_is_text,
            redirects,
            timeouts,
            tls,
        }))
    }

    /// What `requests` prepared as a call; `None` where only `requests` can send it.
    fn prepared_call(
        prepared: &Bound<'_, PyAny>,
        timeout: &Bound<'_, PyAny>,
        redirects: Redirects,
        verify: &Bound<'_, PyAny>,
        cert: &Bound<'_, PyAny>,
    ) -> PyResult<Option<PartialCall>> {
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
        lines.0.retain(|line| line.value.is_some());
        let headers = rendered(&lines, lines.0.len());
        let method = Method::new(&method);
        Ok(Some(PartialCall {
            method,
            url,
            headers,
            body,
            body_is_text,
            redirects,
            timeouts,
            tls,
        }))
    }
}

/// A call without the ticket and session that the sender adds.
struct PartialCall {
    method: Method,
    url: Url,
    headers: Headers,
    body: Bytes,
    body_is_text: bool,
    redirects: Redirects,
    timeouts: Timeouts,
    tls: Arc<TlsProfile>,
}

/// The attributes of the session that matter, if the native road honours them all.
fn settings_of<'py>(session: &Bound<'py, PyAny>) -> PyResult<Option<Settings<'py>>> {
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
            // Empty containers ask for nothing; a filled one is judged by `_requests_face.prepare`.
            "proxies" | "params" | "stream" if value.is_truthy()? => return Ok(None),
            "hooks" | "adapters" | "_pool_manager" => return Ok(None),
            "send" | "request" | "prepare_request" | "get_adapter" => return Ok(None),
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

/// `base_url + url`, or `url` itself if it is absolute.
fn complete_url(session: &Bound<'_, PyAny>, url: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let Ok(url) = url.cast_exact::<PyString>() else {
        return Ok(None);
    };
    let url = url.to_cow()?;
    if starts_with_scheme(&url) {
        return Ok(Some(url.into_owned()));
    }
    let base = session.getattr(intern!(session.py(), "base_url"))?;
    let Ok(base) = base.cast::<PyString>() else {
        return Ok(None);
    };
    let base = base.to_cow()?;
    let mut complete = String::with_capacity(base.len() + url.len());
    complete.push_str(&base);
    complete.push_str(&url);
    Ok(starts_with_scheme(&complete).then_some(complete))
}

/// Locust's test for an absolute URL: `^https?://`, whatever the case.
pub fn starts_with_scheme(url: &str) -> bool {
    let has = |scheme: &str| {
        url.get(..scheme.len())
            .is_some_and(|head| head.eq_ignore_ascii_case(scheme))
    };
    has("http://") || has("https://")
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
        None => face
            .defaults
            .iter()
            .for_each(|(name, value)| lines.set(name, Some(value.clone()))),
    }
    if let Some(headers) = &options.headers {
        if lines.merge(headers)?.is_none() {
            return Ok(None);
        }
    }
    lines.0.retain(|line| line.value.is_some());
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
