//! Waiting for what lives on an I/O thread: a connection, a stream, a call.
use std::time::Instant;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rlocust_engine::http::Ticket;

use super::start::hub;
use super::state::Hub;
use crate::wait_clock;

/// What greenlets wait for.
pub trait Watched {
    /// What of it somebody waits for. Its end ends every wait.
    type Awaited: Copy;

    fn has_ended(&self) -> bool;

    /// Has the ticket woken when that is there, or never will be; false where it is so by now.
    fn watch(&self, awaited: Self::Awaited, ticket: Ticket) -> bool;

    /// The ticket waits no more.
    fn forget(&self, ticket: Ticket);
}

impl Hub {
    /// Parks the calling greenlet until `look` finds something, or what it waits for has ended, or is `due`. Nothing then,
    /// but for what came in time.
    pub fn wait_for<W: Watched, T>(
        &self,
        py: Python<'_>,
        watched: &W,
        awaited: W::Awaited,
        due: Instant,
        look: impl Fn() -> Option<T>,
    ) -> PyResult<Option<T>> {
        loop {
            // Before the look: what came until then is found.
            let is_over = watched.has_ended() || wait_clock::now() >= due;
            let found = look();
            if found.is_some() || is_over {
                return Ok(found);
            }
            let mut parked = None;
            let waited = self.wait_until(py, due, |ticket| {
                parked = Some(ticket);
                watched.watch(awaited, ticket)
            });
            if let Some(ticket) = parked {
                watched.forget(ticket);
            }
            waited?;
        }
    }

    /// `RuntimeError` with this text in a forked child, where what the hub was asked for is its parent's.
    pub fn check_process(&'static self, py: Python<'_>, text: &'static str) -> PyResult<()> {
        if std::ptr::eq(hub(py)?, self) {
            return Ok(());
        }
        Err(PyRuntimeError::new_err(text))
    }
}
