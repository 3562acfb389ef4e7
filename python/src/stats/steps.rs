//! A request that enters its row step by step, so that an argument of a wrong type leaves behind what Locust leaves.
use pyo3::prelude::*;
use rlocust_engine::stats::Entry;

use crate::stats::values::{bucket_by_suite, number_from, optional_number, refuse_unending};

/// Counts the request, adds its time, then its length.
pub(super) fn log_in_steps(
    entry: &Entry,
    window: i64,
    now: f64,
    response_time: &Bound<'_, PyAny>,
    content_length: &Bound<'_, PyAny>,
) -> PyResult<()> {
    entry.with(|sums| sums.count_request(now, window));
    log_time(entry, response_time)?;
    let length = number_from(content_length)?;
    entry.with(|sums| sums.add_length(length));
    Ok(())
}

/// Adds a response time to its bucket.
pub(super) fn log_time(entry: &Entry, response_time: &Bound<'_, PyAny>) -> PyResult<()> {
    let time = optional_number(response_time)?;
    let bucket = bucket_by_suite(response_time.py(), time)?;
    refuse_unending(time)?;
    entry.with(|sums| sums.add_time(time, bucket));
    Ok(())
}
