//! The native half of `HttpSession`: road 1 of `locust/clients.py`, and the sending half of road 2.
//!
//! One native call per request: read the arguments once, park the greenlet until the engine has the
//! reply, make the lazy response, record. Whatever this file cannot spell exactly as `requests` does
//! goes back to Python (`_call_prepared`), which knows.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3::{PyTraverseError, PyVisit};
use rlocust_engine::http::{Dialect, PoolOptions, quote};
use rlocust_engine::stats::SampleAccount;

use crate::client::http::arguments::{Arguments, LabelArguments};
use crate::client::http::containers;
use crate::client::http::prepare::prepare;
use crate::client::http::prepared::Prepared;
use crate::client::http::shim::Shim;
use crate::client::reply::exchange::PyExchange;
use crate::client::reply::labels::{Labels, merged_context};
use crate::client::reply::{failure, response};
use crate::client::request::call::{self, PartialCall};
use crate::client::session::destination::{self, Destination};
use crate::client::session::report;
use crate::client::session::sender::{self, Sender};
use crate::client::session::with_block;
use crate::hub;

/// The connections and cookies behind one `HttpSession`.
#[pyclass(frozen, name = "HttpClient")]
pub struct PyHttpClient {
    sender: Sender,
    /// The session's class overrides something the native roads bypass.
    is_bypassed: bool,
}

#[pymethods]
impl PyHttpClient {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.sender.traverse(&visit)
    }

    #[new]
    fn new(session: &Bound<'_, PyAny>) -> PyResult<Self> {
        let py = session.py();
        let is_bypassed = Shim::get(py)
            .originals
            .is_overridden_by(&session.get_type())?;
        Ok(Self {
            sender: Sender::for_session(session, PoolOptions::default())?,
            is_bypassed,
        })
    }

    /// See `HttpSession.request`.
    #[expect(clippy::too_many_arguments, reason = "the signature is Locust's")]
    fn request<'py>(
        &self,
        session: &Bound<'py, PyAny>,
        method: &Bound<'py, PyAny>,
        url: &Bound<'py, PyAny>,
        name: &Bound<'py, PyAny>,
        catch_response: &Bound<'py, PyAny>,
        context: &Bound<'py, PyAny>,
        data: &Bound<'py, PyAny>,
        json: &Bound<'py, PyAny>,
        kwargs: &Bound<'py, PyDict>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = session.py();
        let _inside = hub::Inside::enter(py);
        let arguments = Arguments {
            named: LabelArguments::new(session, method, url, name, catch_response, context)?,
            data,
            json,
            kwargs,
        };
        let shim = Shim::get(py);
        if !self.is_intact(py)? {
            return arguments.by_python(intern!(py, "_call_by_requests"));
        }
        let Some(call) = prepare(py, shim, &arguments, &self.sender)? else {
            return arguments.by_python(intern!(py, "_call_prepared"));
        };
        let labels = arguments.named.labels(call.options.redirects, None)?;
        match self.exchange(py, shim, call, labels)? {
            Some(response) => Ok(response),
            None => arguments.by_python(intern!(py, "_call_by_requests")),
        }
    }

    /// Sends what `requests` has prepared (road 2); answers None where only `requests` can.
    #[expect(
        clippy::too_many_arguments,
        reason = "a call of Python's, with the arguments of `request`"
    )]
    fn send_prepared<'py>(
        &self,
        session: &Bound<'py, PyAny>,
        method: &Bound<'py, PyAny>,
        url: &Bound<'py, PyAny>,
        name: &Bound<'py, PyAny>,
        catch_response: &Bound<'py, PyAny>,
        context: &Bound<'py, PyAny>,
        prepared: Prepared<'py>,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let py = session.py();
        let _inside = hub::Inside::enter(py);
        let named = LabelArguments::new(session, method, url, name, catch_response, context)?;
        let max: u32 = session.getattr(intern!(py, "max_redirects"))?.extract()?;
        let redirects = call::redirects(prepared.follow, max);
        let request = prepared.request.clone().unbind();
        let Some(call) = prepared.into_call(redirects)? else {
            return Ok(None);
        };
        let labels = named.labels(redirects, Some(request))?;
        self.exchange(py, Shim::get(py), call, labels)
    }

    /// The jar that `client.cookies` is.
    fn cookies<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let class = py
            .import("rlocust._clients.cookies")?
            .getattr("SessionCookies")?;
        slf.get().sender.python_jar(py, &class)
    }

    /// Whether `requests` itself has to carry calls to this URL's host, as an earlier call has found out.
    fn leaves_to_requests(&self, url: &Bound<'_, PyAny>) -> bool {
        let hosts = &self.sender.python_hosts;
        let is_theirs = |url: String| quote::prepared_url(&url).is_ok_and(|url| hosts.serve(&url));
        hosts.are_any() && url.extract().is_ok_and(is_theirs)
    }

    /// Whether nobody has replaced or overridden what the native roads bypass.
    fn is_intact(&self, py: Python<'_>) -> PyResult<bool> {
        Ok(!self.is_bypassed && Shim::get(py).originals.is_intact(py)?)
    }

    /// Whether a session's `adapters` are those it was made with.
    #[staticmethod]
    fn are_own_adapters(adapters: &Bound<'_, PyAny>) -> PyResult<bool> {
        containers::are_own_adapters(adapters, &Shim::get(adapters.py()).adapter)
    }

    /// The address that its connections come from (`--source-address`), or None.
    fn source_address(&self, py: Python<'_>) -> PyResult<Option<String>> {
        Ok(self.sender.source(py)?.map(|source| source.to_string()))
    }

    /// Closes the connections that are idle now.
    fn close_idle(&self) {
        self.sender.close_idle();
    }
}

