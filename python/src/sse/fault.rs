//! How a stream ended, as the exceptions of `rlocust.sse`.
use std::time::Duration;

use pyo3::intern;
use pyo3::prelude::*;
use rlocust_engine::sse::Fault;

/// The exception for a fault; what went wrong on the way to it where there is none.
pub fn exception(py: Python<'_>, fault: &Fault) -> PyErr {
    make(py, fault).unwrap_or_else(|error| error)
}

/// The exception for what did not happen in time, on a stream that goes on.
pub fn timeout(py: Python<'_>, limit: Duration) -> PyErr {
    let text = format!("no event within {} s", limit.as_secs_f64());
    made(py, "SseTimeout", text).unwrap_or_else(|error| error)
}

fn make(py: Python<'_>, fault: &Fault) -> PyResult<PyErr> {
    let text = fault.to_string();
    match fault {
        Fault::Status { status, body } => {
            let errors = py.import(intern!(py, "rlocust._sse.errors"))?;
            let class = errors.getattr(intern!(py, "SseConnectError"))?;
            Ok(PyErr::from_value(class.call1((text, *status, body))?))
        }
        Fault::Unreachable(_) | Fault::NoEventStream { .. } => made(py, "SseConnectError", text),
        Fault::TooSlow { .. } => made(py, "SseTimeout", text),
        Fault::Ended
        | Fault::Done
        | Fault::Lost(_)
        | Fault::TooLong { .. }
        | Fault::TooMany { .. }
        | Fault::GivenUp => made(py, "SseLost", text),
    }
}

fn made(py: Python<'_>, class: &str, text: String) -> PyResult<PyErr> {
    let errors = py.import(intern!(py, "rlocust._sse.errors"))?;
    Ok(PyErr::from_value(errors.getattr(class)?.call1((text,))?))
}
