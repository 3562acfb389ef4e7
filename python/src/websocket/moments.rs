//! Moments of the engine on the clock that Python reads as `time.perf_counter()`.
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use pyo3::exceptions::PyValueError;
use pyo3::intern;
use pyo3::prelude::*;
use rlocust_engine::clock;

/// One moment on both clocks, which run alike.
static BOTH: OnceLock<(Instant, f64)> = OnceLock::new();

/// More is as good as for ever.
const LONGEST: f64 = 365.0 * 86_400.0;

/// Seconds of `time.perf_counter()`.
pub fn perf_counter(py: Python<'_>, moment: Instant) -> PyResult<f64> {
    let (origin, seconds) = both(py)?;
    let since = moment.saturating_duration_since(origin).as_secs_f64();
    let before = origin.saturating_duration_since(moment).as_secs_f64();
    Ok(seconds + since - before)
}

/// A limit in seconds. `ValueError` where it is none.
pub fn limit(name: &str, seconds: f64) -> PyResult<Duration> {
    if seconds > 0.0 {
        return Ok(Duration::from_secs_f64(seconds.min(LONGEST)));
    }
    Err(PyValueError::new_err(format!(
        "{name}: `{seconds}` is no time limit; give a number of seconds above 0"
    )))
}

fn both(py: Python<'_>) -> PyResult<(Instant, f64)> {
    if let Some(both) = BOTH.get() {
        return Ok(*both);
    }
    let perf_counter = py
        .import(intern!(py, "time"))?
        .getattr(intern!(py, "perf_counter"))?;
    let seconds = perf_counter.call0()?.extract()?;
    Ok(*BOTH.get_or_init(|| (clock::instant(), seconds)))
}
