//! The native half of `FastHttpSession`: geventhttpclient's rules, the engine's transport. How a call is
//! spelt stands in `prepare.rs`.
//!
//! Whatever only geventhttpclient can carry (files, streams, proxies, foreign arguments, a shared or
//! changed user agent) goes back to Python (`_call_by_agent`).
use std::sync::Arc;
use std::time::Duration;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};
use rlocust_engine::clock;
use rlocust_engine::http::{Dialect, PoolOptions, Redirects, Timeouts, TlsProfile};

use crate::client::attributes::attributes_of;
use crate::client::fast::call::FastCall;
use crate::client::fast::limits::Limits;
use crate::client::fast::pending::Pending;
use crate::client::fast::prepare::{ClientDefaults, Spelling, prepare};
use crate::client::fast::shim::Shim;
use crate::client::reply::labels::{Labels, merged_context};
use crate::client::reply::place;
use crate::client::request::call::{self, CallOptions, PartialCall};
use crate::client::request::{tls, urls};
use crate::client::session::destination;
use crate::client::session::sender::Sender;
use crate::hub;

/// The connections and cookies behind one `FastHttpSession`.
#[pyclass(frozen, name = "FastClient")]
pub struct PyFastClient {
    sender: Sender,
    defaults: ClientDefaults,
    default_headers: Py<PyAny>,
    timeouts: Timeouts,
    limits: Limits,
    verifies: bool,
    /// The user agent carries all calls: it was set up as the native road cannot, or the session's class overrides
    /// something that road bypasses.
    is_bypassed: bool,
}

/// What `FastHttpSession._settings_of_call` answers: default headers, or None, and the limits.
type Settings<'py> = (Bound<'py, PyAny>, u32, u32, u32, u32);

#[pymethods]
impl PyFastClient {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.default_headers)?;
        self.sender.traverse(&visit)
    }

    #[new]
    #[expect(
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
        needs_agent: bool,
    ) -> PyResult<Self> {
        let originals = &Shim::get(session.py()).originals;
        let is_bypassed = needs_agent || originals.is_overridden_by(&session.get_type())?;
        let own_pool = PoolOptions {
            idle_per_host: concurrency,
            limit_per_host: Some(concurrency),
            ..PoolOptions::default()
        };
        let limit =
            |seconds: f64| (seconds > 0.0).then(|| Duration::from_secs_f64(seconds.min(1e9)));
        Ok(Self {
            sender: Sender::for_session(session, own_pool)?,
            defaults: ClientDefaults::new(user_agent),
            default_headers,
            timeouts: Timeouts {
                connect: limit(connection_timeout),
                read: limit(network_timeout),
            },
            limits: Limits::of_agent(max_redirects, max_retries),
            verifies,
            is_bypassed,
        })
    }

    /// The response; or a call where geventhttpclient must make it. That is the given one, or where only the handshake
    /// shows it, one with its whole context: `user.context()` is asked once.
    fn request<'py>(
        &self,
        session: &Bound<'py, PyAny>,
        call: &Bound<'py, FastCall>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let _inside = hub::Inside::enter(session.py());
        match self.begin(session, call.get())? {
            Some((ready, pending)) => self.exchange(call, ready, pending),
            None => Ok(call.clone().into_any()),
        }
    }

    /// The jar that `client.cookiejar` is.
    fn cookies<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        let py = slf.py();
        let class = py
            .import("rlocust._clients.cookies")?
            .getattr("AgentCookies")?;
        slf.get().sender.python_jar(py, &class)
    }

    /// Closes the connections that are idle now.
    fn close_idle(&self) {
        self.sender.close_idle();
    }
}

