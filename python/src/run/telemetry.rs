//! `--otel` for Python: a listener of the `request` event that hands each sample to the engine's OTLP streams, and the
//! header that ties a request to its span. Suites pay for it with the event's own road; nothing here is on it without
//! `--otel`.
use std::collections::HashMap;
use std::time::Duration;

use parking_lot::Mutex;
use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyStringMethods};
use rlocust_engine::output::telemetry::{
    OpenSpan, OuterSpan, Protocol, Telemetry, TelemetrySettings, Timed, Traced,
};
use rlocust_engine::stats::bare_name;

use crate::hub::SignalsHeldBack;
use crate::run::owner::PyRun;
use crate::stats::values::text_of;

/// Spans of requests on their way. Cut ones never come back: beyond this they are ended as such.
const MOST_OPEN: usize = 100_000;
const HEADER: &str = "traceparent";

/// A span that is to be ended, the status and the user agent of its request.
type Ended = (OpenSpan, Option<u16>, Option<String>);

/// Traces and metrics of one process.
#[pyclass(frozen, name = "Telemetry", module = "rlocust._native")]
pub struct PyTelemetry {
    inner: Telemetry,
    open: Mutex<HashMap<String, OpenSpan>>,
}

#[pymethods]
impl PyTelemetry {
    /// `resource` are pairs; `traces` and `metrics` are `grpc`, `http` or None for off; `on_console` says whether the two
    /// stand on stdout as well. `ValueError` with the words
    /// of the SDK about an address or header it cannot use.
    #[new]
    #[pyo3(signature = (resource, traces, metrics, on_console, most_names))]
    fn new(
        py: Python<'_>,
        resource: Vec<(String, String)>,
        traces: Option<&str>,
        metrics: Option<&str>,
        on_console: (bool, bool),
        most_names: usize,
    ) -> PyResult<Self> {
        let settings = TelemetrySettings {
            resource,
            traces: traces.map(protocol).transpose()?,
            metrics: metrics.map(protocol).transpose()?,
            traces_on_console: on_console.0,
            metrics_on_console: on_console.1,
            most_names,
        };
        let started = py.detach(|| {
            let _held_back = SignalsHeldBack::new();
            Telemetry::start(&settings)
        });
        Ok(Self {
            inner: started.map_err(PyValueError::new_err)?,
            open: Mutex::default(),
        })
    }

    /// The header of a request that is about to be sent; `outer` are trace, span and flags of the suite's own span.
    #[pyo3(signature = (outer=None))]
    fn traceparent(&self, outer: Option<OuterSpan>) -> Option<String> {
        let span = self.inner.begin(outer)?;
        let header = span.header();
        if self.open.lock().len() >= MOST_OPEN {
            self.abandon_open();
        }
        self.open.lock().insert(header.clone(), span);
        Some(header)
    }

    /// The users of this run become `locust.users.count`; its rows get exemplars.
    fn belong_to(&self, run: &Bound<'_, PyRun>) {
        self.inner.belong_to(run.get().run.handle());
    }

    /// A listener of the `request` event.
    #[pyo3(signature = (request_type, name, response_time, exception=None, response=None, url=None, **_others))]
    #[expect(
        clippy::too_many_arguments,
        reason = "the keywords of the event, by their names"
    )]
    fn __call__(
        &self,
        request_type: &Bound<'_, PyAny>,
        name: &Bound<'_, PyAny>,
        response_time: Option<f64>,
        exception: Option<&Bound<'_, PyAny>>,
        response: Option<&Bound<'_, PyAny>>,
        url: Option<&Bound<'_, PyAny>>,
        _others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let Some(milliseconds) = response_time else {
            return Ok(());
        };
        let duration = Duration::try_from_secs_f64(milliseconds / 1000.0).unwrap_or_default();
        let name = text_of(name)?;
        let name = bare_name(&name);
        let failure = exception.filter(|exception| exception.is_truthy().unwrap_or(true));
        let class = failure.map(|e| e.get_type().name()).transpose()?;
        let class = class.as_ref().map(PyStringMethods::to_cow).transpose()?;
        self.inner.time(&Timed {
            name: &name,
            duration,
            error_type: class.as_deref(),
        });
        if let Some((span, status, user_agent)) = self.taken(response)? {
            let (method, url) = (text_of(request_type)?, url.map(text_of).transpose()?);
            let url = url.unwrap_or_default();
            let request = Traced {
                method: &method,
                name: &name,
                span_name: without_query(&name, &url),
                duration,
                url: &url,
                status,
                user_agent,
            };
            self.inner.end(span, request);
        }
        Ok(())
    }

    /// Pushes what is left, ten seconds at most; a line for each stream that lost something.
    fn finish(&self, py: Python<'_>) -> Vec<String> {
        self.abandon_open();
        py.detach(|| self.inner.finish())
    }
}

impl PyTelemetry {
    /// The open span of what was answered, with the status and the user agent.
    fn taken(&self, response: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Ended>> {
        let Some(response) = response else {
            return Ok(None);
        };
        // What a suite reports for a response may be anything: without such headers it was not ours.
        let Ok(Some((header, agent))) = our_headers(response) else {
            return Ok(None);
        };
        let Some(span) = self.open.lock().remove(&header) else {
            return Ok(None); // the suite's own header: its span is the suite's business
        };
        let status = response.getattr(intern!(response.py(), "status_code"))?;
        let status = status.extract().ok().filter(|status| *status != 0);
        Ok(Some((span, status, agent)))
    }

    fn abandon_open(&self) {
        let left = std::mem::take(&mut *self.open.lock());
        for span in left.into_values() {
            self.inner.abandon(span);
        }
    }
}

/// The trace header and the user agent of the request.
fn our_headers(response: &Bound<'_, PyAny>) -> PyResult<Option<(String, Option<String>)>> {
    let Some(headers) = request_headers(response)? else {
        return Ok(None);
    };
    let header = text_at(&headers, HEADER)?;
    let agent = text_at(&headers, "user-agent")?;
    Ok(header.map(|header| (header, agent)))
}

/// The headers of the first request; redirects may have dropped some.
fn request_headers<'py>(response: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyAny>>> {
    let py = response.py();
    let history = response.getattr_opt(intern!(py, "history"))?;
    let first = match history {
        Some(history) if history.is_truthy()? => history.get_item(0)?,
        _ => response.clone(),
    };
    let request = first.getattr_opt(intern!(py, "request"))?;
    match request.filter(|request| !request.is_none()) {
        Some(request) => request.getattr_opt(intern!(py, "headers")),
        None => Ok(None),
    }
}

fn text_at(headers: &Bound<'_, PyAny>, name: &str) -> PyResult<Option<String>> {
    let value = headers.call_method1(intern!(headers.py(), "get"), (name,))?;
    if value.is_none() {
        return Ok(None);
    }
    Ok(Some(text_of(&value)?.into_owned()))
}

/// A name that is the request's own path loses its query: spans are grouped by their names.
fn without_query<'a>(name: &'a str, url: &str) -> &'a str {
    match name.split_once('?') {
        Some((path, _)) if url.ends_with(name) => path,
        _ => name,
    }
}

fn protocol(word: &str) -> PyResult<Protocol> {
    match word {
        "grpc" => Ok(Protocol::Grpc),
        "http" => Ok(Protocol::Http),
        _ => Err(PyValueError::new_err(format!(
            "`{word}` is not a protocol of OTLP"
        ))),
    }
}
