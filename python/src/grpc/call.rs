//! One call as Python sees it: verbs that park the calling greenlet until the I/O thread has something.
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyTuple};
use rlocust_engine::grpc::{Awaited, Ending, Metadata, Rpc};
use rlocust_engine::http::Ticket;

use crate::hub::{Hub, Watched};
use crate::wait_clock;

use super::ending::PyGrpcEnding;
use super::message::outgoing;
use super::metadata::shown;

/// The I/O thread keeps the limits of calls; a wait here is for whatever it takes.
const FOR_EVER: Duration = Duration::from_hours(365 * 24);

/// So many messages of a script may be ahead of the network.
const MOST_AHEAD: u64 = 16;

/// One call.
#[pyclass(frozen, name = "GrpcCall")]
pub struct PyGrpcCall {
    rpc: Rpc,
    is_packed: bool,
    hub: &'static Hub,
}

#[pymethods]
impl PyGrpcCall {
    /// The next message; `None` when the call has ended.
    fn receive<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let message = self.wait(py, Awaited::Message, || self.rpc.take())?;
        Ok(message.map(|message| PyBytes::new(py, &message)))
    }

    /// Hands a message over, and waits while too many are ahead of the network; false when the call has ended.
    fn send(&self, py: Python<'_>, message: &Bound<'_, PyBytes>) -> PyResult<bool> {
        if self.rpc.has_ended() {
            return Ok(false);
        }
        let posted = self.rpc.post(outgoing(message.as_bytes(), self.is_packed));
        let count = posted.saturating_sub(MOST_AHEAD);
        let sent = || self.rpc.has_sent(count).then_some(());
        Ok(self.wait(py, Awaited::Sent(count), sent)?.is_some())
    }

    /// No more messages come from this side.
    fn finish(&self) {
        self.rpc.finish();
    }

    /// Waits for what the server says before its messages.
    fn initial_metadata<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyTuple>> {
        match self.wait(py, Awaited::Metadata, || self.rpc.metadata())? {
            Some(metadata) => shown(py, &metadata),
            None => Ok(PyTuple::empty(py)),
        }
    }

    /// Waits for the end.
    fn end(&self, py: Python<'_>) -> PyResult<PyGrpcEnding> {
        Ok(self.show(self.wait_for_end(py)?))
    }

    /// Ends it here; the server learns of it.
    fn cancel(&self) {
        self.rpc.cancel();
    }

    #[getter]
    fn has_ended(&self) -> bool {
        self.rpc.has_ended()
    }
}

impl PyGrpcCall {
    pub fn new(rpc: Rpc, is_packed: bool, hub: &'static Hub) -> Self {
        Self {
            rpc,
            is_packed,
            hub,
        }
    }

    pub fn wait_for_end(&self, py: Python<'_>) -> PyResult<Ending> {
        loop {
            if let Some(ending) = self.wait(py, Awaited::End, || self.rpc.end())? {
                return Ok(ending);
            }
        }
    }

    /// How it ended, with the message if nobody has taken it.
    pub fn show(&self, ending: Ending) -> PyGrpcEnding {
        let initial: Option<Metadata> = self.rpc.metadata();
        PyGrpcEnding::new(ending, initial, self.rpc.take())
    }

    fn wait<T>(
        &self,
        py: Python<'_>,
        awaited: Awaited,
        look: impl Fn() -> Option<T>,
    ) -> PyResult<Option<T>> {
        let due = wait_clock::due_in(FOR_EVER);
        self.hub.wait_for(py, self, awaited, due, look)
    }
}

impl Watched for PyGrpcCall {
    type Awaited = Awaited;

    fn has_ended(&self) -> bool {
        self.rpc.has_ended()
    }

    fn watch(&self, awaited: Awaited, ticket: Ticket) -> bool {
        self.rpc.watch(awaited, ticket)
    }

    fn forget(&self, ticket: Ticket) {
        self.rpc.forget(ticket);
    }
}