impl PyFastClient {
    /// The call in the engine's words, if the native road can carry it.
    #[inline(never)] // not in the frame that is parked, see `Sender::send`
    fn begin(
        &self,
        session: &Bound<'_, PyAny>,
        call: &FastCall,
    ) -> PyResult<Option<(Box<PartialCall>, Box<Pending>)>> {
        let py = session.py();
        if call.stream.is_truthy(py)? {
            return Ok(None);
        }
        let Some((changed_headers, limits)) = self.settings_of_call(session, call)? else {
            return Ok(None);
        };
        let Some(first_url) = urls::complete(session, call.url.bind(py))? else {
            return Ok(None);
        };
        let Some(options) = self.options(py, call, limits)? else {
            return Ok(None);
        };
        let follows_redirects = options.redirects != Redirects::Never;
        let spelling = Spelling {
            session,
            defaults: &self.defaults,
            default_headers: changed_headers
                .as_ref()
                .unwrap_or(self.default_headers.bind(py)),
        };
        let Some(mut ready) = prepare(&spelling, call, &first_url, options)? else {
            return Ok(None);
        };
        if self.sender.python_hosts.serve(&ready.url) {
            return Ok(None);
        }
        let labels = labels(session, call, first_url, follows_redirects)?;
        let pending = Box::new(Pending {
            labels,
            asked: ready.asked(),
            method: ready.method.clone(),
            url: ready.url.clone(),
            submitted: clock::instant(),
            limits,
        });
        Ok(Some((ready, pending)))
    }

    /// Default headers, if they are others than at the start, and the limits of a call; nothing where only the user
    /// agent can carry it.
    fn settings_of_call<'py>(
        &self,
        session: &Bound<'py, PyAny>,
        call: &FastCall,
    ) -> PyResult<Option<(Option<Bound<'py, PyAny>>, Limits)>> {
        let py = session.py();
        if self.is_bypassed || !Shim::get(py).originals.is_intact(py)? {
            return Ok(None);
        }
        let own = attributes_of(session)?;
        // Methods set on this one session: the native road would not call them.
        if own.contains(intern!(py, "_build_url"))?
            || own.contains(intern!(py, "_send_request_safe_mode"))?
        {
            return Ok(None);
        }
        let others = call.others.bind(py);
        if !others.is_truthy()? && !own.contains(intern!(py, "client"))? {
            return Ok(Some((None, self.limits)));
        }
        let settings = session.call_method1(intern!(py, "_settings_of_call"), (others,))?;
        let Some(settings) = settings.extract::<Option<Settings<'py>>>()? else {
            return Ok(None);
        };
        let (headers, redirects, retries, agent_redirects, agent_retries) = settings;
        let limits = Limits {
            redirects,
            retries,
            agent_redirects,
            agent_retries,
        };
        Ok(Some((
            Some(headers).filter(|headers| !headers.is_none()),
            limits,
        )))
    }

    fn options(
        &self,
        py: Python<'_>,
        call: &FastCall,
        limits: Limits,
    ) -> PyResult<Option<CallOptions>> {
        let Some(tls) = self.tls(py)? else {
            return Ok(None);
        };
        let follows = call.allow_redirects.is_truthy(py)? && limits.redirects > 0;
        Ok(Some(CallOptions {
            dialect: Dialect::Ghc,
            redirects: call::redirects(follows, limits.redirects),
            timeouts: self.timeouts,
            tls,
            max_retries: limits.retries,
        }))
    }

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
        given: &Bound<'py, FastCall>,
        ready: Box<PartialCall>,
        pending: Box<Pending>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let py = given.py();
        let recorder = destination::recorder_of(pending.labels.session.bind(py))?;
        let accounts = destination::accounts(recorder.as_ref());
        let sent = self.sender.send(py, accounts, |ticket, session| {
            ready.complete(ticket, session)
        });
        if let Ok(reply) = &sent
            && self.sender.python_hosts.take_over(reply)
        {
            let whole = given.get().with_whole_context(py, &pending.labels.context);
            return Ok(Bound::new(py, whole)?.into_any());
        }
        pending.conclude(py, sent, accounts)
    }
}

/// What the response and the report will say of a call.
fn labels(
    session: &Bound<'_, PyAny>,
    call: &FastCall,
    first_url: String,
    follows_redirects: bool,
) -> PyResult<Labels> {
    let py = session.py();
    let catch_response = call.catch_response.is_truthy(py)?;
    let name = if call.name.is_truthy(py)? {
        call.name.clone_ref(py)
    } else {
        urls::name_of_url(call.url.bind(py))?
    };
    Ok(Labels {
        session: session.clone().unbind(),
        dialect: Dialect::Ghc,
        request_type: call.method.clone_ref(py),
        name: Some(name),
        url: call.url.clone_ref(py),
        first_url: Some(first_url),
        context: merged_context(session, call.context.bind(py))?,
        catch_response,
        follows_redirects,
        prepared: None,
        place: place::if_decided_by_suite(py, catch_response)?,
    })
}
