//! The outputs of a run for Python: put together before it starts, started with it, finished at its end. The service
//! thread is the engine's and never attaches to the interpreter; its news wait here until the gevent loop, woken by
//! a descriptor, collects them.
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;
use pyo3::exceptions::{PyOSError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use rlocust_engine::clock;
use rlocust_engine::model::{Conclusion, Machines};
use rlocust_engine::monitor::TargetMonitor;
use rlocust_engine::output::{CsvFiles, CsvSettings, MetricsPage, StoreFile, SummaryFile};
use rlocust_engine::report::csv::History;
use rlocust_engine::report::machines;
use rlocust_engine::run::{Ended, News, Newsroom, Output, Running, Service, Trouble};
use serde_json::{Map, Value};

use crate::hub::Waker;
use crate::run::board::PyBoard;
use crate::run::verdict::PyVerdict;
use crate::stats::recorder::PyRecorder;

/// How long a signal may go unheard while the outputs write their last figures.
const SLICE: Duration = Duration::from_millis(100);

/// What a run writes beside its tables.
#[pyclass(frozen, name = "Outputs", module = "rlocust._native")]
pub struct PyOutputs {
    waker: Arc<Waker>,
    newsroom: Arc<Newsroom>,
    machines: Arc<Mutex<Machines>>,
    stage: Mutex<Stage>,
}

enum Stage {
    Building(Box<Service>),
    Running(Running),
    Over,
}

impl PyOutputs {
    /// Where an output puts what the owner of the run should hear.
    pub(crate) fn newsroom(&self) -> Arc<Newsroom> {
        Arc::clone(&self.newsroom)
    }

    /// For the `add_…` methods, here and in other files.
    pub(crate) fn add(&self, output: Box<dyn Output>) -> PyResult<()> {
        match &mut *self.stage.lock() {
            Stage::Building(service) => {
                service.add(output);
                Ok(())
            }
            _ => Err(started_already()),
        }
    }
}

#[pymethods]
impl PyOutputs {
    #[new]
    fn new(recorder: &Bound<'_, PyRecorder>, board: &Bound<'_, PyBoard>) -> PyResult<Self> {
        let waker = Arc::new(Waker::new()?);
        let wake = Arc::clone(&waker);
        let newsroom = Arc::new(Newsroom::new(move || wake.wake()));
        let (recorder, board) = (
            Arc::clone(&recorder.get().inner),
            Arc::clone(&board.get().inner),
        );
        let service = Service::new(recorder, board, Arc::clone(&newsroom));
        Ok(Self {
            waker,
            newsroom,
            machines: service.machines(),
            stage: Mutex::new(Stage::Building(Box::new(service))),
        })
    }

    /// Locust's four CSV files. `window` in seconds where every entry has rows in the history; `intervals` are the
    /// seconds between rounds and between flushes. `OSError` when a file cannot be written.
    fn add_csv(
        &self,
        prefix: String,
        percentiles: Vec<f64>,
        window: Option<i64>,
        intervals: (f64, f64),
    ) -> PyResult<()> {
        let history = window.map_or(History::Aggregate, |window| History::Everything { window });
        let settings = CsvSettings {
            prefix,
            percentiles,
            history,
            interval: seconds(intervals.0),
            flush_interval: seconds(intervals.1),
        };
        self.add(Box::new(CsvFiles::create(settings).map_err(cannot_open)?))
    }

    /// The result store. `facts` is a JSON object with versions and settings of the run.
    fn add_store(&self, path: PathBuf, facts: &str) -> PyResult<()> {
        let store = StoreFile::create(path, &facts_from(facts)?);
        self.add(Box::new(store.map_err(cannot_open)?))
    }

    /// The summary; `facts` as for the store.
    fn add_summary(&self, path: PathBuf, facts: &str) -> PyResult<()> {
        let summary = SummaryFile::create(path, facts_from(facts)?);
        self.add(Box::new(summary.map_err(cannot_open)?))
    }

    /// Serves the metrics page; answers the address it listens on. `OSError` when it cannot be had.
    fn add_metrics(&self, host: &str, port: u16) -> PyResult<String> {
        let page = MetricsPage::bind(host, port).map_err(|cause| {
            PyOSError::new_err(format!("cannot serve metrics on port {port}: {cause}"))
        })?;
        let address = page.address().to_string();
        self.add(Box::new(page))?;
        Ok(address)
    }

    /// Has the target's page at `url` asked once a second. `ValueError` when that is no URL.
    fn watch_target(&self, url: &str) -> PyResult<()> {
        let monitor =
            TargetMonitor::new(url).map_err(|error| PyValueError::new_err(error.to_string()))?;
        match &mut *self.stage.lock() {
            Stage::Building(service) => service.watch_target(monitor),
            _ => return Err(started_already()),
        }
        Ok(())
    }

    /// Starts the service thread, if there is anything to serve.
    fn start(&self) -> PyResult<()> {
        let mut stage = self.stage.lock();
        *stage = match std::mem::replace(&mut *stage, Stage::Over) {
            Stage::Building(service) if !service.is_empty() => Stage::Running(service.start()?),
            other => other,
        };
        Ok(())
    }

    /// The descriptor that becomes readable with news.
    fn descriptor(&self) -> i32 {
        self.waker.descriptor()
    }

    /// `[(kind, line)]` since the last call; kinds are `trouble`, `note`, `stop` and `died`.
    fn news(&self) -> Vec<(&'static str, String)> {
        self.waker.clear();
        let told = self.newsroom.collect().into_iter();
        told.map(|news| match news {
            News::Trouble(line) => ("trouble", line),
            News::Note(line) => ("note", line),
            News::Stop(line) => ("stop", line),
            News::Died(line) => ("died", line),
        })
        .collect()
    }

    /// A line on the CPU and memory of each machine that was watched, over the run so far.
    fn machines(&self) -> Vec<String> {
        machines::lines(&self.machines.lock())
    }

    /// Ticks of the service thread so far; 0 while it does not run.
    fn ticks(&self) -> u64 {
        match &*self.stage.lock() {
            Stage::Running(running) => running.ticks(),
            _ => 0,
        }
    }

    /// The last tick of every output, then the end of the thread; waits `limit` seconds at most. One line for
    /// each output that is not complete. Signal handlers run meanwhile; what one raises ends the wait.
    fn finish(
        &self,
        py: Python<'_>,
        limit: f64,
        exit_code: i64,
        verdict: &Bound<'_, PyVerdict>,
    ) -> PyResult<Vec<String>> {
        let conclusion = Conclusion {
            exit_code,
            verdict: verdict.get().judged(),
        };
        let stage = std::mem::replace(&mut *self.stage.lock(), Stage::Over);
        let Stage::Running(mut running) = stage else {
            return Ok(Vec::new());
        };
        running.conclude(conclusion);
        Ok(match wait(py, &mut running, seconds(limit))? {
            Some(Ended::Complete) => Vec::new(),
            Some(Ended::Incomplete(lines)) => lines,
            Some(Ended::Died) => {
                vec!["output files lack the end: the service thread had died".to_owned()]
            }
            None => vec![format!(
                "output files were not complete {limit} seconds after the end: they may lack the last figures"
            )],
        })
    }
}

/// In slices, so that a signal is heard between them.
fn wait(py: Python<'_>, running: &mut Running, limit: Duration) -> PyResult<Option<Ended>> {
    let deadline = clock::instant() + limit;
    loop {
        let ended = py.detach(|| running.wait(SLICE));
        if ended.is_some() || clock::instant() >= deadline {
            return Ok(ended);
        }
        py.check_signals()?;
    }
}

/// `OSError` with the file in it.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn cannot_open(trouble: Trouble) -> PyErr {
    PyOSError::new_err(trouble.to_string())
}

fn facts_from(json: &str) -> PyResult<Map<String, Value>> {
    serde_json::from_str(json).map_err(|error| PyValueError::new_err(error.to_string()))
}

/// What a suite assigned to a constant: nothing below zero, nothing endless.
fn seconds(value: f64) -> Duration {
    Duration::try_from_secs_f64(value.max(0.0)).unwrap_or(Duration::from_hours(24))
}

fn started_already() -> PyErr {
    PyRuntimeError::new_err("the outputs have started already")
}
