//! The accounts of a run as dicts: samples and attempts by class, and the scheduling lag by kind.
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rlocust_engine::model::{Accounting, Lag, LagSummary};

/// Counts by the names of their classes.
pub(super) fn classes<'py>(py: Python<'py>, counts: &Accounting) -> PyResult<Bound<'py, PyDict>> {
    let classes = [
        ("ok", counts.ok),
        ("failed", counts.failed),
        ("cut", counts.cut()),
        ("cut_not_sent", counts.cut_not_sent),
        ("cut_sent", counts.cut_sent),
        ("cut_answering", counts.cut_answering),
        ("cut_unknown", counts.cut_unknown),
        ("unreported", counts.unreported),
        ("open", counts.open),
        ("failed_before_send", counts.failed_before_send),
        ("answered", counts.answered),
        ("failed_after_send", counts.failed_after_send),
        ("cut_after_send", counts.cut_after_send),
        ("python_timed", counts.python_timed),
        ("attempts_unknown", counts.attempts_unknown),
        ("fired_by_suite", counts.fired_by_suite),
        ("by_locust_workers", counts.by_locust_workers),
    ];
    let dict = PyDict::new(py);
    for (class, count) in classes {
        dict.set_item(class, count)?;
    }
    Ok(dict)
}

/// `{kind: {count, p50_us, p99_us, max_us}}`.
pub(super) fn lags<'py>(py: Python<'py>, lags: &[LagSummary]) -> PyResult<Bound<'py, PyDict>> {
    let dict = PyDict::new(py);
    for (kind, lag) in Lag::ALL.iter().zip(lags) {
        let row = PyDict::new(py);
        row.set_item("count", lag.count)?;
        row.set_item("p50_us", lag.p50_us)?;
        row.set_item("p99_us", lag.p99_us)?;
        row.set_item("max_us", lag.max_us)?;
        dict.set_item(kind.name(), row)?;
    }
    Ok(dict)
}
