//! Dicts of Python that show sums of the engine. One that is held while it is empty has to hear of the first sample:
//! code in C that finds it empty would not ask.
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::RwLock;
use pyo3::prelude::*;

static REFRESH: RwLock<Option<Py<PyAny>>> = RwLock::new(None);
static IS_WANTED: AtomicBool = AtomicBool::new(false);

/// Called by `rlocust._live`: what to call after each sample, or None while no dict waits.
#[pyfunction]
pub fn refresh_after_samples(refresh: Option<Py<PyAny>>) {
    IS_WANTED.store(refresh.is_some(), Ordering::Release);
    let replaced = std::mem::replace(&mut *REFRESH.write(), refresh);
    drop(replaced); // outside the lock: its destructor may run Python code
}

/// A sample, or a failure, has just been logged.
#[inline]
pub(crate) fn sample_was_logged(py: Python<'_>) -> PyResult<()> {
    if IS_WANTED.load(Ordering::Relaxed) {
        refresh_dicts(py)
    } else {
        Ok(())
    }
}

#[cold]
fn refresh_dicts(py: Python<'_>) -> PyResult<()> {
    let refresh = REFRESH.read().as_ref().map(|call| call.clone_ref(py));
    refresh.map_or(Ok(()), |call| call.call0(py).map(drop))
}
