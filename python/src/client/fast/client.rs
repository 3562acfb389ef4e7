//! The native half of `FastHttpSession`: geventhttpclient's rules, the engine's transport. How a call is
//! spelt stands in `prepare.rs`.
//!
//! Whatever only geventhttpclient can carry (files, streams, proxies, foreign arguments, a shared or
//! changed user agent) goes back to Python (`_call_by_agent`).
use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};
use pyo3::{PyTraverseError, PyVisit};
use rlocust_engine::clock;
use rlocust_engine::http::{
    Attempts, Hop, HttpError, Method, PoolOptions, Reply, Sent, Ticket, Timeouts, Timing,
    TlsProfile, Url,
};
use rlocust_engine::stats::{LateFailure, OwedSample, SampleAccount};

use crate::client::fast::prepare::{self, Arguments, Manner, Terms};
use crate::client::reply::exchange::PyExchange;
use crate::client::reply::labels::{Asked, Labels, merged_context};
use crate::client::reply::place;
use crate::client::request::call::{self, PartialCall};
use crate::client::request::{tls, urls};
use crate::client::session::destination::{self, Destination};
use crate::client::session::originals::{Named, Originals};
use crate::client::session::sender::{self, Sender};
use crate::hub::{self, Interrupted};

/// Statuses that count as success; Locust's list.
const SUCCESSES: [u16; 16] = [
    200, 201, 202, 203, 204, 205, 206, 207, 208, 226, 301, 302, 303, 304, 307, 308,
];

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
    session: &Bound<'_, PyType>,
    response: Bound<'_, PyType>,
    with_block: Bound<'_, PyType>,
    originals: Vec<Named<'_>>,
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
            originals: Originals::note(session, originals)?,
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
    manner: Manner,
    default_headers: Py<PyAny>,
    timeouts: Timeouts,
    limits: Limits,
    verifies: bool,
    /// The session's class overrides something the native road bypasses.
    is_bypassed: bool,
}

/// What is known of a call while it is under way.
struct Pending {
    labels: Labels,
    asked: Asked,
    method: Method,
    url: Url,
    submitted: Instant,
    limits: Limits,
}

/// What `FastHttpSession._settings_of_call` answers: default headers, or None, and the limits.
type Settings<'py> = (Bound<'py, PyAny>, u32, u32, u32, u32);

/// How often a call may go on; errors tell of the user agent's own limits whatever the call says.
#[derive(Copy, Clone)]
struct Limits {
    redirects: u32,
    retries: u32,
    told_redirects: u32,
    told_retries: u32,
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
            manner: Manner::new(user_agent),
            default_headers,
            timeouts: Timeouts {
                connect: limit(connection_timeout),
                read: limit(network_timeout),
            },
            limits: Limits {
                redirects: max_redirects,
                retries: max_retries,
                told_redirects: max_redirects,
                told_retries: max_retries,
            },
            verifies,
            is_bypassed,
        })
    }

    /// One call on the native road; answers None where geventhttpclient must carry it. Where only the handshake
    /// shows that, it answers the context of the call, as a tuple of one: `user.context()` is asked once.
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
        settings: Option<Settings<'py>>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = session.py();
        let (changed, limits) = match settings {
            Some((headers, redirects, retries, told_redirects, told_retries)) => (
                Some(headers).filter(|headers| !headers.is_none()),
                Limits {
                    redirects,
                    retries,
                    told_redirects,
                    told_retries,
                },
            ),
            None => (None, self.limits),
        };
        let originals = &Face::get(py).originals;
        if self.is_bypassed || !originals.is_intact(py)? || has_own_methods(session)? {
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
            default_headers: changed.as_ref().unwrap_or(self.default_headers.bind(py)),
        };
        let Some(built_url) = urls::complete(session, url)? else {
            return Ok(None);
        };
        let Some(tls) = self.tls(py)? else {
            return Ok(None);
        };
        let follows = allow_redirects && limits.redirects > 0;
        let terms = Terms {
            redirects: call::redirects(follows, limits.redirects),
            max_retries: limits.retries,
            timeouts: self.timeouts,
            tls,
        };
        let Some(call) = prepare::prepare(&self.manner, &arguments, &built_url, terms)? else {
            return Ok(None);
        };
        if self.sender.python_hosts.serve(&call.url) {
            return Ok(None);
        }
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
            context: merged_context(session, context)?,
            catch_response,
            follows_redirects: follows,
            prepared: None,
            place: place::if_decided_by_suite(py, catch_response)?,
        };
        self.exchange(py, call, labels, limits)
    }

    /// The jar that `client.cookiejar` is.
    fn cookies<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let class = py.import("rlocust._clients.cookies")?.getattr("AgentCookies")?;
        slf.get().sender.python_jar(py, &class)
    }

    /// Closes the connections that are idle now.
    fn close_idle(&self) {
        self.sender.close_idle();
    }
}

impl PyFastClient {
    /// What the session asks of certificates, if the engine can do it.
    fn tls(&self, py: Python<'_>) -> PyResult<Option<Arc<TlsProfile>>> {
        if self.verifies {
            tls::of_geventhttpclient(py)
        } else {
            Ok(Some(tls::unverified()))
        }
    }

