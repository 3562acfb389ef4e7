//! The limits of a run for Python: read once, watched on the service thread, judged at the end, told in reports.
//! Everything is decided in the engine.
use std::sync::Arc;

use parking_lot::Mutex;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use rlocust_engine::model::exit::Ending;
use rlocust_engine::model::{Snapshot, Verdict};
use rlocust_engine::output::LimitWatcher;
use rlocust_engine::report::{self, Facts};
use rlocust_engine::run::Board;
use rlocust_engine::verdict::{Problem, Watch, parse_limits, parse_max_lag};

use crate::run::board::PyBoard;
use crate::run::outputs::PyOutputs;
use crate::stats::recorder::PyRecorder;

/// What `--fail-if` and `--max-lag` say of a run.
#[pyclass(frozen, name = "Verdict", module = "rlocust._native")]
pub struct PyVerdict {
    watch: Arc<Mutex<Watch>>,
    verdict: Mutex<Verdict>,
    board: Option<Arc<Board>>,
}

/// What a report tells beside the sums; the keys of a dict.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct PyFacts {
    title: String,
    host_name: String,
    started_at: f64,
    ended_at: f64,
    exit_code: i64,
    code_of_failures: i64,
    settings: Vec<(String, String)>,
}

#[pymethods]
impl PyVerdict {
    /// Raises `ValueError` where a text is no limit; the command line has refused those before. The `board` tells when
    /// the test ended.
    #[new]
    #[pyo3(signature = (fail_if, max_lag, board = None))]
    #[expect(clippy::needless_pass_by_value, reason = "extracted from Python")]
    fn new(
        fail_if: Vec<String>,
        max_lag: Vec<String>,
        board: Option<&Bound<'_, PyBoard>>,
    ) -> PyResult<Self> {
        let limits = all(&fail_if, parse_limits)?;
        let lags = all(&max_lag, parse_max_lag)?;
        Ok(Self {
            watch: Arc::new(Mutex::new(Watch::new(limits, lags))),
            verdict: Mutex::default(),
            board: board.map(|board| Arc::clone(&board.get().inner)),
        })
    }

    #[getter]
    fn is_empty(&self) -> bool {
        self.watch.lock().is_empty()
    }

    /// Has the service thread stop the run for limits with `abort after`, if there are any.
    fn watch(&self, outputs: &Bound<'_, PyOutputs>) -> PyResult<()> {
        if !self.watch.lock().can_abort() {
            return Ok(());
        }
        let outputs = outputs.get();
        let watcher = LimitWatcher::new(Arc::clone(&self.watch), outputs.newsroom());
        outputs.add(Box::new(watcher))
    }

    /// Judges the sums of this moment: `[(kind, is_crossed, line)]`, kinds are `limit` and `lag`.
    fn judge(&self, recorder: &Bound<'_, PyRecorder>) -> Vec<(&'static str, bool, String)> {
        let verdict = self.watch.lock().verdict(&self.snapshot(recorder));
        let limits = verdict.limits.iter().map(|judgement| ("limit", judgement));
        let lags = verdict.lags.iter().map(|judgement| ("lag", judgement));
        let told = limits
            .chain(lags)
            .map(|(kind, one)| (kind, one.is_crossed, one.with_limit()))
            .collect();
        *self.verdict.lock() = verdict;
        told
    }

    /// The exit code of a run judged so, where the suite has not chosen one itself.
    fn exit_code(&self, code_of_failures: Option<i64>, has_unhandled_errors: bool) -> i64 {
        let ending = Ending {
            chosen_by_suite: None,
            verdict: self.verdict.lock().clone(),
            code_of_failures,
            has_unhandled_errors,
        };
        ending.code()
    }

    /// The `JUnit` report.
    fn junit(&self, recorder: &Bound<'_, PyRecorder>, facts: PyFacts) -> PyResult<String> {
        report::junit(&self.snapshot(recorder), &self.facts(facts)).map_err(PyRuntimeError::new_err)
    }

    /// The Markdown summary.
    fn markdown(&self, recorder: &Bound<'_, PyRecorder>, facts: PyFacts) -> String {
        report::markdown(&self.snapshot(recorder), &self.facts(facts))
    }
}

impl PyVerdict {
    /// What was judged last.
    pub(crate) fn judged(&self) -> Verdict {
        self.verdict.lock().clone()
    }

    fn snapshot(&self, recorder: &Bound<'_, PyRecorder>) -> Snapshot {
        let stopped_at = self
            .board
            .as_ref()
            .and_then(|board| board.read().stopped_at);
        let sums = recorder.get().inner.snapshot();
        sums.of_test_that_ended(stopped_at)
    }

    fn facts(&self, facts: PyFacts) -> Facts {
        Facts {
            title: facts.title,
            host_name: facts.host_name,
            started_at: facts.started_at,
            ended_at: facts.ended_at,
            exit_code: Some(facts.exit_code),
            code_of_failures: facts.code_of_failures,
            verdict: self.verdict.lock().clone(),
            settings: facts.settings,
        }
    }
}

fn all<T>(texts: &[String], parse: fn(&str) -> Result<Vec<T>, Problem>) -> PyResult<Vec<T>> {
    let mut all = Vec::new();
    for text in texts {
        all.extend(parse(text).map_err(|problem| PyValueError::new_err(problem.to_string()))?);
    }
    Ok(all)
}
