//! Dicts of Python that show sums of the engine. One that is held while it is empty has to be filled at the first
//! sample: code in C that finds it empty would not ask.
use pyo3::prelude::*;

use crate::callback::Callback;

static REFRESH: Callback = Callback::unset();

/// Called by `rlocust._live_counts`: what to call after each sample, or None while no dict waits.
#[pyfunction]
pub fn refresh_after_samples(refresh: Option<Py<PyAny>>) {
    REFRESH.set(refresh);
}

/// A sample, or a failure, has just been logged.
#[inline]
pub(crate) fn sample_was_logged(py: Python<'_>) -> PyResult<()> {
    if REFRESH.is_set() {
        refresh_dicts(py)
    } else {
        Ok(())
    }
}

#[cold]
fn refresh_dicts(py: Python<'_>) -> PyResult<()> {
    REFRESH
        .get(py)
        .map_or(Ok(()), |refresh| refresh.call0(py).map(drop))
}
