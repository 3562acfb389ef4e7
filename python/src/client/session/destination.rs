//! Where a session's samples go: the recorder behind its `request` event, natively while nobody else listens.
use std::sync::Arc;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyList};
use rlocust_engine::model::Reported;
use rlocust_engine::stats::Recorder;

use crate::client::reply::exchange::PyExchange;
use crate::client::session::listener::PyRequestListener;
use crate::client::session::python_call::PyPythonCall;
use crate::stats::recorder::PyRecorder;
use crate::stats::values::text_of;

/// Where a session's samples go.
pub struct Destination<'py> {
    /// The session's `request` event.
    hook: Bound<'py, PyAny>,
    recorder: Option<Bound<'py, PyRecorder>>,
    /// Listeners of the event as it was made: whoever fires it may call them one by one.
    listeners: Option<Bound<'py, PyList>>,
}

impl<'py> Destination<'py> {
    /// The recorder, if nobody else listens: no keywords need to be built.
    pub fn only(&self) -> Option<&Bound<'py, PyRecorder>> {
        let is_only = self.listeners.as_ref().is_some_and(|all| all.len() == 1);
        self.recorder.as_ref().filter(|_| is_only)
    }

    /// Fires the event for a success, as `EventHook.fire` does, which is not called while it is the one that was made.
    pub fn fire_success(&self, exchange: &PyExchange, meta: &Bound<'py, PyDict>) -> PyResult<()> {
        let Some(listeners) = &self.listeners else {
            self.hook
                .call_method(intern!(meta.py(), "fire"), (), Some(meta))?;
            return Ok(());
        };
        // A copy, because listeners add and remove listeners while they run.
        for listener in &listeners.get_slice(0, listeners.len()) {
            let called = match listener.cast_exact::<PyRequestListener>() {
                Ok(native) => log_success(native, exchange, meta),
                Err(_) => listener.call((), Some(meta)).map(drop),
            };
            if let Err(error) = called {
                survive(meta.py(), error)?;
            }
        }
        Ok(())
    }
}

fn log_success<'py>(
    listener: &Bound<'py, PyRequestListener>,
    exchange: &PyExchange,
    meta: &Bound<'py, PyDict>,
) -> PyResult<()> {
    let recorder = listener.get().recorder(meta.py())?;
    match recorder.filter(|recorder| recorder.get().records_natively()) {
        Some(recorder) => record_success(&recorder, exchange),
        None => listener.call((), Some(meta)).map(drop),
    }
}

/// What a listener raised, given to the rule of `EventHook.fire`: logged, or raised again where it steers the task.
#[cold]
fn survive(py: Python<'_>, error: PyErr) -> PyResult<()> {
    static SURVIVE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let survive = SURVIVE.import(py, "locust.event", "_survive")?;
    survive.call1((error.into_value(py),)).map(drop)
}

/// What keeps the accounts of a session's calls, if a run is behind it: that listens to its `request` event.
pub fn recorder_of<'py>(session: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyRecorder>>> {
    let py = session.py();
    let hook = session.getattr(intern!(py, "request_event"))?;
    let listener = handlers_of(&hook).and_then(|handlers| native_listener(&handlers));
    listener.map_or(Ok(None), |listener| listener.get().recorder(py))
}

/// Its accounts, as the engine has them.
pub fn accounts<'a>(recorder: Option<&'a Bound<'_, PyRecorder>>) -> Option<&'a Arc<Recorder>> {
    recorder.map(|recorder| &recorder.get().inner)
}

/// Where the samples of a session go now: listeners come and go.
pub fn destination_of<'py>(session: &Bound<'py, PyAny>) -> PyResult<Destination<'py>> {
    let py = session.py();
    let hook = session.getattr(intern!(py, "request_event"))?;
    let mut found = Destination {
        recorder: None,
        listeners: None,
        hook,
    };
    let Some(handlers) = handlers_of(&found.hook) else {
        return Ok(found);
    };
    if let Some(listener) = native_listener(&handlers) {
        found.recorder = listener.get().recorder(py)?;
        if let Some(recorder) = &found.recorder
            && listener.get().is_native(&found.hook, recorder)?
        {
            found.listeners = Some(handlers);
        }
    }
    Ok(found)
}

fn handlers_of<'py>(hook: &Bound<'py, PyAny>) -> Option<Bound<'py, PyList>> {
    let handlers = hook.getattr(intern!(hook.py(), "_handlers")).ok()?;
    handlers.cast_into().ok()
}

fn native_listener<'py>(handlers: &Bound<'py, PyList>) -> Option<Bound<'py, PyRequestListener>> {
    let is_ours = |handler: &Bound<'py, PyAny>| handler.is_exact_instance_of::<PyRequestListener>();
    handlers.iter().find(is_ours)?.cast_into().ok()
}

/// Records a successful exchange without building the event's keywords.
pub fn record_success(recorder: &Bound<'_, PyRecorder>, exchange: &PyExchange) -> PyResult<()> {
    let py = recorder.py();
    let milliseconds = Some(exchange.reply.timing.elapsed.as_secs_f64() * 1000.0);
    let phases = exchange.reply.timing.phases();
    let length = i64::try_from(exchange.body_length()).unwrap_or(i64::MAX);
    let request_type = text_of(exchange.labels.request_type.bind(py))?;
    let given = exchange.labels.name.as_ref().map(|name| name.bind(py));
    let name = match given {
        Some(name) => text_of(name)?,
        None => exchange
            .naming_request()
            .map_or("", |sent| sent.url.target())
            .into(),
    };
    recorder
        .get()
        .record(py, (&request_type, &name), milliseconds, length, &phases)?;
    exchange.report(Reported::Success);
    Ok(())
}

/// A Python library carries a call of this session, for this reason.
#[pyfunction]
pub fn note_python_reason(session: &Bound<'_, PyAny>, reason: &str) -> PyResult<()> {
    if let Some(recorder) = recorder_of(session)? {
        recorder.get().python_reasons.note(reason);
    }
    Ok(())
}

/// A call of this session that a Python library is about to carry.
#[pyfunction]
pub fn begin_python_call(session: &Bound<'_, PyAny>) -> PyResult<PyPythonCall> {
    let recorder = recorder_of(session)?;
    PyPythonCall::begin(session.py(), accounts(recorder.as_ref()))
}
