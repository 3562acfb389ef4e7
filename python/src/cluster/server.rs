//! A master's node for Python.
use std::sync::Arc;

use pyo3::exceptions::{PyConnectionError, PyValueError};
use pyo3::prelude::*;
use rlocust_engine::cluster::{HeartbeatTimeouts, Secret, Server};

use crate::cluster::incoming::{Row, os_error, take, waker};
use crate::hub::{SignalsHeldBack, Waker, bytes_received};
use crate::message_values::from_python;
use crate::run::owner::{PyRun, seconds};
use crate::stats::recorder::PyRecorder;

/// A master's socket. Nothing here waits but `settle` and `close`.
#[pyclass(frozen, name = "NodeServer", module = "rlocust._native")]
pub struct PyNodeServer {
    waker: Arc<Waker>,
    server: Server,
}

#[pymethods]
impl PyNodeServer {
    /// Port 0 takes a free one; `OSError` where it cannot be bound. The other figures are Locust's constants. With a
    /// secret only workers that know it are heard.
    #[expect(clippy::too_many_arguments, reason = "they are Python's")]
    #[new]
    #[pyo3(signature = (run, recorder, host, port, heartbeat_interval, heartbeat_liveness, heartbeat_dead, secret=None))]
    fn new(
        run: &Bound<'_, PyRun>,
        recorder: &Bound<'_, PyRecorder>,
        host: &str,
        port: u16,
        heartbeat_interval: f64,
        heartbeat_liveness: i64,
        heartbeat_dead: i64,
        secret: Option<&[u8]>,
    ) -> PyResult<Self> {
        let patience = HeartbeatTimeouts {
            interval: seconds(heartbeat_interval),
            liveness: heartbeat_liveness,
            dead: heartbeat_dead,
        };
        let (own, wake) = waker()?;
        let recorder = Arc::clone(&recorder.get().inner);
        let _held_back = SignalsHeldBack::new();
        let server = Server::start(
            (host, port),
            secret.map(Secret::new),
            patience,
            recorder,
            run.get().run.handle(),
            wake,
            bytes_received,
        )
        .map_err(|error| os_error(&error, host, port))?;
        Ok(Self { waker: own, server })
    }

    #[getter]
    fn port(&self) -> u16 {
        self.server.port()
    }

    /// Becomes readable with the first of what waits.
    fn descriptor(&self) -> i32 {
        self.waker.descriptor()
    }

    /// `[(source, kind, data, node id)]`, the oldest first, `most` at a time.
    fn take<'py>(&self, py: Python<'py>, most: usize) -> PyResult<Vec<Row<'py>>> {
        take(py, self.server.inbox(), &self.waker, most)
    }

    /// To one worker. `TypeError` for data that a message cannot carry; `ConnectionError` where too much waits already.
    fn send(&self, kind: &str, data: &Bound<'_, PyAny>, node_id: &str) -> PyResult<()> {
        if self.server.send(kind, from_python(data)?, node_id) {
            return Ok(());
        }
        Err(PyConnectionError::new_err(format!(
            "`{kind}` cannot be sent to `{node_id}`: too many messages wait, or the node is another process's"
        )))
    }

    /// A worker that is known from now on: its heartbeats are answered, its silence is told.
    #[pyo3(signature = (node_id, index, version=None))]
    fn admit(&self, node_id: &str, index: i64, version: Option<&str>) {
        self.server
            .admit(node_id, index, version.unwrap_or_default());
    }

    /// A worker has left; `is_lost` where it had no time to report what it had counted.
    #[pyo3(signature = (node_id, is_lost=false))]
    fn forget(&self, node_id: &str, is_lost: bool) {
        self.server.forget(node_id, is_lost);
    }

    /// Nothing more is waited for: what workers have not reported yet is lost, and the run says so from now on.
    fn settle(&self, py: Python<'_>) {
        py.detach(|| self.server.settle());
    }

    /// Off, where listeners of the suite want to see reports before they are added up.
    fn set_merging(&self, is_on: bool) {
        self.server.set_merging(is_on);
    }

    /// Adds up the data of a report; `ValueError` where they are none.
    fn merge(&self, data: &Bound<'_, PyAny>) -> PyResult<()> {
        let data = from_python(data)?;
        let merged = self.server.merge(&data.as_ref());
        merged.map_err(|why| PyValueError::new_err(format!("a report cannot be added up: {why}")))
    }

    /// Messages that were thrown away because they were none.
    fn malformed(&self) -> u64 {
        self.server.malformed()
    }

    /// Sends what waits, for so long at most; then the port is free.
    fn close(&self, py: Python<'_>, linger_seconds: f64) {
        py.detach(|| self.server.close(seconds(linger_seconds)));
    }
}
