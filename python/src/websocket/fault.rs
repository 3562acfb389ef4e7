//! How a connection ended, as the exceptions of `rlocust.websocket`.
use std::time::Duration;

use pyo3::intern;
use pyo3::prelude::*;
use rlocust_engine::websocket::Fault;

/// The exception for a fault; what went wrong on the way to it where there is none.
pub fn exception(py: Python<'_>, fault: &Fault) -> PyErr {
    make(py, fault).unwrap_or_else(|error| error)
}

/// The exception for what did not happen in time, on a connection that goes on.
pub fn timeout(py: Python<'_>, late: &str, limit: Duration) -> PyErr {
    let text = format!("{late} within {} s", limit.as_secs_f64());
    let made = py
        .import(intern!(py, "rlocust._websocket.errors"))
        .and_then(|errors| {
            errors
                .getattr(intern!(py, "WebSocketTimeout"))?
                .call1((text,))
        });
    made.map_or_else(|error| error, PyErr::from_value)
}

fn make(py: Python<'_>, fault: &Fault) -> PyResult<PyErr> {
    let errors = py.import(intern!(py, "rlocust._websocket.errors"))?;
    let text = fault.to_string();
    let made = match fault {
        Fault::Closed { code, reason } => {
            let class = errors.getattr(intern!(py, "WebSocketClosed"))?;
            class.call1((text, *code, reason))?
        }
        Fault::Status { status } => {
            let class = errors.getattr(intern!(py, "WebSocketConnectError"))?;
            class.call1((text, *status))?
        }
        Fault::Unreachable(_) | Fault::Handshake(_) => {
            let class = errors.getattr(intern!(py, "WebSocketConnectError"))?;
            class.call1((text,))?
        }
        Fault::TooSlow { .. } => errors
            .getattr(intern!(py, "WebSocketTimeout"))?
            .call1((text,))?,
        Fault::Lost(_)
        | Fault::Protocol(_)
        | Fault::TooLong { .. }
        | Fault::TooMany { .. }
        | Fault::GivenUp => errors
            .getattr(intern!(py, "WebSocketLost"))?
            .call1((text,))?,
    };
    Ok(PyErr::from_value(made))
}
