//! How a call ended, as Python reads it.
use std::time::Duration;

use bytes::Bytes;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use rlocust_engine::grpc::{Ending, Metadata};

use super::metadata::shown;

/// How a call ended; of one with a single answer that message, too.
#[pyclass(frozen, name = "GrpcEnding")]
pub struct PyGrpcEnding {
    ending: Ending,
    initial: Option<Metadata>,
    message: Option<Bytes>,
}

impl PyGrpcEnding {
    pub fn new(ending: Ending, initial: Option<Metadata>, message: Option<Bytes>) -> Self {
        Self {
            ending,
            initial,
            message,
        }
    }
}

#[pymethods]
impl PyGrpcEnding {
    /// The number of its status.
    #[getter]
    fn code(&self) -> u8 {
        self.ending.status.code.number()
    }

    /// The server's sentence, or what went wrong here.
    #[getter]
    fn details(&self) -> &str {
        &self.ending.status.details
    }

    /// From when the I/O thread took it up until the server's last word had come.
    #[getter]
    fn seconds(&self) -> f64 {
        self.took().as_secs_f64()
    }

    /// Bytes of all messages that came.
    #[getter]
    fn received(&self) -> u64 {
        self.ending.received
    }

    #[getter]
    fn message<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        let message = self.message.as_ref()?;
        Some(PyBytes::new(py, message))
    }

    /// What the server said before its messages.
    #[getter]
    fn initial_metadata<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        match &self.initial {
            Some(metadata) => shown(py, metadata),
            None => Ok(PyTuple::empty(py)),
        }
    }

    /// What it said with its status.
    #[getter]
    fn trailing_metadata<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        shown(py, &self.ending.trailing)
    }
}

impl PyGrpcEnding {
    fn took(&self) -> Duration {
        let ending = &self.ending;
        ending.ended.saturating_duration_since(ending.began)
    }
}
