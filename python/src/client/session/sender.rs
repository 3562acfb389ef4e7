//! What both HTTP clients share: a session of the engine, the cookie jar on both sides of the border,
//! the parked wait for a reply, and the bookkeeping of lag, attempts and samples.
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyList, PyString};
use pyo3::{PyTraverseError, PyVisit};
use rlocust_engine::clock;
use rlocust_engine::http::{
    Call, Command, HttpError, PoolOptions, Protocol, Reply, Session, SessionOptions, Ticket,
};
use rlocust_engine::model::{Lag, Outcome as Class};
use rlocust_engine::stats::Recorder;

use crate::client::reply::exchange::PyExchange;
use crate::client::session::fallback::PythonHosts;
use crate::client::session::jar::Jar;
use crate::client::session::listener::PyRequestListener;
use crate::hub::{self, Hub, Interrupted};
use crate::stats::booking::{book_attempts, book_cut};
use crate::stats::recorder::PyRecorder;

/// One user's session, made on first use and anew in a forked child.
pub struct Sender {
    own_pool: PoolOptions,
    /// Hosts past the engine.
    pub python_hosts: PythonHosts,
    session: Mutex<Option<(usize, Session)>>,
    jar: Jar,
}

impl Sender {
    /// For a client object of Python: its user says which HTTP to speak.
    pub fn for_session(session: &Bound<'_, PyAny>, own_pool: PoolOptions) -> PyResult<Self> {
        Ok(Self {
            own_pool: PoolOptions {
                protocol: protocol_of(session)?,
                ..own_pool
            },
            python_hosts: PythonHosts::default(),
            session: Mutex::new(None),
            jar: Jar::new(),
        })
    }

    fn session(&self, hub: &'static Hub) -> Session {
        let runtime = std::ptr::from_ref(hub) as usize;
        let mut session = self.session.lock();
        match &*session {
            Some((own, session)) if *own == runtime => session.clone(),
            // A session of the parent's runtime is forgotten, never dropped: closing its sockets here would
            // take them out of the poll set that this process still shares with the parent.
            _ => {
                let options = SessionOptions {
                    own_pool: self.own_pool,
                    pool: None,
                };
                let fresh = hub.engine.session(options);
                let stale = session.replace((runtime, fresh.clone()));
                if let Some((_, stale)) = &stale
                    && let Some(cookies) = stale.try_cookies()
                {
                    *fresh.cookies() = cookies.clone();
                }
                std::mem::forget(stale);
                fresh
            }
        }
    }

    /// The jar as Python sees it, filled from the engine's on first sight and kept in step from then on.
    pub fn python_jar<'py>(
        &self,
        py: Python<'py>,
        class: &Bound<'py, PyAny>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let session = self.session(hub::hub(py)?);
        self.jar.python(py, &session, class)
    }

    /// Whether `jar` is the one kept in step with the engine's.
    pub fn is_own_jar(&self, jar: &Bound<'_, PyAny>) -> PyResult<bool> {
        self.jar.is(jar)
    }

    /// The address this client's connections come from, if one was chosen.
    pub fn source(&self, py: Python<'_>) -> PyResult<Option<IpAddr>> {
        Ok(self.session(hub::hub(py)?).source())
    }

    pub fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.jar.traverse(visit)
    }

    pub fn close_idle(&self) {
        if let Some((_, session)) = &*self.session.lock() {
            session.close_idle();
        }
    }

    /// Sends a call and parks the greenlet until its reply.
    ///
    /// An exception thrown into the wait comes back as `Interrupted`; the caller books the sample.
    ///
    /// greenlet copies the stack between here and the locustfile twice for each switch. So the frames that
    /// are parked stay small: what is large is boxed, and made or used up in functions of its own.
    pub fn send(
        &self,
        py: Python<'_>,
        recorder: Option<&Arc<Recorder>>,
        call: impl FnOnce(Ticket, Session) -> Box<Call>,
    ) -> Result<Box<Reply>, Interrupted> {
        let broken = Interrupted::plain;
        let hub = hub::hub(py).map_err(broken)?;
        let session = self.session(hub);
        self.jar.before_call(py, &session).map_err(broken)?;
        let abort = session.clone();
        let command = |ticket| Command::Call(call(ticket, session));
        match hub.call(py, recorder, &abort, command) {
            Ok(reply) => self.finish(py, &abort, reply, recorder),
            Err(interrupted) => {
                // What the hops before the cut have set is kept, as requests keeps it.
                self.jar.after_call(py, &abort).map_err(broken)?;
                if let (Some(recorder), Some(reply)) = (recorder, &interrupted.reply) {
                    book_attempts(recorder, reply);
                }
                Err(interrupted)
            }
        }
    }

    #[inline(never)]
    fn finish(
        &self,
        py: Python<'_>,
        session: &Session,
        reply: Box<Reply>,
        recorder: Option<&Arc<Recorder>>,
    ) -> Result<Box<Reply>, Interrupted> {
        if let Some(recorder) = recorder {
            book_attempts(recorder, &reply);
            let timing = &reply.timing;
            recorder.log_lag(
                Lag::Submit,
                timing.taken_up.saturating_duration_since(timing.submitted),
            );
            recorder.log_lag(
                Lag::Resume,
                clock::instant().saturating_duration_since(reply.finished),
            );
        }
        let jar = if reply.cookies_changed {
            self.jar.after_call(py, session)
        } else {
            Ok(())
        };
        match jar.and_then(|()| not_broken_off(&reply)) {
            Ok(()) => Ok(reply),
            Err(error) => Err(Interrupted {
                reply: Some(reply),
                ..Interrupted::plain(error)
            }),
        }
    }
}

