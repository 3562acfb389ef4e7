//! A worker's node for Python.
use std::sync::Arc;

use pyo3::exceptions::PyConnectionError;
use pyo3::prelude::*;
use rlocust_engine::cluster::{Address, Client, Secret};

use crate::cluster::incoming::{Row, os_error, take, waker};
use crate::hub::{SignalsHeldBack, Waker};
use crate::message_values::from_python;
use crate::run::owner::{PyRun, seconds};
use crate::stats::recorder::PyRecorder;

/// A worker's socket. Nothing here waits but `close`.
#[pyclass(frozen, name = "NodeClient", module = "rlocust._native")]
pub struct PyNodeClient {
    waker: Arc<Waker>,
    client: Client,
}

#[pymethods]
impl PyNodeClient {
    /// Connects when somebody listens there, and again whenever the connection is lost. With a secret only a master that
    /// knows it is told anything.
    #[new]
    #[pyo3(signature = (run, recorder, host, port, identity, heartbeat_liveness, secret=None))]
    fn new(
        run: &Bound<'_, PyRun>,
        recorder: &Bound<'_, PyRecorder>,
        host: &str,
        port: u16,
        identity: &str,
        heartbeat_liveness: i64,
        secret: Option<&[u8]>,
    ) -> PyResult<Self> {
        let address = Address {
            host: host.to_owned(),
            port,
            identity: identity.to_owned(),
            secret: secret.map(Secret::new),
        };
        let (own, wake) = waker()?;
        let recorder = Arc::clone(&recorder.get().inner);
        let _held_back = SignalsHeldBack::new();
        let client = Client::start(
            address,
            heartbeat_liveness,
            recorder,
            run.get().run.handle(),
            &wake,
        )
        .map_err(|error| os_error(&error, host, port))?;
        Ok(Self { waker: own, client })
    }

    /// Becomes readable with the first of what waits.
    fn descriptor(&self) -> i32 {
        self.waker.descriptor()
    }

    /// `[(source, kind, data, node id)]`, the oldest first, `most` at a time.
    fn take<'py>(&self, py: Python<'py>, most: usize) -> PyResult<Vec<Row<'py>>> {
        take(py, self.client.inbox(), &self.waker, most)
    }

    /// To the master. `TypeError` for data that a message cannot carry; `ConnectionError` where too much waits already.
    #[pyo3(signature = (kind, data, node_id=None))]
    fn send(&self, kind: &str, data: &Bound<'_, PyAny>, node_id: Option<&str>) -> PyResult<()> {
        if self.client.send(kind, from_python(data)?, node_id) {
            return Ok(());
        }
        Err(PyConnectionError::new_err(format!(
            "`{kind}` cannot be sent to the master: too many messages wait, or the node is another process's"
        )))
    }

    /// What the next heartbeats say.
    fn set_state(&self, word: &str) {
        self.client.set_state(word);
    }

    fn set_usage(&self, cpu_percent: f64, memory_bytes: u64) {
        self.client.set_usage(cpu_percent, memory_bytes);
    }

    /// At once and each interval from now on, while the script is silent for no longer than so many seconds.
    fn begin_beating(&self, interval: f64, longest_silence: f64) {
        let (interval, longest) = (seconds(interval), seconds(longest_silence));
        self.client.begin_beating(interval, longest);
    }

    /// At once and each interval from now on, with the numbers of users of these classes.
    fn begin_reporting(&self, interval: f64, user_classes: Vec<String>) {
        self.client.begin_reporting(seconds(interval), user_classes);
    }

    /// The sums of this moment, before whatever is sent later.
    fn report_now(&self) {
        self.client.report_now();
    }

    /// Off, where the suite sends heartbeats itself.
    fn set_beating(&self, is_on: bool) {
        self.client.set_beating(is_on);
    }

    /// Off, where the suite sends reports itself.
    fn set_reporting(&self, is_on: bool) {
        self.client.set_reporting(is_on);
    }

    /// Seconds since the last heartbeat of the master; 0 before the first.
    fn silence(&self) -> f64 {
        self.client.silence().as_secs_f64()
    }

    /// A new connection under the same name.
    fn reconnect(&self) {
        self.client.reconnect();
    }

    /// Messages that were thrown away because they were none.
    fn malformed(&self) -> u64 {
        self.client.malformed()
    }

    /// Sends what waits, for so long at most.
    fn close(&self, py: Python<'_>, linger_seconds: f64) {
        py.detach(|| self.client.close(seconds(linger_seconds)));
    }
}
