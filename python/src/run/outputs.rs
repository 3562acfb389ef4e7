//! The outputs of a run for Python: put together before it starts. The service thread that serves them is the engine's
//! and never attaches to the interpreter.
use std::path::PathBuf;

use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use rlocust_engine::monitor::TargetMonitor;
use rlocust_engine::output::{CsvFiles, CsvSettings, MetricsPage, StoreFile, SummaryFile};
use rlocust_engine::report::csv::History;
use rlocust_engine::run::OutputError;
use serde_json::{Map, Value};

use crate::run::owner::{PyRun, seconds};

/// What a run writes beside its tables.
#[pyclass(frozen, name = "Outputs", module = "rlocust._native")]
pub struct PyOutputs {
    run: Py<PyRun>,
}

#[pymethods]
impl PyOutputs {
    #[new]
    fn new(run: Py<PyRun>) -> Self {
        Self { run }
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
        self.run
            .get()
            .add(Box::new(CsvFiles::create(settings).map_err(cannot_open)?))
    }

    /// The result store. `facts` is a JSON object with versions and settings of the run.
    fn add_store(&self, path: PathBuf, facts: &str) -> PyResult<()> {
        let store = StoreFile::create(path, &facts_from(facts)?);
        self.run.get().add(Box::new(store.map_err(cannot_open)?))
    }

    /// The summary; `facts` as for the store.
    fn add_summary(&self, path: PathBuf, facts: &str) -> PyResult<()> {
        let summary = SummaryFile::create(path, facts_from(facts)?);
        self.run.get().add(Box::new(summary.map_err(cannot_open)?))
    }

    /// Serves the metrics page; answers the address it listens on. `OSError` when it cannot be had.
    fn add_metrics(&self, host: &str, port: u16) -> PyResult<String> {
        let run = self.run.get();
        let page = MetricsPage::bind(host, port, &run.run.handle()).map_err(|cause| {
            PyOSError::new_err(format!("cannot serve metrics on port {port}: {cause}"))
        })?;
        let address = page.address().to_string();
        self.run.get().add(Box::new(page))?;
        Ok(address)
    }

    /// Has the target's page at `url` asked once a second. `ValueError` when that is no URL.
    fn watch_target(&self, url: &str) -> PyResult<()> {
        let monitor =
            TargetMonitor::new(url).map_err(|error| PyValueError::new_err(error.to_string()))?;
        self.run
            .get()
            .build(|service| service.watch_target(monitor))
    }
}

/// `OSError` with the file in it.
#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn cannot_open(error: OutputError) -> PyErr {
    PyOSError::new_err(error.to_string())
}

fn facts_from(json: &str) -> PyResult<Map<String, Value>> {
    serde_json::from_str(json).map_err(|error| PyValueError::new_err(error.to_string()))
}
