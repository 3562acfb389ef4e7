//! The native half of `FastHttpSession`: geventhttpclient's spelling and rules, the engine's transport.
//!
//! Whatever only geventhttpclient can carry (files, streams, proxies, foreign arguments, a shared or
//! changed user agent) goes back to Python (`_call_by_agent`).
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBytes, PyDict, PyString, PyType};
use pyo3::{PyTraverseError, PyVisit};
use rlocust_engine::clock;
use rlocust_engine::http::{
    Attempts, Call, CutPhase, Dialect, Headers, HttpError, Method, Outcome, PoolOptions, Redirects,
    Sent, Session, Ticket, Timeouts, Timing, TlsProfile, Url,
};

use crate::encode::{self, Lines};
use crate::exchange::{Asked, Labels, PyExchange};
use crate::face::Originals;
use crate::hub::Interrupted;
use crate::place;
use crate::prepare::starts_with_scheme;
use crate::sender::{self, Destination, Sender};
use crate::{tls, urls};

/// Statuses that count as success; Locust's list.
const SUCCESSES: [u16; 16] = [
    200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 301, 302, 303, 304, 307, 308,
];

/// What Locust asks for when the suite does not.
const ACCEPT_ENCODING: &[u8] = b"gzip, deflate, br";

/// What `contrib/fasthttp.py` hands over once.
struct Face {
    response: Py<PyType>,
    with_block: Py<PyType>,
    originals: Originals,
    new_object: Py<PyAny>,
}

static FACE: PyOnceLock<Face> = PyOnceLock::new();

impl Face {
    fn get(py: Python<'_>) -> &Self {
        FACE.get(py)
            .expect("contrib/fasthttp.py calls configure_fasthttp when it is imported")
    }
}

#[pyfunction]
pub fn configure_fasthttp(
    response: Bound<'_, PyType>,
    with_block: Bound<'_, PyType>,
    originals: Vec<(Py<PyAny>, Py<PyString>, Py<PyAny>)>,
) -> PyResult<()> {
    let py = response.py();
    let new_object = py
        .import("builtins")?
        .getattr("object")?
        .getattr("__new__")?
        .unbind();
    FACE.set(
        py,
        Face {
            response: response.unbind(),
            with_block: with_block.unbind(),
            originals: Originals(originals),
            new_object,
        },
    )
    .ok();
    Ok(())
}

/// The connections and cookies behind one `FastHttpSession`.
#[pyclass(frozen, name = "FastClient")]
pub struct PyFastClient {
    sender: Sender,
    user_agent: String,
    default_headers: Py<PyAny>,
    /// The headers of a call that gives none.
    plain_block: Headers,
    timeouts: Timeouts,
    max_redirects: u32,
    max_retries: u32,
    verifies: bool,
    /// The session's class overrides something the native road bypasses.
    is_bypassed: bool,
}

struct Arguments<'a, 'py> {
    session: &'a Bound<'py, PyAny>,
    method: &'a Bound<'py, PyAny>,
    data: &'a Bound<'py, PyAny>,
    headers: &'a Bound<'py, PyAny>,
    auth: &'a Bound<'py, PyAny>,
    json: &'a Bound<'py, PyAny>,
    params: &'a Bound<'py, PyAny>,
}

/// A call without the ticket and session that the sender adds.
struct PartialCall {
    method: Method,
    url: Url,
    headers: Headers,
    body: Bytes,
    body_is_text: bool,
}

/// What is known of a call while it is under way.
struct Pending {
    labels: Labels,
    asked: Asked,
    method: Method,
    url: Url,
    submitted: Instant,
}

