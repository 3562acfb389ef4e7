//! Responses of the shim: objects of its classes that hold an exchange, made without their constructors.
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

use crate::client::reply::exchange::PyExchange;

/// A response of this class. Its fields are made from the exchange when they are read.
pub fn of_class<'py>(
    class: &Py<PyType>,
    exchange: &Bound<'py, PyExchange>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = exchange.py();
    let response = new_object(py)?.call1((class,))?;
    response.setattr(intern!(py, "_exchange"), exchange)?;
    Ok(response)
}

/// `object.__new__`.
fn new_object(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static NEW: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let new = NEW.get_or_try_init(py, || {
        let object = py.import("builtins")?.getattr("object")?;
        object.getattr("__new__").map(Bound::unbind)
    })?;
    Ok(new.bind(py))
}