    fn exchange<'py>(
        &self,
        py: Python<'py>,
        mut call: Box<PartialCall>,
        labels: Labels,
        limits: Limits,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let face = Face::get(py);
        let recorder = destination::recorder_of(labels.session.bind(py))?;
        let pending = Box::new(Pending {
            labels,
            asked: call.asked(),
            method: call.method.clone(),
            url: call.url.clone(),
            submitted: clock::instant(),
            limits,
        });
        let sent = self
            .sender
            .send(py, recorder.accounts(), |ticket, session| {
                call.complete(ticket, session)
            });
        if let Ok(reply) = &sent
            && self.sender.python_hosts.take_over(reply)
        {
            let context = PyTuple::new(py, [&pending.labels.context])?;
            return Ok(Some(context.into_any()));
        }
        Self::conclude(py, face, pending, sent, &recorder).map(Some)
    }

    /// Makes the response and reports it.
    #[inline(never)] // not in the frame that is parked, see `Sender::send`
    fn conclude<'py>(
        py: Python<'py>,
        face: &Face,
        pending: Box<Pending>,
        sent: Result<Box<Reply>, Interrupted>,
        recorder: &Destination<'py>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Pending {
            labels,
            asked,
            method,
            url,
            submitted,
            limits,
        } = *pending;
        let mut late = None;
        let (reply, timeout) = match sent {
            Ok(reply) => (reply, None),
            Err(interrupted) if is_gevent_timeout(py, &interrupted.error)? => {
                late = Some(late_failure(py, recorder, &interrupted)?);
                (timed_out(method, url, submitted), Some(interrupted.error))
            }
            Err(interrupted) => return Err(sender::cut(py, recorder.accounts(), interrupted)),
        };
        let account = match late {
            Some(late) => SampleAccount::open_late(recorder.accounts(), late),
            None => SampleAccount::open(recorder.accounts()),
        };
        let exchange = PyExchange::new(labels, asked, reply, account);
        // Listeners may have come or gone during the call.
        let now = destination::recorder_of(exchange.labels.session.bind(py))?;
        let reply = &exchange.reply;
        let catch_response = exchange.labels.catch_response;
        let is_success = reply.error.is_none()
            && reply
                .response()
                .is_some_and(|response| SUCCESSES.contains(&response.status));
        let quick = if is_success && !catch_response {
            now.only()
        } else {
            None
        };
        if let Some(recorder) = quick {
            destination::record_success(recorder, &exchange)?;
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
            fail(&response, &exchange, limits, timeout)?;
        }
        if quick.is_none() && !catch_response {
            response.call_method0(intern!(py, "_report_exchange"))?;
        }
        Ok(response)
    }
}

/// Methods set on this one session, which the native road would not call.
fn has_own_methods(session: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = session.py();
    let own = session
        .getattr(intern!(py, "__dict__"))?
        .cast_into::<PyDict>()?;
    Ok(own.contains(intern!(py, "_build_url"))?
        || own.contains(intern!(py, "_send_request_safe_mode"))?)
}

/// Gives the response its error: of the status, of the body, or of the whole exchange.
fn fail(
    response: &Bound<'_, PyAny>,
    exchange: &Bound<'_, PyExchange>,
    limits: Limits,
    timeout: Option<PyErr>,
) -> PyResult<()> {
    let py = response.py();
    let facts = crate::client::reply::failure::facts(exchange)?;
    let reply = &exchange.get().reply;
    // The body of a status that is an error is read inside the user agent: its faults leave no response.
    let is_good = |hop: &Hop| SUCCESSES.contains(&hop.status);
    let is_in_body = reply.unanswered.is_none()
        && reply.response().is_some_and(is_good)
        && (reply.error.as_ref()).is_some_and(HttpError::is_of_body);
    facts.set_item("asked_url", &exchange.get().labels.first_url)?;
    facts.set_item("max_retries", limits.told_retries)?;
    facts.set_item("max_redirects", limits.told_redirects)?;
    facts.set_item("is_in_body", is_in_body)?;
    facts.set_item("original", timeout.map(|error| error.into_value(py)))?;
    response.call_method1(intern!(py, "_fail"), (facts,))?;
    Ok(())
}

/// `gevent.Timeout` around a call: geventhttpclient makes a failed request of it and swallows it.
fn is_gevent_timeout(py: Python<'_>, error: &PyErr) -> PyResult<bool> {
    let timeout = py
        .import(intern!(py, "gevent.timeout"))?
        .getattr(intern!(py, "Timeout"))?;
    error.value(py).is_instance(&timeout)
}

/// The sample of a call that was given up: whether it was sent is known when the call ends, if it has not already.
fn late_failure(
    py: Python<'_>,
    recorder: &Destination<'_>,
    interrupted: &Interrupted,
) -> PyResult<LateFailure> {
    let late = LateFailure::default();
    if let (Some(recorder), Some(reply)) = (recorder.accounts(), &interrupted.reply) {
        late.settle(recorder, &reply.end());
    } else if let Some(ticket) = interrupted.owed {
        hub::hub(py)?.owe(ticket, OwedSample::Failed(late.clone()));
    }
    Ok(late)
}

/// The reply of a call that a `gevent.Timeout` ended. Its attempts are booked when the engine reports them; here
/// one stands for them, so that the sample counts as failed after it was sent unless the call's end says otherwise
/// (`LateFailure`).
fn timed_out(method: Method, url: Url, submitted: Instant) -> Box<Reply> {
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
    Box::new(Reply {
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
