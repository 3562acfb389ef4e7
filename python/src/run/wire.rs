//! A run for Python gets its outputs and its limits, by its settings. What they are is decided in the engine.
use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;
use rlocust_engine::app::{self, Refusal};
use serde_json::Map;

use crate::command::cli::CommandLineError;
use crate::run::facts::facts_of;
use crate::run::owner::PyRun;
use crate::run::settings::PyRunSettings;
use crate::run::verdict::PyVerdict;

/// Gives the run everything that its settings ask for; the facts are read from the `environment`. Answers the verdict,
/// and the address of the metrics page or None. `CommandLineError` where settings contradict each other, `ValueError` or
/// `OSError` where one cannot be obeyed.
#[pyfunction]
pub fn wire_run(
    run: &Bound<'_, PyRun>,
    settings: &Bound<'_, PyRunSettings>,
    environment: &Bound<'_, PyAny>,
) -> PyResult<(PyVerdict, Option<String>)> {
    let (run, settings) = (run.get(), &settings.get().inner);
    // Python takes its time to say what platform it is on.
    let facts = if settings.files.have_facts() {
        facts_of(environment, settings)?.to_json()
    } else {
        Map::new()
    };
    let wired = app::run::wire(settings, &facts, &run.run).map_err(refused)?;
    run.build(|service| {
        for output in wired.outputs {
            service.add(output);
        }
        if let Some(target) = wired.target {
            service.monitor_target(target);
        }
    })?;
    if let Some(folder) = wired.history {
        run.keep_runs_in(folder);
    }
    if let Some(baseline) = wired.baseline {
        run.compare_reports_with(baseline);
    }
    let verdict = PyVerdict::new(run, wired.limits, settings.files.clone());
    Ok((verdict, wired.metrics))
}

fn refused(refusal: Refusal) -> PyErr {
    match refusal {
        Refusal::Usage(line) => CommandLineError::new_err((line, None::<String>)),
        Refusal::Setting(line) => PyValueError::new_err(line),
        Refusal::File(line) => PyOSError::new_err(line),
    }
}
