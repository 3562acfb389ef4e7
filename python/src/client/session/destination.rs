//! Where a session's samples go: the recorder behind its `request` event, natively while nobody else listens.
use std::sync::Arc;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyList;
use rlocust_engine::model::Reported;
use rlocust_engine::stats::Recorder;

use crate::client::reply::exchange::PyExchange;
use crate::client::session::listener::PyRequestListener;
use crate::client::session::python_call::PyPythonCall;
use crate::stats::recorder::PyRecorder;

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
            let is_only = handlers.len() == 1 && listener.is_native(&hook, &recorder)?;
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
    exchange.report(Reported::Success);
    Ok(())
}

/// A Python library carries a call of this session, for this reason.
#[pyfunction]
pub fn note_python_reason(session: &Bound<'_, PyAny>, reason: &str) -> PyResult<()> {
    if let Some(recorder) = &recorder_of(session)?.recorder {
        recorder.get().python_reasons.note(reason);
    }
    Ok(())
}

/// A call of this session that a Python library is about to carry.
#[pyfunction]
pub fn begin_python_call(session: &Bound<'_, PyAny>) -> PyResult<PyPythonCall> {
    PyPythonCall::begin(session.py(), recorder_of(session)?.accounts())
}