fn not_broken_off(reply: &Reply) -> PyResult<()> {
    let reason = match &reply.error {
        Some(HttpError::Panic) => "the I/O task of this call panicked; please report this bug",
        Some(HttpError::Cut { .. }) => "the call was cut: the I/O threads have been shut down",
        _ => return Ok(()),
    };
    Err(PyRuntimeError::new_err(reason))
}

impl Drop for Sender {
    fn drop(&mut self) {
        let session = self.session.get_mut().take();
        if session
            .as_ref()
            .is_some_and(|(runtime, _)| !hub::is_current(*runtime))
        {
            std::mem::forget(session);
        }
    }
}

/// Books the sample of a call that ended in an exception thrown into its wait, and gives that exception on.
pub fn cut(py: Python<'_>, recorder: Option<&Arc<Recorder>>, interrupted: Interrupted) -> PyErr {
    if let Some(recorder) = recorder {
        match (&interrupted.reply, interrupted.owed) {
            (Some(reply), _) => book_cut(recorder, reply),
            (_, Some(ticket)) => {
                if let Ok(hub) = hub::hub(py) {
                    hub.owe_cut(ticket);
                }
            }
            _ => recorder.count(Class::CutNotSent),
        }
    }
    interrupted.error
}

/// `http_version` of the session's user; HTTP/1.1 without one. Raises `ValueError` for a version nobody speaks.
fn protocol_of(session: &Bound<'_, PyAny>) -> PyResult<Protocol> {
    let py = session.py();
    let Some(user) = session.getattr_opt(intern!(py, "user"))? else {
        return Ok(Protocol::Http1);
    };
    let Some(version) = user.getattr_opt(intern!(py, "http_version"))? else {
        return Ok(Protocol::Http1);
    };
    let Ok(words) = version.cast::<PyString>() else {
        return Ok(Protocol::Http1); // a mock in the place of a user, say
    };
    let words = words.to_cow()?;
    Protocol::from_words(&words).ok_or_else(|| {
        PyValueError::new_err(format!(
            "`http_version` is `{words}`: it can be \"1.1\", \"2\" or \"auto\""
        ))
    })
}

/// Where a session's samples go.
pub struct Destination<'py> {
    recorder: Option<Bound<'py, PyRecorder>>,
    /// The native listener is the only one of the `request` event: no keywords need to be built.
    is_only: bool,
}

impl<'py> Destination<'py> {
    /// The recorder that keeps the accounts, if a run is behind this session.
    pub fn accounts(&self) -> Option<&Arc<Recorder>> {
        self.recorder.as_ref().map(|recorder| &recorder.get().inner)
    }

    /// The recorder, if nobody else listens.
    pub fn only(&self) -> Option<&Bound<'py, PyRecorder>> {
        self.recorder.as_ref().filter(|_| self.is_only)
    }
}

/// Finds the native listener among those of the session's `request` event.
pub fn recorder_of<'py>(session: &Bound<'py, PyAny>) -> PyResult<Destination<'py>> {
    let py = session.py();
    let nowhere = Destination {
        recorder: None,
        is_only: false,
    };
    let hook = session.getattr(intern!(py, "request_event"))?;
    let Ok(handlers) = hook.getattr(intern!(py, "_handlers")) else {
        return Ok(nowhere);
    };
    let Ok(handlers) = handlers.cast_into::<PyList>() else {
        return Ok(nowhere);
    };
    for handler in &handlers {
        if let Ok(listener) = handler.cast_exact::<PyRequestListener>() {
            let listener = listener.get();
            let Some(recorder) = listener.recorder(py)? else {
                return Ok(nowhere);
            };
            let is_only = handlers.len() == 1 && listener.is_native(&recorder)?;
            return Ok(Destination {
                recorder: Some(recorder),
                is_only,
            });
        }
    }
    Ok(nowhere)
}

/// Records a successful exchange without building the event's keywords.
pub fn record_success(recorder: &Bound<'_, PyRecorder>, exchange: &PyExchange) -> PyResult<()> {
    let py = recorder.py();
    let milliseconds = Some(exchange.reply.timing.elapsed.as_secs_f64() * 1000.0);
    let phases = exchange.reply.timing.phases();
    let length = i64::try_from(exchange.body_length()).unwrap_or(i64::MAX);
    let request_type = exchange.labels.request_type.bind(py).str()?;
    let request_type = request_type.to_cow()?;
    let name = exchange
        .labels
        .name
        .as_ref()
        .map(|name| name.bind(py).str())
        .transpose()?;
    let name = match &name {
        Some(name) => name.to_cow()?,
        None => exchange
            .reply
            .hops
            .first()
            .map_or("", |hop| hop.sent.url.target())
            .into(),
    };
    recorder
        .get()
        .record(py, (&request_type, &name), milliseconds, length, &phases)?;
    exchange.book(Class::Ok);
    Ok(())
}

/// Counts a sample that a Python client sent and timed (roads past the engine).
#[pyfunction]
pub fn count_python_timed(session: &Bound<'_, PyAny>) -> PyResult<()> {
    if let Some(recorder) = recorder_of(session)?.accounts() {
        recorder.count(Class::PythonTimed);
    }
    Ok(())
}
