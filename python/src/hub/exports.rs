//! What Python calls of the hub.
use std::sync::Arc;
#[cfg(debug_assertions)]
use std::sync::atomic::Ordering;
use std::time::Duration;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rlocust_engine::model::Outcome;

use crate::hub::slots::Waiter;
use crate::hub::start::hub;
use crate::stats::recorder::PyRecorder;
use crate::wait_clock;

/// Parks the calling greenlet for `seconds` (float); 0 or less lets every other ready greenlet run once.
///
/// The latter returns at once where they all had their turn since this one came back from a call or a wait.
///
/// Raises `ValueError` for NaN. Waits longer than a year end after a year. The number is read here, because pyo3 would
/// add to an error where it found it, and the error is about a suite's `wait_time`.
#[pyfunction]
pub fn sleep(py: Python<'_>, seconds: &Bound<'_, PyAny>) -> PyResult<()> {
    let seconds: f64 = seconds.extract()?;
    if seconds.is_nan() {
        return Err(PyValueError::new_err("cannot wait for `nan` seconds"));
    }
    hub(py)?.sleep(py, span(seconds))
}

fn span(seconds: f64) -> Duration {
    const LONGEST: f64 = 365.0 * 86_400.0;
    Duration::from_secs_f64(seconds.clamp(0.0, LONGEST))
}

/// Waits that are due between `first` and `last` seconds from now end at the last: the caller acts before them.
#[pyfunction]
pub fn hold_waits(py: Python<'_>, first: f64, last: f64) -> PyResult<()> {
    let [first, last] = [first, last].map(|seconds| wait_clock::due_in(span(seconds)));
    hub(py)?.waits.lock().hold(first..last);
    Ok(())
}

/// Names the recorder that gets the lag of waits.
#[pyfunction]
pub fn record_lag_in(py: Python<'_>, recorder: &Bound<'_, PyRecorder>) -> PyResult<()> {
    *hub(py)?.recorder.lock() = Some(Arc::clone(&recorder.get().inner));
    Ok(())
}

/// Counts a request that was answered past the engine, beside all samples.
#[pyfunction]
pub fn count_attempt(py: Python<'_>) -> PyResult<()> {
    let recorder = hub(py)?.recorder.lock().clone();
    if let Some(recorder) = recorder {
        recorder.count(Outcome::Answered);
    }
    Ok(())
}

/// How many wait: parked and yielded greenlets, and killed calls that still owe their report.
#[pyfunction]
pub fn parked(py: Python<'_>) -> PyResult<usize> {
    let hub = hub(py)?;
    let yielded = hub.yields.lock().len();
    Ok(hub.slots.lock().slab.len() + yielded)
}

/// The greenlets that are parked in a call or a wait.
#[pyfunction]
pub fn waiting(py: Python<'_>) -> PyResult<Vec<Py<PyAny>>> {
    let slots = hub(py)?.slots.lock();
    Ok(slots
        .slab
        .iter()
        .filter_map(|(_, slot)| match &slot.waiter {
            Waiter::Greenlet(greenlet) => Some(greenlet.clone_ref(py)),
            Waiter::Gone(..) => None,
        })
        .collect())
}

/// How many killed calls still owe the report of their attempts.
#[pyfunction]
pub fn owed(py: Python<'_>) -> PyResult<usize> {
    let slots = hub(py)?.slots.lock();
    Ok(slots
        .slab
        .iter()
        .filter(|(_, slot)| matches!(slot.waiter, Waiter::Gone(..)))
        .count())
}

/// Books the calls that the I/O threads have not reported on, because one stands still: what was not taken up as cut
/// before it was sent, of the rest nobody knows how far it was.
#[pyfunction]
pub fn settle_owed(py: Python<'_>) -> PyResult<()> {
    hub(py)?.settle_owed();
    Ok(())
}

/// An I/O thread stands still for so many seconds.
#[cfg(debug_assertions)]
#[pyfunction]
pub fn stall_for_tests(py: Python<'_>, seconds: f64) -> PyResult<()> {
    hub(py)?.stall(Duration::from_secs_f64(seconds));
    Ok(())
}

/// Pauses the clock of waits, if it runs, and moves it on by `seconds` (float); `None` lets it run again.
///
/// To be called on the script thread. Waits that are over by then end in the loop's next turn. A forked child inherits
/// the paused clock.
#[cfg(debug_assertions)]
#[pyfunction]
pub fn set_clock_for_tests(py: Python<'_>, seconds: Option<f64>) -> PyResult<()> {
    wait_clock::set(seconds.map(Duration::from_secs_f64));
    hub(py)?.set_alarm(py)
}

/// So many native threads may wait in clients at a time.
#[cfg(debug_assertions)]
#[pyfunction]
pub fn limit_native_threads_for_tests(py: Python<'_>, most: usize) -> PyResult<()> {
    hub(py)?.most_foreign.store(most, Ordering::Relaxed);
    Ok(())
}

/// Panics. The stress suite shows with it that a panic reaches the greenlet that caused it, alone.
#[cfg(debug_assertions)]
#[pyfunction]
pub fn panic_for_tests() {
    panic!("asked for by a test");
}