#[pymethods]
impl PyFastClient {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.default_headers)?;
        self.sender.traverse(&visit)
    }

    #[new]
    #[allow(
        clippy::too_many_arguments,
        reason = "the class attributes of FastHttpUser"
    )]
    fn new(
        session: &Bound<'_, PyAny>,
        user_agent: String,
        default_headers: Py<PyAny>,
        network_timeout: f64,
        connection_timeout: f64,
        max_redirects: u32,
        max_retries: u32,
        concurrency: usize,
        verifies: bool,
    ) -> PyResult<Self> {
        let originals = &Face::get(session.py()).originals;
        let is_bypassed = originals.is_overridden_by(&session.get_type())?;
        let own_pool = PoolOptions {
            idle_per_host: concurrency,
            limit_per_host: Some(concurrency),
            ..PoolOptions::default()
        };
        let limit =
            |seconds: f64| (seconds > 0.0).then(|| Duration::from_secs_f64(seconds.min(1e9)));
        Ok(Self {
            sender: Sender::for_session(session, own_pool)?,
            plain_block: plain_block(&user_agent),
            user_agent,
            default_headers,
            timeouts: Timeouts {
                connect: limit(connection_timeout),
                read: limit(network_timeout),
            },
            max_redirects,
            max_retries,
            verifies,
            is_bypassed,
        })
    }

    /// One call on the native road; answers None where geventhttpclient must carry it.
    #[allow(clippy::too_many_arguments, reason = "the signature is Locust's")]
    fn request<'py>(
        &self,
        session: &Bound<'py, PyAny>,
        method: &Bound<'py, PyAny>,
        url: &Bound<'py, PyAny>,
        name: &Bound<'py, PyAny>,
        data: &Bound<'py, PyAny>,
        catch_response: &Bound<'py, PyAny>,
        headers: &Bound<'py, PyAny>,
        auth: &Bound<'py, PyAny>,
        json: &Bound<'py, PyAny>,
        allow_redirects: &Bound<'py, PyAny>,
        context: &Bound<'py, PyAny>,
        params: &Bound<'py, PyAny>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = session.py();
        if self.is_bypassed || !Face::get(py).originals.is_intact(py)? {
            return Ok(None);
        }
        let catch_response = catch_response.is_truthy()?;
        let allow_redirects = allow_redirects.is_truthy()?;
        let Ok(url) = url.cast_exact::<PyString>() else {
            return Ok(None);
        };
        let arguments = Arguments {
            session,
            method,
            data,
            headers,
            auth,
            json,
            params,
        };
        let Some(built_url) = complete_url(session, url)? else {
            return Ok(None);
        };
        let Some(call) = self.prepare(&arguments, &built_url)? else {
            return Ok(None);
        };
        let follows = allow_redirects && self.max_redirects > 0;
        let name = if name.is_truthy()? {
            name.clone()
        } else {
            url.clone().into_any()
        };
        let labels = Labels {
            session: session.clone().unbind(),
            request_type: method.clone().unbind(),
            name: Some(name.unbind()),
            url: url.clone().into_any().unbind(),
            first_url: Some(built_url),
            context: context.clone().unbind(),
            catch_response,
            follows_redirects: follows,
            prepared: None,
            place: place::if_decided_by_suite(py, catch_response)?,
        };
        self.exchange(py, call, labels)
    }

    /// The jar that `client.cookiejar` is.
    fn cookies<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let class = py.import("rlocust._cookies")?.getattr("AgentCookies")?;
        slf.get().sender.python_jar(py, &class)
    }

    /// Closes the connections that are idle now.
    fn close_idle(&self) {
        self.sender.close_idle();
    }
}