impl PyHttpClient {
    /// Sends, waits, makes the response and reports it. Answers None where only `requests` reaches the host.
    fn exchange<'py>(
        &self,
        py: Python<'py>,
        shim: &Shim,
        mut call: Box<PartialCall>,
        labels: Labels,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        if self.sender.python_hosts.serve(&call.url) {
            return Ok(None);
        }
        let session = labels.session.bind(py).clone();
        let recorder = destination::recorder_of(&session)?;
        let accounts = destination::accounts(recorder.as_ref());
        let asked = call.asked();
        let sent = self.sender.send(py, accounts, |ticket, session| {
            call.complete(ticket, session)
        });
        let reply = sent.map_err(|interrupted| sender::cut(py, accounts, interrupted))?;
        if self.sender.python_hosts.take_over(&reply) {
            return Ok(None);
        }
        let account = SampleAccount::open(accounts);
        Self::conclude(py, shim, PyExchange::new(labels, asked, reply, account)).map(Some)
    }

    /// Makes the response and reports it.
    #[inline(never)] // not in the frame that is parked, see `Sender::send`
    fn conclude<'py>(
        py: Python<'py>,
        shim: &Shim,
        mut exchange: PyExchange,
    ) -> PyResult<Bound<'py, PyAny>> {
        let session = exchange.labels.session.bind(py).clone();
        exchange.labels.context = merged_context(&session, exchange.labels.context.bind(py))?;
        let reply = &exchange.reply;
        let answer = reply.response().filter(|_| reply.error.is_none());
        let is_failure = answer.is_none_or(|answer| answer.status >= 400);
        // Listeners may have come or gone during the call.
        let heard = if is_failure || exchange.labels.catch_response {
            None
        } else {
            Some(destination::destination_of(&session)?)
        };
        let is_recorded = match heard.as_ref().and_then(Destination::only) {
            Some(recorder) => destination::record_success(recorder, &exchange).map(|()| true)?,
            None => false,
        };
        let catch_response = exchange.labels.catch_response;
        let exchange = Bound::new(py, exchange)?;
        let response = response::of_class(&shim.response, &exchange)?;
        if exchange.get().reply.error.is_some() {
            let failures = py.import(intern!(py, "rlocust._clients.requests_errors"))?;
            failures.call_method1(
                intern!(py, "fail_requests"),
                (&response, failure::facts(&exchange)?),
            )?;
        }
        if is_recorded || catch_response {
            return Ok(response);
        }
        match heard {
            Some(heard) if with_block::is_intact(py, Dialect::Requests)? => {
                report::to_listeners(&heard, &exchange, &response, None, false)?;
            }
            _ => {
                let nothing = (py.None(), py.None(), py.None());
                response.call_method1(intern!(py, "__exit__"), nothing)?;
            }
        }
        Ok(response)
    }
}
