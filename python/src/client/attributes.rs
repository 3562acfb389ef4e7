//! What a Python object carries itself, past its class.
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// The `__dict__` of a session or a response. Raises `AttributeError` for an object without one.
pub fn attributes_of<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let attributes = object.getattr(intern!(object.py(), "__dict__"))?;
    Ok(attributes.cast_into()?)
}
