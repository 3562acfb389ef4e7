//! What the script says of itself for the web interface, read from the environment and from `locust.stats`.
use std::path::PathBuf;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rlocust_engine::app::run::limits;
use rlocust_engine::config::RunSettings;
use rlocust_engine::report::locust_web::ShownPercentiles;
use rlocust_engine::web::ScriptInfo;

use crate::run::facts::facts_of;

/// As it is now.
pub fn said(environment: &Bound<'_, PyAny>, settings: &RunSettings) -> PyResult<ScriptInfo> {
    let limits =
        limits(&settings.limits).map_err(|problem| PyValueError::new_err(problem.to_string()))?;
    let py = environment.py();
    Ok(ScriptInfo {
        facts: facts_of(environment, settings)?,
        percentiles: percentiles(py, settings)?,
        utc_offset: utc_offset(py)?,
        is_master: is_master(environment)?,
        full_history: full_history(settings),
        is_through_python: false,
        taken: Vec::new(),
        needs_login: false,
        limits: Arc::new(limits),
    })
}

/// Suites set these constants at any time.
pub fn percentiles(py: Python<'_>, settings: &RunSettings) -> PyResult<ShownPercentiles> {
    let constants = py.import("locust.stats")?;
    let list = |name: &str| -> PyResult<Vec<f64>> {
        let values = constants.getattr(name)?.try_iter()?;
        values.map(|value| value?.extract()).collect()
    };
    Ok(ShownPercentiles {
        statistics: list("PERCENTILES_TO_STATISTICS")?,
        chart: list("PERCENTILES_TO_CHART")?,
        window: settings.statistics.window,
    })
}

pub fn is_master(environment: &Bound<'_, PyAny>) -> PyResult<bool> {
    let runners = environment.py().import("locust.runners")?;
    environment
        .getattr("runner")?
        .is_instance(&runners.getattr("MasterRunner")?)
}

fn utc_offset(py: Python<'_>) -> PyResult<i64> {
    let now = py.import("time")?.call_method0("localtime")?;
    now.getattr("tm_gmtoff")?.extract()
}

fn full_history(settings: &RunSettings) -> Option<PathBuf> {
    let prefix = settings
        .files
        .csv
        .as_ref()
        .filter(|_| settings.files.has_full_history)?;
    let mut name = prefix.clone();
    name.push("_stats_history.csv");
    Some(name.into())
}
