//! Whether the containers of an `HttpSession` that `requests` or a suite has made by now ask for anything.
//! Most come to be by the way (`requests.prepare_request`, `response.history`) and hold what a fresh one does.
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyType};

/// No hook in any list of `session.hooks`.
pub fn holds_no_hook(hooks: &Bound<'_, PyAny>) -> PyResult<bool> {
    let Ok(hooks) = hooks.cast::<PyDict>() else {
        return Ok(false);
    };
    for (_, list) in hooks.iter() {
        if list.is_truthy()? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// `session.adapters` are the two a session is made with, as they were: class, no retries, `send` of the class.
pub fn are_own_adapters(adapters: &Bound<'_, PyAny>, class: &Py<PyType>) -> PyResult<bool> {
    let py = adapters.py();
    let Ok(adapters) = adapters.cast::<PyDict>() else {
        return Ok(false);
    };
    for (prefix, adapter) in adapters.iter() {
        let Ok(prefix) = prefix.cast_into::<PyString>() else {
            return Ok(false);
        };
        let is_plain = matches!(&*prefix.to_cow()?, "http://" | "https://");
        if !is_plain || !adapter.get_type().is(class) {
            return Ok(false);
        }
        let own = adapter
            .getattr(intern!(py, "__dict__"))?
            .cast_into::<PyDict>()?;
        let Some(retries) = own.get_item(intern!(py, "max_retries"))? else {
            return Ok(false);
        };
        let total = retries.getattr(intern!(py, "total"))?;
        if own.contains(intern!(py, "send"))? || !total.eq(0)? {
            return Ok(false);
        }
    }
    Ok(adapters.len() == 2)
}
