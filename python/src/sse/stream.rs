//! One stream as Python sees it: verbs that park the calling greenlet until the I/O thread has an answer.
use std::sync::Arc;
use std::time::{Duration, Instant};

use pyo3::prelude::*;
use rlocust_engine::clock;
use rlocust_engine::http::{SessionOptions, Ticket};
use rlocust_engine::model::Lag;
use rlocust_engine::sse::{Awaited, EventStream, Fault};
use rlocust_engine::stats::StreamLedger;

use crate::hub::{self, Hub, Watched};
use crate::stats::recorder::PyRecorder;
use crate::wait_clock;
use crate::websocket::moments::{limit, perf_counter};

use super::fault::{exception, timeout};
use super::open::Wanted;

/// As good as for ever: the I/O thread keeps the limits of connecting and reading.
const FOR_EVER: Duration = Duration::from_hours(24 * 365);

const FORKED: &str = "this stream was opened before the process forked; open another one";

/// An event as Python gets it: its type, its data, the last id, and when it came (`time.perf_counter()`).
type Received = (String, String, String, f64);

/// Moments of `time.perf_counter()`: the beginning, the first byte, the first event, the last event, the end.
type Moments = [Option<f64>; 5];

/// One stream; `rlocust.sse.SseClient` makes a sample of it.
#[pyclass(frozen, name = "EventStream")]
pub struct PyEventStream {
    stream: EventStream,
    ledger: Arc<StreamLedger>,
    hub: &'static Hub,
}

#[pymethods]
impl PyEventStream {
    /// Begins to ask for a stream, whose figures go into the recorder. `ValueError` for what none can be asked for with.
    #[new]
    fn new(py: Python<'_>, wanted: Wanted, recorder: &PyRecorder) -> PyResult<Self> {
        let ledger = recorder.inner.stream_ledger(&wanted.method, &wanted.name);
        let options = wanted.options(py, Arc::clone(&ledger))?;
        let hub = hub::hub(py)?;
        let session = hub.engine.session(SessionOptions::default());
        Ok(Self {
            stream: EventStream::open(&hub.engine, session, options, hub.wake()),
            ledger,
            hub,
        })
    }

    /// Waits until an event stream is there; the answer's status and headers.
    fn opened(&self, py: Python<'_>) -> PyResult<(u16, Vec<(String, String)>)> {
        let due = wait_clock::due_in(FOR_EVER);
        let opening = self.wait(py, due, Awaited::Opening, || self.stream.opening())?;
        let Some(opening) = opening else {
            return Err(self.fault(py, FOR_EVER));
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let headers = opening.headers.iter();
        let headers = headers.map(|(name, value)| (text(name), text(value)));
        Ok((opening.status, headers.collect()))
    }

    /// The next event; `None` once the server has ended the stream in order.
    #[pyo3(signature = (timeout=None))]
    fn receive(&self, py: Python<'_>, timeout: Option<f64>) -> PyResult<Option<Received>> {
        let limit = timeout.map_or(Ok(FOR_EVER), |seconds| limit("timeout", seconds))?;
        let began = clock::instant();
        let due = wait_clock::due_in(limit);
        let received = self.wait(py, due, Awaited::Event, || self.stream.take(due))?;
        let end = self.stream.end();
        // The last ones and the end may have come just now, a moment too late.
        let left = || {
            end.as_ref()
                .and_then(|_| self.stream.take(clock::instant()))
        };
        let Some(received) = received.or_else(left) else {
            return match end {
                Some(Fault::Ended | Fault::Done) => Ok(None),
                _ => Err(self.fault(py, limit)),
            };
        };
        if received.arrived >= began {
            self.hub.log_lag(Lag::Resume, received.arrived.elapsed());
        }
        let arrived = perf_counter(py, received.arrived)?;
        let event = received.event;
        Ok(Some((event.event, event.data, event.id, arrived)))
    }

    /// Wants no more of it.
    fn close(&self) {
        self.stream.close();
    }

    /// When what of it happened.
    fn moments(&self, py: Python<'_>) -> PyResult<Moments> {
        let moments = self.stream.moments();
        let all = [
            moments.began,
            moments.first_byte,
            moments.first_event,
            moments.last_event,
            moments.ended,
        ];
        let mut shown = Moments::default();
        for (shown, moment) in shown.iter_mut().zip(all) {
            *shown = moment.map(|moment| perf_counter(py, moment)).transpose()?;
        }
        Ok(shown)
    }

    /// Events that came, connections made after the first, and bytes of the answer's body, decoded.
    fn counts(&self) -> (u64, u64, u64) {
        let moments = self.stream.moments();
        (moments.events, moments.reconnections, moments.bytes)
    }

    /// The id that the server gave last.
    #[getter]
    fn last_event_id(&self) -> String {
        self.stream.last_event_id()
    }

    /// So many tokens came, the first and the last so many seconds after the beginning.
    fn log_tokens(&self, count: u64, first: f64, last: f64) {
        let time = |seconds: f64| Duration::try_from_secs_f64(seconds).unwrap_or_default();
        self.ledger.tokens(count, time(first), time(last));
    }
}

impl PyEventStream {
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

    /// The end of the stream, or that nothing came within the limit.
    fn fault(&self, py: Python<'_>, limit: Duration) -> PyErr {
        match self.stream.end() {
            Some(fault) => exception(py, &fault),
            None => timeout(py, limit),
        }
    }
}

impl Watched for PyEventStream {
    type Awaited = Awaited;

    fn has_ended(&self) -> bool {
        self.stream.end().is_some()
    }

    fn watch(&self, awaited: Awaited, ticket: Ticket) -> bool {
        self.stream.watch(awaited, ticket)
    }

    fn forget(&self, ticket: Ticket) {
        self.stream.forget(ticket);
    }
}
