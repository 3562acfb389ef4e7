//! A row of the error report for Python, and what an exception is called in it.
use std::borrow::Cow;
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyString;
use rlocust_engine::stats::{ErrorSlot, kept_error, kept_name, masked_addresses, shown_error};

use crate::stats::values::text_of;

/// One row of the error report, shared with the recorder.
#[pyclass(frozen, name = "ErrorRow", module = "rlocust._native")]
pub struct PyErrorRow {
    pub(crate) inner: Arc<ErrorSlot>,
}

#[pymethods]
impl PyErrorRow {
    #[new]
    fn new(
        method: &Bound<'_, PyAny>,
        name: &Bound<'_, PyAny>,
        error: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let text = full_text(error)?;
        let slot = ErrorSlot::new(&text_of(method)?, &text_of(name)?, &text);
        slot.show_as(&shown(error)?);
        Ok(Self {
            inner: Arc::new(slot),
        })
    }

    #[getter]
    fn method(&self) -> &str {
        &self.inner.method
    }

    #[getter]
    fn name(&self) -> &str {
        &self.inner.name
    }

    #[getter]
    fn occurrences(&self) -> i64 {
        self.inner.tally.lock().occurrences
    }

    #[setter]
    fn set_occurrences(&self, value: i64) {
        self.inner.tally.lock().occurrences = value;
    }

    #[getter]
    fn first_seen(&self) -> Option<f64> {
        self.inner.tally.lock().first_seen
    }

    #[setter]
    fn set_first_seen(&self, value: Option<f64>) {
        self.inner.tally.lock().first_seen = value;
    }

    #[getter]
    fn last_seen(&self) -> Option<f64> {
        self.inner.tally.lock().last_seen
    }

    #[setter]
    fn set_last_seen(&self, value: Option<f64>) {
        self.inner.tally.lock().last_seen = value;
    }

    fn occurred(&self, now: f64) {
        self.inner.occurred(now);
    }
}

/// A name or a method as its row keeps it.
#[pyfunction(name = "kept_name")]
pub fn kept_name_of(name: &str) -> Cow<'_, str> {
    kept_name(name)
}

/// The text of an error as reports show it: `repr` of anything but a text, memory addresses masked, shortened where it
/// is very long.
#[pyfunction]
pub fn error_text(error: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(kept_error(&full_text(error)?).into_owned())
}

/// The same in full length.
pub(crate) fn full_text(error: &Bound<'_, PyAny>) -> PyResult<String> {
    let text = match error.cast::<PyString>() {
        Ok(text) => text.to_string_lossy().into_owned(),
        Err(_) => error.repr()?.to_string_lossy().into_owned(),
    };
    Ok(masked_addresses(&text))
}

/// What the error report shows of an error: the reason alone where it is Locust's own wrapper class, and
/// memory addresses as they are.
#[pyfunction(name = "shown_error")]
pub fn shown(error: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = error.cast::<PyString>() {
        return Ok(shown_error(&text.to_string_lossy()).to_owned());
    }
    let text = if error.is_instance(catch_response_error(error.py())?)? {
        error.getattr("args")?.get_item(0)?.str()?
    } else {
        error.repr()?
    };
    Ok(text.to_string_lossy().into_owned())
}

fn catch_response_error(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = CLASS.get_or_try_init(py, || {
        let module = py.import("locust.exception")?;
        module.getattr("CatchResponseError").map(Bound::unbind)
    })?;
    Ok(class.bind(py))
}
