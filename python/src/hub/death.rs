//! The death of an I/O thread, and the callable of Python that it is reported to.
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;

use crate::callback::Callback;
use crate::hub::state::Hub;

static DEATH_CALLBACK: Callback = Callback::unset();

/// Names the callable that is called, on gevent's hub greenlet, when an I/O thread has died: f(message).
#[pyfunction]
pub fn on_io_thread_death(callback: Py<PyAny>) {
    DEATH_CALLBACK.set(Some(callback));
}

impl Hub {
    /// An I/O thread died: every run of this process is over.
    pub(super) fn report_death(&self, py: Python<'_>) -> PyResult<()> {
        let Some(message) = self.inbox.death.lock().take() else {
            return Ok(());
        };
        match DEATH_CALLBACK.get(py) {
            Some(callback) => callback.bind(py).call1((message,)).map(drop),
            None => Err(PyRuntimeError::new_err(message)),
        }
    }
}