impl PyFastClient {
    fn exchange<'py>(
        &self,
        py: Python<'py>,
        call: Box<PartialCall>,
        labels: Labels,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        if self.sender.python_hosts.serve(&call.url) {
            return Ok(None);
        }
        let face = Face::get(py);
        let recorder = sender::recorder_of(labels.session.bind(py))?;
        let tls = if self.verifies {
            tls::of_geventhttpclient(py)?
        } else {
            None
        };
        let follows = labels.follows_redirects;
        let pending = Box::new(Pending {
            labels,
            asked: Asked {
                headers: call.headers.clone(),
                body_is_text: call.body_is_text,
            },
            method: call.method.clone(),
            url: call.url.clone(),
            submitted: clock::instant(),
        });
        let submitted = pending.submitted;
        let sent = self
            .sender
            .send(py, recorder.accounts(), |ticket, session| {
                let tls = tls.unwrap_or_else(tls::unverified);
                self.complete(call, ticket, session, submitted, follows, tls)
            });
        if let Ok(outcome) = &sent
            && self.sender.python_hosts.take_over(outcome)
        {
            return Ok(None);
        }
        self.conclude(py, face, pending, sent, &recorder).map(Some)
    }

    #[expect(
        clippy::boxed_local,
        reason = "the parked frame holds the box, not the call"
    )]
    #[inline(never)] // not in the frame that is parked, see `Sender::send`
    fn complete(
        &self,
        call: Box<PartialCall>,
        ticket: Ticket,
        session: Session,
        submitted: Instant,
        follows: bool,
        tls: Arc<TlsProfile>,
    ) -> Box<Call> {
        let call = *call;
        Box::new(Call {
            ticket,
            session,
            submitted,
            method: call.method,
            url: call.url,
            headers: call.headers,
            body: call.body,
            dialect: Dialect::Ghc,
            redirects: if follows {
                Redirects::Follow {
                    max: self.max_redirects,
                }
            } else {
                Redirects::Never
            },
            timeouts: self.timeouts,
            tls,
            decode: true,
            max_retries: self.max_retries,
            cookies: None,
        })
    }

    /// Makes the response and reports it.
    #[inline(never)] // not in the frame that is parked, see `Sender::send`
    fn conclude<'py>(
        &self,
        py: Python<'py>,
        face: &Face,
        pending: Box<Pending>,
        sent: Result<Box<Outcome>, Interrupted>,
        recorder: &Destination<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Pending {
            labels,
            asked,
            method,
            url,
            submitted,
        } = *pending;
        let (outcome, timeout) = match sent {
            Ok(outcome) => (outcome, None),
            Err(interrupted) if is_gevent_timeout(py, &interrupted.error)? => {
                (timed_out(method, url, submitted), Some(interrupted.error))
            }
            Err(interrupted) => return Err(sender::cut(py, recorder.accounts(), interrupted)),
        };
        let exchange = PyExchange::new(labels, asked, outcome, recorder.accounts().cloned());
        // Listeners may have come or gone during the call.
        let now = sender::recorder_of(exchange.labels.session.bind(py))?;
        let outcome = &exchange.outcome;
        let catch_response = exchange.labels.catch_response;
        let is_success = outcome.error.is_none()
            && outcome
                .response()
                .is_some_and(|response| SUCCESSES.contains(&response.status));
        let quick = if is_success && !catch_response {
            now.only()
        } else {
            None
        };
        if let Some(recorder) = quick {
            sender::record_success(recorder, &exchange)?;
        }
        let exchange = Bound::new(py, exchange)?;
        let class = if catch_response {
            &face.with_block
        } else {
            &face.response
        };
        let response = face.new_object.bind(py).call1((class,))?;
        response.setattr(intern!(py, "_exchange"), &exchange)?;
        if !is_success {
            self.fail(&response, &exchange, timeout)?;
        }
        if quick.is_none() && !catch_response {
            response.call_method0(intern!(py, "_report_exchange"))?;
        }
        Ok(response)
    }

    /// Gives the response its error: of the status, of the body, or of the whole exchange.
    fn fail(
        &self,
        response: &Bound<'_, PyAny>,
        exchange: &Bound<'_, PyExchange>,
        timeout: Option<PyErr>,
    ) -> PyResult<()> {
        let py = response.py();
        let facts = crate::failure::facts(exchange)?;
        let is_in_body = matches!(
            exchange.get().outcome.error,
            Some(
                HttpError::ReadTimeoutInBody { .. }
                    | HttpError::ShortBody { .. }
                    | HttpError::TruncatedChunked { .. }
                    | HttpError::BadChunk { .. }
                    | HttpError::Decode { .. }
                    | HttpError::UnknownEncoding { .. }
                    | HttpError::Http2 {
                        during: CutPhase::Answering,
                        ..
                    }
            )
        );
        facts.set_item("asked_url", &exchange.get().labels.first_url)?;
        facts.set_item("max_retries", self.max_retries)?;
        facts.set_item("max_redirects", self.max_redirects)?;
        facts.set_item("is_in_body", is_in_body)?;
        facts.set_item("original", timeout.map(|error| error.into_value(py)))?;
        response.call_method1(intern!(py, "_fail"), (facts,))?;
        Ok(())
    }

    /// Nothing is given but method and URL: the block of headers is always the same.
    fn is_plain(&self, arguments: &Arguments<'_, '_>) -> PyResult<bool> {
        let py = arguments.session.py();
        let auth_header = arguments.session.getattr(intern!(py, "auth_header"))?;
        Ok(self.default_headers.is_none(py)
            && arguments.headers.is_none()
            && arguments.auth.is_none()
            && arguments.data.is_none()
            && arguments.json.is_none()
            && auth_header.is_none())
    }

    #[inline(never)] // not in the frame that is parked, see `Sender::send`
    fn prepare(
        &self,
        arguments: &Arguments<'_, '_>,
        url: &str,
    ) -> PyResult<Option<Box<PartialCall>>> {
        let Ok(method) = arguments.method.cast_exact::<PyString>() else {
            return Ok(None);
        };
        let Some(query) = encode::query(Some(arguments.params))? else {
            return Ok(None);
        };
        let Some(url) = urls::for_geventhttpclient(url, &query) else {
            return Ok(None);
        };
        let method = Method::new(&method.to_cow()?.to_ascii_uppercase());
        if self.is_plain(arguments)? {
            return Ok(Some(Box::new(PartialCall {
                method,
                url,
                headers: self.plain_block.clone(),
                body: Bytes::new(),
                body_is_text: true,
            })));
        }
        let mut lines = Lines::default();
        lines.set("User-Agent", Some(self.user_agent.clone().into_bytes()));
        let defaults = self.default_headers.bind(arguments.session.py());
        if defaults.is_truthy()? && lines.merge(defaults)?.is_none() {
            return Ok(None);
        }
        if !given_headers(&mut lines, arguments)? {
            return Ok(None);
        }
        let Some(body) = body(&mut lines, arguments)? else {
            return Ok(None);
        };
        if lines.0.iter().any(|line| line.value.is_none()) || lines.contains("transfer-encoding") {
            return Ok(None);
        }
        let mut headers = Headers::new();
        for line in &lines.0 {
            headers.push(&line.name, line.value.as_deref().unwrap_or_default());
        }
        headers.cookies_go_here();
        let body_is_text = !lines.0.iter().any(|line| line.name == "content-length")
            && !arguments.data.is_exact_instance_of::<PyBytes>();
        Ok(Some(Box::new(PartialCall {
            method,
            url,
            headers,
            body,
            body_is_text,
        })))
    }
}

