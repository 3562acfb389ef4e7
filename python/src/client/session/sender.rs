//! What both HTTP clients share: a session of the engine, the cookie jar on both sides of the border,
//! the parked wait for a reply, and the bookkeeping of lag, attempts and samples.
use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyString;
use pyo3::{PyTraverseError, PyVisit};
use rlocust_engine::clock;
use rlocust_engine::http::{
    Call, Command, HttpError, PoolOptions, Protocol, Reply, Session, SessionOptions, Ticket,
};
use rlocust_engine::model::Lag;
use rlocust_engine::stats::{PendingSample, Recorder};

use crate::client::session::fallback::PythonHosts;
use crate::client::session::jar::Jar;
use crate::hub::{self, Hub, Interrupted};

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
            Err(mut interrupted) => {
                if let (Some(recorder), Some(reply)) = (recorder, &interrupted.reply) {
                    recorder.book_attempts(&reply.attempts);
                }
                // What the hops before the cut have set is kept, as requests keeps it.
                if let Err(error) = self.jar.after_call(py, &abort) {
                    interrupted.error = error;
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
            recorder.book_attempts(&reply.attempts);
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

/// Books the sample of a call that ended in an exception thrown into its wait, and gives that exception on.
pub fn cut(py: Python<'_>, recorder: Option<&Arc<Recorder>>, interrupted: Interrupted) -> PyErr {
    if let Some(recorder) = recorder {
        match (&interrupted.reply, interrupted.owed) {
            (None, Some(ticket)) => {
                if let Ok(hub) = hub::hub(py) {
                    hub.owe(ticket, PendingSample::Cut);
                }
            }
            (reply, _) => {
                let end = reply.as_ref().map(|reply| reply.end());
                recorder.book_given_up(end.as_ref());
            }
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
