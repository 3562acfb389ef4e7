//! The runner's own listener of the `request` event: every sample enters the sums through it.
//!
//! While it is the only listener, the HTTP clients see it by its type and record without building the
//! event's keywords. It steps back to Python as soon as a suite has replaced what it stands for.
use std::sync::Arc;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rlocust_engine::stats::Recorder;

use crate::recorder::PyRecorder;

/// Callable with the keywords of the `request` event; see Locust's page "Event hooks".
#[pyclass(frozen, name = "RequestListener")]
pub struct PyRequestListener {
    environment: Py<PyAny>,
    log_request: Py<PyAny>,
    bucket: Py<PyAny>,
    fire: Py<PyAny>,
}

#[pymethods]
impl PyRequestListener {
    #[new]
    fn new(py: Python<'_>, environment: Py<PyAny>) -> PyResult<Self> {
        let stats = py.import("locust.stats")?;
        Ok(Self {
            environment,
            log_request: stats.getattr("RequestStats")?.getattr("log_request")?.unbind(),
            bucket: stats.getattr("bucket_response_time")?.unbind(),
            fire: py.import("locust.event")?.getattr("EventHook")?.getattr("fire")?.unbind(),
        })
    }

    #[pyo3(signature = (request_type, name, response_time, response_length, exception=None, **_others))]
    fn __call__(
        &self,
        request_type: &Bound<'_, PyAny>,
        name: &Bound<'_, PyAny>,
        response_time: &Bound<'_, PyAny>,
        response_length: &Bound<'_, PyAny>,
        exception: Option<&Bound<'_, PyAny>>,
        _others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let py = request_type.py();
        let stats = self.environment.bind(py).getattr(intern!(py, "stats"))?;
        stats.call_method1(intern!(py, "log_request"), (request_type, name, response_time, response_length))?;
        if let Some(exception) = exception
            && exception.is_truthy()?
        {
            stats.call_method1(intern!(py, "log_error"), (request_type, name, exception))?;
        }
        Ok(())
    }
}

impl PyRequestListener {
    /// The recorder behind the environment's statistics.
    pub fn recorder(&self, py: Python<'_>) -> PyResult<Arc<Recorder>> {
        let stats = self.environment.bind(py).getattr(intern!(py, "stats"))?;
        let recorder = stats.getattr(intern!(py, "_native"))?.cast_into::<PyRecorder>()?;
        Ok(Arc::clone(&recorder.get().inner))
    }

    /// Nobody has replaced `RequestStats.log_request`, `bucket_response_time` or `EventHook.fire`.
    pub fn is_native(&self, py: Python<'_>) -> PyResult<bool> {
        let stats = py.import(intern!(py, "locust.stats"))?;
        let event = py.import(intern!(py, "locust.event"))?;
        let log_request = stats.getattr(intern!(py, "RequestStats"))?.getattr(intern!(py, "log_request"))?;
        let fire = event.getattr(intern!(py, "EventHook"))?.getattr(intern!(py, "fire"))?;
        Ok(log_request.is(&self.log_request)
            && stats.getattr(intern!(py, "bucket_response_time"))?.is(&self.bucket)
            && fire.is(&self.fire))
    }
}
