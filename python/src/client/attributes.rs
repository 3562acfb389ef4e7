//! What a Python object carries itself, past its class.
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::client::system;

/// The `__dict__` of a session or a response. Raises `AttributeError` for an object without one.
pub fn attributes_of<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    system::dict_of(object)
}
