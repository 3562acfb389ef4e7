//! The three dicts of a row that count by bucket or by second, by the names that Locust gives them.
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rlocust_engine::model::{Bucket, PerSecond};
use rlocust_engine::stats::Sums;

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ledger {
    ResponseTimes,
    Requests,
    Failures,
}

impl Ledger {
    pub fn named(name: &str) -> PyResult<Self> {
        match name {
            "response_times" => Ok(Self::ResponseTimes),
            "num_reqs_per_sec" => Ok(Self::Requests),
            "num_fail_per_sec" => Ok(Self::Failures),
            other => Err(PyValueError::new_err(format!(
                "no ledger is called `{other}`"
            ))),
        }
    }

    pub fn seconds(self, sums: &Sums) -> &PerSecond {
        match self {
            Self::Failures => &sums.num_fail_per_sec,
            Self::Requests | Self::ResponseTimes => &sums.num_reqs_per_sec,
        }
    }
}

/// Puts these counts in the place of what is there.
pub(super) fn refill(seconds: &mut PerSecond, rows: &[(Bucket, i64)]) {
    *seconds = seconds.emptied();
    for (second, count) in rows {
        seconds.add(second.as_f64() as i64, *count);
    }
}
