//! `gevent.Timeout` around a call: geventhttpclient makes a failed request of it, while the call may still be under way.
use std::sync::Arc;

use pyo3::intern;
use pyo3::prelude::*;
use rlocust_engine::stats::{LateFailure, PendingSample, Recorder};

use crate::hub::{self, Interrupted};

/// Whether it is what geventhttpclient swallows.
pub fn is_gevent_timeout(py: Python<'_>, error: &PyErr) -> PyResult<bool> {
    let timeout = py
        .import(intern!(py, "gevent.timeout"))?
        .getattr(intern!(py, "Timeout"))?;
    error.value(py).is_instance(&timeout)
}

/// The sample of a call that was given up: whether it was sent is known when the call ends, if it has not already.
pub fn late_failure(
    py: Python<'_>,
    accounts: Option<&Arc<Recorder>>,
    interrupted: &Interrupted,
) -> PyResult<LateFailure> {
    let late = LateFailure::default();
    if let (Some(recorder), Some(reply)) = (accounts, &interrupted.reply) {
        late.settle(recorder, &reply.end());
    } else if let Some(ticket) = interrupted.owed {
        hub::hub(py)?.owe(ticket, PendingSample::Failed(late.clone()));
    }
    Ok(late)
}
