//! The limits of a run for Python: judged at its end, said in reports. Everything is decided in the engine.
use std::sync::Arc;

use parking_lot::Mutex;
use pyo3::prelude::*;
use rlocust_engine::app::run::Limits;
use rlocust_engine::app::{discard_empty, plain, write_json, write_reports};
use rlocust_engine::clock;
use rlocust_engine::config::{FileSettings, RunFacts};
use rlocust_engine::model::exit::Ending;
use rlocust_engine::model::{Conclusion, Tick, Verdict};
use rlocust_engine::report::{End, Facts};
use rlocust_engine::run::Run;

use crate::run::facts::facts_of;
use crate::run::owner::PyRun;
use crate::run::settings::PyRunSettings;

/// What `--fail-if` and `--max-lag` say of a run.
#[pyclass(frozen, name = "Verdict", module = "rlocust._native")]
pub struct PyVerdict {
    run: Arc<Run>,
    limits: Limits,
    judged: Mutex<Judged>,
    files: FileSettings,
    started_at: f64,
}

/// The sums that were judged last, and what was found.
#[derive(Default)]
struct Judged {
    tick: Arc<Tick>,
    verdict: Verdict,
}

#[pymethods]
impl PyVerdict {
    /// Judges the sums of this moment: `[(kind, is_crossed, line)]`, kinds are `limit`, `unjudged` (a limit) and `lag`.
    fn judge(&self, py: Python<'_>) -> Vec<(&'static str, bool, String)> {
        py.detach(|| self.judge_detached())
    }

    /// Makes the sums that were judged last the run's last tick.
    pub(crate) fn conclude(&self, exit_code: i64) {
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

    /// The run does not begin: files that are still empty are taken away.
    fn discard(&self) {
        discard_empty(&self.files);
    }

    /// Writes the reports that were asked for, with the settings and the environment as the run left them; a line for
    /// each that could not be written.
    fn write(
        &self,
        settings: &Bound<'_, PyRunSettings>,
        environment: &Bound<'_, PyAny>,
        exit_code: i64,
    ) -> PyResult<Vec<String>> {
        if !self.files.has_reports() {
            return Ok(Vec::new());
        }
        let run = facts_of(environment, &settings.get().inner)?;
        Ok(self.write_with(&run, exit_code))
    }
}

impl PyVerdict {
    /// `write` with these facts.
    pub(crate) fn write_with(&self, run: &RunFacts, exit_code: i64) -> Vec<String> {
        if !self.files.has_reports() {
            return Vec::new();
        }
        let judged = self.judged.lock();
        let end = End {
            started_at: self.started_at,
            ended_at: clock::unix_seconds(),
            exit_code: Some(exit_code),
            losses: judged.tick.run.losses.clone(),
            verdict: judged.verdict.clone(),
        };
        let sums = judged.tick.of_test();
        let errors = write_reports(&self.files, &sums, &Facts::new(run, end));
        errors.iter().map(plain).collect()
    }

    /// Writes the entries that were judged last as Locust's JSON, if that was asked for; a line if it could not be.
    pub(crate) fn write_json(&self) -> Option<String> {
        let judged = self.judged.lock();
        write_json(&self.files, &judged.tick.snapshot).map(|error| plain(&error))
    }

    pub(crate) fn new(run: &PyRun, limits: Limits, files: FileSettings) -> Self {
        Self {
            run: Arc::clone(&run.run),
            limits,
            judged: Mutex::default(),
            files,
            started_at: clock::unix_seconds(),
        }
    }

    /// `judge` for a caller without the interpreter: a thread that forks may hold the sums back and wait for it.
    pub(crate) fn judge_detached(&self) -> Vec<(&'static str, bool, String)> {
        let tick = self.run.tick();
        let verdict = self.limits.lock().verdict(&tick);
        let limits = verdict.limits.iter().map(|judgement| {
            let is_unjudged = judgement.is_crossed && judgement.value.is_none();
            (if is_unjudged { "unjudged" } else { "limit" }, judgement)
        });
        let lags = verdict.lags.iter().map(|judgement| ("lag", judgement));
        let lines = limits
            .chain(lags)
            .map(|(kind, one)| (kind, one.is_crossed, one.with_limit()))
            .collect();
        *self.judged.lock() = Judged { tick, verdict };
        lines
    }
}
