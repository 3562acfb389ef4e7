//! The limits of a run for Python: read once, watched on the service thread, judged at the end, told in reports.
//! Everything is decided in the engine.
use std::sync::Arc;

use parking_lot::Mutex;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use rlocust_engine::model::exit::Ending;
use rlocust_engine::model::{Conclusion, Tick, Verdict};
use rlocust_engine::output::LimitWatcher;
use rlocust_engine::report::{self, Facts};
use rlocust_engine::run::Run;
use rlocust_engine::verdict::{Problem, Watch, parse_limits, parse_max_lag};

use crate::run::owner::PyRun;

/// What `--fail-if` and `--max-lag` say of a run.
#[pyclass(frozen, name = "Verdict", module = "rlocust._native")]
pub struct PyVerdict {
    run: Arc<Run>,
    watch: Arc<Mutex<Watch>>,
    judged: Mutex<Judged>,
}

/// The sums that were judged last, and what was found.
#[derive(Default)]
struct Judged {
    tick: Arc<Tick>,
    verdict: Verdict,
}

/// What a report says beside the sums; the keys of a dict.
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
    /// Raises `ValueError` where a text is no limit; the command line has refused those before.
    #[new]
    #[expect(clippy::needless_pass_by_value, reason = "extracted from Python")]
    fn new(fail_if: Vec<String>, max_lag: Vec<String>, run: &Bound<'_, PyRun>) -> PyResult<Self> {
        let limits = all(&fail_if, parse_limits)?;
        let lags = all(&max_lag, parse_max_lag)?;
        Ok(Self {
            run: Arc::clone(&run.get().run),
            watch: Arc::new(Mutex::new(Watch::new(limits, lags))),
            judged: Mutex::default(),
        })
    }

    #[getter]
    fn is_empty(&self) -> bool {
        self.watch.lock().is_empty()
    }

    /// Has the service thread stop the run for limits with `abort after`, if there are any.
    fn watch(&self, run: &Bound<'_, PyRun>) -> PyResult<()> {
        if !self.watch.lock().can_abort() {
            return Ok(());
        }
        let notifications = Arc::clone(self.run.notifications());
        let watcher = LimitWatcher::new(Arc::clone(&self.watch), notifications);
        run.get().add(Box::new(watcher))
    }

    /// Judges the sums of this moment: `[(kind, is_crossed, line)]`, kinds are `limit` and `lag`.
    fn judge(&self) -> Vec<(&'static str, bool, String)> {
        let tick = self.run.tick();
        let verdict = self.watch.lock().verdict(&tick.of_test());
        let limits = verdict.limits.iter().map(|judgement| ("limit", judgement));
        let lags = verdict.lags.iter().map(|judgement| ("lag", judgement));
        let lines = limits
            .chain(lags)
            .map(|(kind, one)| (kind, one.is_crossed, one.with_limit()))
            .collect();
        *self.judged.lock() = Judged { tick, verdict };
        lines
    }

    /// Makes the sums that were judged last the run's last tick.
    fn conclude(&self, exit_code: i64) {
        let judged = self.judged.lock();
        let verdict = judged.verdict.clone();
        self.run
            .conclude(&judged.tick, Conclusion { exit_code, verdict });
    }

    /// The exit code of a run judged so, where the suite has not chosen one itself.
    fn exit_code(&self, code_of_failures: Option<i64>, has_unhandled_errors: bool) -> i64 {
        let ending = Ending {
            chosen_by_suite: None,
            verdict: self.judged.lock().verdict.clone(),
            code_of_failures,
            has_unhandled_errors,
        };
        ending.code()
    }

    /// The `JUnit` report.
    fn junit(&self, facts: PyFacts) -> PyResult<String> {
        let sums = self.judged.lock().tick.of_test();
        report::junit(&sums, &self.facts(facts)).map_err(PyRuntimeError::new_err)
    }

    /// The Markdown summary.
    fn markdown(&self, facts: PyFacts) -> String {
        let sums = self.judged.lock().tick.of_test();
        report::markdown(&sums, &self.facts(facts))
    }
}

impl PyVerdict {
    fn facts(&self, facts: PyFacts) -> Facts {
        Facts {
            title: facts.title,
            host_name: facts.host_name,
            started_at: facts.started_at,
            ended_at: facts.ended_at,
            exit_code: Some(facts.exit_code),
            code_of_failures: facts.code_of_failures,
            verdict: self.judged.lock().verdict.clone(),
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