fn plain_block(user_agent: &str) -> Headers {
    let mut headers = Headers::new();
    headers.push("User-Agent", user_agent);
    headers.push("Accept-Encoding", ACCEPT_ENCODING);
    headers.cookies_go_here();
    headers
}

/// `gevent.Timeout` around a call: geventhttpclient makes a failed request of it and swallows it.
fn is_gevent_timeout(py: Python<'_>, error: &PyErr) -> PyResult<bool> {
    let timeout = py
        .import(intern!(py, "gevent.timeout"))?
        .getattr(intern!(py, "Timeout"))?;
    error.value(py).is_instance(&timeout)
}

/// The outcome of a call that a `gevent.Timeout` ended. Its attempts are booked when the engine reports
/// them; here one stands for them, so that the sample counts as failed after it was sent.
fn timed_out(method: Method, url: Url, submitted: Instant) -> Box<Outcome> {
    let elapsed = submitted.elapsed();
    let timing = Timing {
        submitted,
        taken_up: submitted,
        started: clock::wall() - elapsed,
        elapsed,
        last_hop_headers: Duration::ZERO,
        dns: None,
        connect: None,
        tls: None,
        ttfb: None,
        body: None,
        reused: false,
    };
    Box::new(Outcome {
        ticket: Ticket(0),
        hops: Vec::new(),
        error: Some(HttpError::ReadTimeoutBeforeHeaders {
            limit: Duration::ZERO,
        }),
        unanswered: Some(Sent {
            method,
            url,
            head: Bytes::new(),
            body: Bytes::new(),
        }),
        timing,
        finished: clock::instant(),
        attempts: Attempts {
            failed_after_send: 1,
            ..Attempts::default()
        },
        cookies_changed: false,
    })
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
            return Ok(Some(Bytes::new()));
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

/// `base_url + url`, or `url` itself if it is absolute.
fn complete_url(session: &Bound<'_, PyAny>, url: &Bound<'_, PyString>) -> PyResult<Option<String>> {
    let url = url.to_cow()?;
    if starts_with_scheme(&url) {
        return Ok(Some(url.into_owned()));
    }
    let base: Option<String> = session
        .getattr(intern!(session.py(), "base_url"))?
        .extract()?;
    Ok(base.map(|base| format!("{base}{url}")))
}
