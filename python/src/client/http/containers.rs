//! Whether the containers of an `HttpSession` that `requests` or a suite has made by now ask for anything.
//! Most come to be by the way (`requests.prepare_request`, `response.history`) and hold what a fresh one does.
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyTuple, PyType};

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

/// `session.adapters` are the two a session is made with, as they were then (`LocustHttpAdapter._note_as_made`).
pub fn are_own_adapters(adapters: &Bound<'_, PyAny>, class: &Py<PyType>) -> PyResult<bool> {
    let Ok(adapters) = adapters.cast::<PyDict>() else {
        return Ok(false);
    };
    for (prefix, adapter) in adapters.iter() {
        let Ok(prefix) = prefix.cast_into::<PyString>() else {
            return Ok(false);
        };
        let is_plain = matches!(&*prefix.to_cow()?, "http://" | "https://");
        if !is_plain || !adapter.get_type().is(class) || !is_as_made(&adapter)? {
            return Ok(false);
        }
    }
    Ok(adapters.len() == 2)
}

/// Nobody has given the adapter or its pool manager an attribute, or another value for one, nor allowed any retry.
fn is_as_made(adapter: &Bound<'_, PyAny>) -> PyResult<bool> {
    let py = adapter.py();
    let Some(noted) = adapter.getattr_opt(intern!(py, "_as_made"))? else {
        return Ok(false);
    };
    let noted = noted.cast_into::<PyTuple>()?;
    let attributes = intern!(py, "__dict__");
    // Dicts compare their values by identity first.
    if !adapter.getattr(attributes)?.eq(noted.get_item(0)?)? {
        return Ok(false);
    }
    let manager = adapter.getattr(intern!(py, "poolmanager"))?;
    let retries = adapter.getattr(intern!(py, "max_retries"))?;
    let total = retries.getattr(intern!(py, "total"))?;
    Ok(total.is(noted.get_item(2)?) && manager.getattr(attributes)?.eq(noted.get_item(1)?)?)
}
