//! The runner's own listener of the `request` event: every sample enters the sums through it.
//!
//! While it is the only listener, the HTTP clients see it by its type and record without building the
//! event's keywords. It steps back to Python as soon as a suite has replaced what it stands for.
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyType};
use pyo3::{PyTraverseError, PyVisit};
use rlocust_engine::model::Reported;

use crate::client::attributes::attributes_of;
use crate::client::reply::exchange::PyExchange;
use crate::client::session::originals::Originals;
use crate::client::session::python_call::PyPythonCall;
use crate::stats::recorder::PyRecorder;
use crate::stats::values::text_of;

/// Callable with the keywords of the `request` event; see Locust's page "Event hooks".
#[pyclass(frozen, name = "RequestListener")]
pub struct PyRequestListener {
    environment: Py<PyAny>,
    /// What `EventHook.fire` was before a suite could replace it.
    fire: Py<PyAny>,
    /// The class of usual hooks, and what shows that it still fires so.
    hooks: Option<(Py<PyType>, Originals)>,
}

#[pymethods]
impl PyRequestListener {
    #[new]
    fn new(py: Python<'_>, environment: Py<PyAny>) -> PyResult<Self> {
        let event = py.import("locust.event")?;
        let fire = event.getattr("_FIRE")?;
        let hooks = usual_hooks(&event.getattr("EventHook")?, &fire)?;
        let fire = fire.unbind();
        Ok(Self {
            environment,
            fire,
            hooks,
        })
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.environment)
    }

    #[pyo3(signature = (request_type, name, response_time, response_length, exception=None, **others))]
    fn __call__(
        &self,
        request_type: &Bound<'_, PyAny>,
        name: &Bound<'_, PyAny>,
        response_time: &Bound<'_, PyAny>,
        response_length: &Bound<'_, PyAny>,
        exception: Option<&Bound<'_, PyAny>>,
        others: Option<&Bound<'_, PyDict>>,
    ) -> PyResult<()> {
        let py = request_type.py();
        let stats = self.environment.bind(py).getattr(intern!(py, "stats"))?;
        stats.call_method1(
            intern!(py, "log_request"),
            (request_type, name, response_time, response_length),
        )?;
        let is_failure = exception.is_some_and(|exception| exception.is_truthy().unwrap_or(true));
        let reported = if is_failure {
            Reported::Failure
        } else {
            Reported::Success
        };
        let response = match others {
            Some(others) => others.get_item(intern!(py, "response"))?,
            None => None,
        };
        if !book((request_type, name), response.as_ref(), reported)?
            && let Some(recorder) = self.recorder(py)?
        {
            recorder.get().inner.book_fired(reported);
        }
        if let Some(exception) = exception
            && is_failure
        {
            stats.call_method1(intern!(py, "log_error"), (request_type, name, exception))?;
        }
        Ok(())
    }
}

/// The sample has entered the sums: the call behind its response is reported. False where there is none, or one that was
/// reported before.
fn book(
    (request_type, name): (&Bound<'_, PyAny>, &Bound<'_, PyAny>),
    response: Option<&Bound<'_, PyAny>>,
    reported: Reported,
) -> PyResult<bool> {
    let Some(response) = response else {
        return Ok(false);
    };
    let py = response.py();
    let of_response = |name| response.getattr_opt(name).unwrap_or(None);
    if let Some(Ok(exchange)) =
        of_response(intern!(py, "_exchange")).map(Bound::cast_into::<PyExchange>)
    {
        let exchange = exchange.get();
        exchange.log_phases(&text_of(request_type)?, &text_of(name)?);
        return Ok(exchange.report(reported));
    }
    let call = match of_response(intern!(py, "_call")) {
        Some(call) => call,
        None => py
            .import(intern!(py, "rlocust._clients.python_call"))?
            .call_method1(intern!(py, "account_beside"), (response,))?,
    };
    if let Ok(call) = call.cast_into::<PyPythonCall>() {
        return Ok(call.get().report(reported));
    }
    Ok(false)
}

impl PyRequestListener {
    /// The recorder behind the environment's statistics; none where a suite put its own object there.
    pub fn recorder<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyRecorder>>> {
        let stats = self.environment.bind(py).getattr(intern!(py, "stats"))?;
        let native = stats.getattr_opt(intern!(py, "_native"))?;
        Ok(native.and_then(|native| native.cast_into::<PyRecorder>().ok()))
    }

    /// Nobody has replaced `fire`, in the class, a subclass or the hook itself, nor a method that recording goes through.
    pub fn is_native(
        &self,
        hook: &Bound<'_, PyAny>,
        recorder: &Bound<'_, PyRecorder>,
    ) -> PyResult<bool> {
        let py = recorder.py();
        if self.is_usual(hook)? {
            return Ok(recorder.get().records_natively());
        }
        let fire = hook.getattr_opt(intern!(py, "fire"))?;
        let function = match fire {
            Some(fire) => fire.getattr_opt(intern!(py, "__func__"))?,
            None => None,
        };
        let is_intact = function.is_some_and(|function| function.is(&self.fire));
        Ok(is_intact && recorder.get().records_natively())
    }
    /// A hook of the class that all are made of, which has no `fire` of its own, nor has anybody replaced the class's.
    fn is_usual(&self, hook: &Bound<'_, PyAny>) -> PyResult<bool> {
        let py = hook.py();
        let Some((class, originals)) = &self.hooks else {
            return Ok(false);
        };
        Ok(hook.get_type().is(class)
            && originals.is_intact(py)?
            && !attributes_of(hook)?.contains(intern!(py, "fire"))?)
    }
}

/// The class of hooks; nothing where somebody has replaced its `fire` by now.
fn usual_hooks(
    class: &Bound<'_, PyAny>,
    fire: &Bound<'_, PyAny>,
) -> PyResult<Option<(Py<PyType>, Originals)>> {
    let py = class.py();
    let Ok(class) = class.cast::<PyType>() else {
        return Ok(None);
    };
    if !class.getattr(intern!(py, "fire"))?.is(fire) {
        return Ok(None);
    }
    let names = ["fire", "__getattribute__"];
    let owned = names.map(|name| (class.clone().into_any(), PyString::new(py, name)));
    let originals = Originals::of(py, owned.into())?;
    Ok(Some((class.clone().unbind(), originals)))
}
