//! One connection as Python sees it: verbs that park the calling greenlet until the I/O thread has an answer.
use std::time::{Duration, Instant};

use bytes::Bytes;
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};
use rlocust_engine::clock;
use rlocust_engine::http::{SessionOptions, Ticket};
use rlocust_engine::model::Lag;
use rlocust_engine::websocket::{Awaited, Message, Payload, WebSocket};

use crate::hub::{self, Hub, Watched};
use crate::wait_clock;

use super::fault::{exception, timeout};
use super::moments::{limit, perf_counter};
use super::open::Wanted;

/// A close frame has room for a reason of so many bytes.
const LONGEST_REASON: usize = 123;
/// Longer than the I/O thread waits for the other side's goodbye.
const CLOSE_LIMIT: Duration = Duration::from_secs(3);

const FORKED: &str = "this connection was opened before the process forked; connect again";

/// A message as Python gets it.
type Received = (Py<PyAny>, f64, usize, bool);

/// One connection; `rlocust.websocket.WebSocketClient` makes samples of what it says.
#[pyclass(frozen, name = "WebSocket")]
pub struct PyWebSocket {
    socket: WebSocket,
    connect_limit: Duration,
    hub: &'static Hub,
}

#[pymethods]
impl PyWebSocket {
    /// Begins to open a connection. `ValueError` for what none can be opened with.
    #[new]
    #[expect(clippy::needless_pass_by_value, reason = "extracted from Python")]
    fn new(py: Python<'_>, wanted: Wanted) -> PyResult<Self> {
        let options = wanted.options(py)?;
        let connect_limit = options.connect_limit;
        let hub = hub::hub(py)?;
        let session = hub.engine.session(SessionOptions::default());
        Ok(Self {
            socket: WebSocket::open(&hub.engine, session, options, hub.wake()),
            connect_limit,
            hub,
        })
    }

    /// Waits until it is open; how many seconds that took.
    fn opened(&self, py: Python<'_>) -> PyResult<f64> {
        // The I/O thread keeps the limit; this is for one that does not take its turns.
        let due = wait_clock::due_in(self.connect_limit * 2);
        let took = self.wait(py, due, Awaited::Opening, || self.socket.opened())?;
        match took {
            Some(took) => Ok(took.as_secs_f64()),
            None => Err(self.fault(py, "not open", self.connect_limit)),
        }
    }

    /// Hands a message over; the number that `written` wants.
    fn post(&self, py: Python<'_>, message: &Bound<'_, PyAny>) -> PyResult<u64> {
        self.hub.check_process(py, FORKED)?;
        let posted = self.socket.post(payload(message)?);
        posted.map_err(|fault| exception(py, &fault))
    }

    /// Waits until so many messages have gone into the network; how many seconds the last one took.
    fn written(&self, py: Python<'_>, count: u64, timeout: f64) -> PyResult<f64> {
        let limit = limit("timeout", timeout)?;
        let due = wait_clock::due_in(limit);
        let written = || self.socket.written(count);
        match self.wait(py, due, Awaited::Written(count), written)? {
            Some(took) => Ok(took.as_secs_f64()),
            None => Err(self.fault(py, "not written", limit)),
        }
    }

    /// The next message, when it came (`time.perf_counter()`), its bytes on the wire, and whether it came after the
    /// message that was posted last.
    fn receive(&self, py: Python<'_>, timeout: f64) -> PyResult<Received> {
        let limit = limit("timeout", timeout)?;
        let began = clock::instant();
        let due = wait_clock::due_in(limit);
        let Some(message) = self.wait(py, due, Awaited::Message, || self.socket.take(due))? else {
            return Err(self.fault(py, "no message", limit));
        };
        if message.arrived >= began {
            self.hub.log_lag(Lag::Resume, message.arrived.elapsed());
        }
        shown(py, &message)
    }

    /// Says goodbye and waits for the other side's. Without effect where the connection has ended.
    fn close(&self, py: Python<'_>, code: u16, reason: String) -> PyResult<()> {
        if !matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999) {
            let text = format!(
                "the close code `{code}` may not be sent; 1000 is usual, 3000 to 4999 are yours"
            );
            return Err(PyValueError::new_err(text));
        }
        if reason.len() > LONGEST_REASON {
            let text = format!(
                "the close reason has {} bytes, {LONGEST_REASON} at most may be sent",
                reason.len()
            );
            return Err(PyValueError::new_err(text));
        }
        self.hub.check_process(py, FORKED)?;
        self.socket.close(code, reason);
        let due = wait_clock::due_in(CLOSE_LIMIT);
        self.wait(py, due, Awaited::End, || None::<()>).map(drop)
    }

    /// When the message that was sent last left the script's hands: `time.perf_counter()`.
    #[getter]
    fn sent(&self, py: Python<'_>) -> PyResult<Option<f64>> {
        let moment = self.socket.last_sent();
        moment.map(|moment| perf_counter(py, moment)).transpose()
    }

    /// When the connection ended: `time.perf_counter()`; `None` while it lasts.
    #[getter]
    fn ended(&self, py: Python<'_>) -> PyResult<Option<f64>> {
        let end = self.socket.end();
        end.map(|(_, moment)| perf_counter(py, moment)).transpose()
    }

    /// The subprotocol that the server chose.
    #[getter]
    fn subprotocol(&self) -> Option<String> {
        self.socket.subprotocol()
    }
}

impl PyWebSocket {
    fn wait<T>(
        &self,
        py: Python<'_>,
        due: Instant,
        awaited: Awaited,
        look: impl Fn() -> Option<T>,
    ) -> PyResult<Option<T>> {
        self.hub.check_process(py, FORKED)?;
        self.hub.wait_for(py, self, awaited, due, look)
    }

    /// The end of the connection, or what did not happen within the limit.
    fn fault(&self, py: Python<'_>, late: &str, limit: Duration) -> PyErr {
        match self.socket.end() {
            Some((fault, _)) => exception(py, &fault),
            None => timeout(py, late, limit),
        }
    }
}

impl Watched for PyWebSocket {
    type Awaited = Awaited;

    fn has_ended(&self) -> bool {
        self.socket.end().is_some()
    }

    fn watch(&self, awaited: Awaited, ticket: Ticket) -> bool {
        self.socket.watch(awaited, ticket)
    }

    fn forget(&self, ticket: Ticket) {
        self.socket.forget(ticket);
    }
}

fn payload(message: &Bound<'_, PyAny>) -> PyResult<Payload> {
    if let Ok(text) = message.cast::<PyString>() {
        return Ok(Payload::Text(text.to_cow()?.into_owned()));
    }
    if let Ok(bytes) = message.cast::<PyBytes>() {
        return Ok(Payload::Binary(Bytes::copy_from_slice(bytes.as_bytes())));
    }
    let kind = message.get_type();
    let text = format!("a message is `str` or `bytes`, not `{}`", kind.name()?);
    Err(PyTypeError::new_err(text))
}

fn shown(py: Python<'_>, message: &Message) -> PyResult<Received> {
    let payload = match &message.payload {
        Payload::Text(text) => PyString::new(py, text).into_any(),
        Payload::Binary(bytes) => PyBytes::new(py, bytes).into_any(),
    };
    let arrived = perf_counter(py, message.arrived)?;
    let length = message.payload.len();
    Ok((payload.unbind(), arrived, length, message.is_since_post))
}
