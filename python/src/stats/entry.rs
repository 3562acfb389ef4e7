//! A row of the statistics for Python: every sum can be read and assigned, as suites do with Locust's.
//! Dicts travel as plain copies; `locust.stats` makes them live.
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyDict;
use rlocust_engine::model::{Bucket, Cached, Span, current_rate, total_rate};
use rlocust_engine::stats::{Entry, Sums};

use crate::stats::ledger::{Ledger, refill};
use crate::stats::mirror::sample_was_logged;
use crate::stats::steps::{log_in_steps, log_time};
use crate::stats::values::{number_from, number_to, optional_number};

/// One row of the statistics, shared with the recorder.
#[pyclass(frozen, name = "Entry", module = "rlocust._native")]
pub struct PyEntry {
    pub(crate) inner: Arc<Entry>,
}

impl PyEntry {
    pub(crate) fn of(inner: Arc<Entry>) -> Self {
        Self { inner }
    }

    fn read<R>(&self, read: impl FnOnce(&Sums) -> R) -> R {
        self.inner.read(read)
    }

    fn change(&self, change: impl FnOnce(&mut Sums)) {
        self.inner.with(change);
    }
}

#[pymethods]
impl PyEntry {
    /// A row of its own, in no recorder yet. `window` in seconds where current percentiles are wanted.
    #[new]
    fn new(name: &str, method: &str, now: f64, window: Option<i64>) -> Self {
        Self::of(Arc::new(Entry::new(name, method, now, window)))
    }

    #[getter]
    fn name(&self) -> &str {
        &self.inner.name
    }

    #[getter]
    fn method(&self) -> &str {
        &self.inner.method
    }

    fn is_same(&self, other: &Bound<'_, PyEntry>) -> bool {
        Arc::ptr_eq(&self.inner, &other.get().inner)
    }

    #[getter]
    fn num_requests(&self) -> i64 {
        self.read(|sums| sums.num_requests)
    }

    #[setter]
    fn set_num_requests(&self, value: i64) {
        self.change(|sums| sums.num_requests = value);
    }

    #[getter]
    fn num_none_requests(&self) -> i64 {
        self.read(|sums| sums.num_none_requests)
    }

    #[setter]
    fn set_num_none_requests(&self, value: i64) {
        self.change(|sums| sums.num_none_requests = value);
    }

    #[getter]
    fn num_failures(&self) -> i64 {
        self.read(|sums| sums.num_failures)
    }

    #[setter]
    fn set_num_failures(&self, value: i64) {
        self.change(|sums| sums.num_failures = value);
    }

    #[getter]
    fn total_response_time(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        number_to(py, self.read(|sums| sums.total_response_time))
    }

    #[setter]
    fn set_total_response_time(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let value = number_from(value)?;
        self.change(|sums| sums.total_response_time = value);
        Ok(())
    }

    #[getter]
    fn min_response_time(&self, py: Python<'_>) -> PyResult<Option<Py<PyAny>>> {
        let least = self.read(|sums| sums.min_response_time);
        least.map(|least| number_to(py, least)).transpose()
    }

    #[setter]
    fn set_min_response_time(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let value = optional_number(value)?;
        self.change(|sums| sums.min_response_time = value);
        Ok(())
    }

    #[getter]
    fn max_response_time(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        number_to(py, self.read(|sums| sums.max_response_time))
    }

    #[setter]
    fn set_max_response_time(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let value = number_from(value)?;
        self.change(|sums| sums.max_response_time = value);
        Ok(())
    }

    #[getter]
    fn total_content_length(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        number_to(py, self.read(|sums| sums.total_content_length))
    }

    #[setter]
    fn set_total_content_length(&self, value: &Bound<'_, PyAny>) -> PyResult<()> {
        let value = number_from(value)?;
        self.change(|sums| sums.total_content_length = value);
        Ok(())
    }

    #[getter]
    fn start_time(&self) -> f64 {
        self.read(|sums| sums.start_time)
    }

    #[setter]
    fn set_start_time(&self, value: f64) {
        self.change(|sums| sums.start_time = value);
    }

    #[getter]
    fn last_request_timestamp(&self) -> Option<f64> {
        self.read(|sums| sums.last_request_timestamp)
    }

    #[setter]
    fn set_last_request_timestamp(&self, value: Option<f64>) {
        self.change(|sums| sums.last_request_timestamp = value);
    }

    /// One of `response_times`, `num_reqs_per_sec`, `num_fail_per_sec` as a new dict.
    fn counts<'py>(&self, py: Python<'py>, ledger: &str) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        let ledger = Ledger::named(ledger)?;
        if ledger == Ledger::ResponseTimes {
            let rows: Vec<_> = self.read(|sums| sums.response_times.rows().collect());
            for (bucket, count) in rows {
                dict.set_item(number_to(py, bucket.0)?, count)?;
            }
            return Ok(dict);
        }
        let rows: Vec<_> = self.read(|sums| ledger.seconds(sums).iter().collect());
        for (second, count) in rows {
            dict.set_item(second, count)?;
        }
        Ok(dict)
    }

    /// Replaces one of the three dicts.
    fn set_counts(&self, ledger: &str, counts: &Bound<'_, PyAny>) -> PyResult<()> {
        let ledger = Ledger::named(ledger)?;
        let mut rows: Vec<(Bucket, i64)> = Vec::new();
        for row in counts.call_method0("items")?.try_iter()? {
            let (key, count): (Bound<'_, PyAny>, i64) = row?.extract()?;
            rows.push((Bucket(number_from(&key)?), count));
        }
        self.change(|sums| match ledger {
            Ledger::ResponseTimes => sums.response_times = rows.into_iter().collect(),
            Ledger::Requests => refill(&mut sums.num_reqs_per_sec, &rows),
            Ledger::Failures => refill(&mut sums.num_fail_per_sec, &rows),
        });
        Ok(())
    }

    fn log(
        &self,
        response_time: &Bound<'_, PyAny>,
        content_length: &Bound<'_, PyAny>,
        now: f64,
        window: i64,
    ) -> PyResult<()> {
        log_in_steps(&self.inner, window, now, response_time, content_length)?;
        sample_was_logged(response_time.py())
    }

    fn log_error(&self, py: Python<'_>, now: f64) -> PyResult<()> {
        self.inner.log_error(now);
        sample_was_logged(py)
    }

    fn log_time_of_request(&self, now: f64) {
        self.change(|sums| {
            sums.num_reqs_per_sec.add(now as i64, 1);
            sums.last_request_timestamp = Some(now);
        });
    }

    fn log_response_time(&self, response_time: &Bound<'_, PyAny>) -> PyResult<()> {
        log_time(&self.inner, response_time)
    }

    fn cache_response_times(&self, second: i64, window: i64) {
        self.change(|sums| sums.cache(second, window));
    }

    fn reset(&self, now: f64, window: Option<i64>) {
        self.change(|sums| sums.reset(now, window));
    }

    fn extend(&self, other: &Bound<'_, PyEntry>, window: i64) -> PyResult<()> {
        // Copied first: an entry may be added to itself, and two locks are never held at once.
        let sums = other.get().read(Sums::clone);
        self.change(|own| own.extend(&sums, window));
        sample_was_logged(other.py())
    }

    #[getter]
    fn fail_ratio(&self) -> f64 {
        self.read(Sums::fail_ratio)
    }

    #[getter]
    fn avg_response_time(&self) -> f64 {
        self.read(Sums::avg_response_time)
    }

    #[getter]
    fn median_response_time(&self, py: Python<'_>) -> PyResult<Py<PyAny>> {
        number_to(py, self.read(Sums::median_response_time))
    }

    fn percentile(&self, py: Python<'_>, percent: f64) -> PyResult<Py<PyAny>> {
        number_to(py, self.read(|sums| sums.response_time_percentile(percent)))
    }

    fn current_percentile(
        &self,
        py: Python<'_>,
        percent: f64,
        now: f64,
        window: i64,
    ) -> PyResult<Option<Py<PyAny>>> {
        let found = self.read(|sums| sums.current_percentile(now, window, percent));
        found.map(|found| number_to(py, found)).transpose()
    }

    /// Mean of the last full seconds, of requests or failures, by the clock of the aggregate.
    fn current_rate(&self, ledger: &str, start: Option<f64>, last: Option<f64>) -> PyResult<f64> {
        let ledger = Ledger::named(ledger)?;
        Ok(self.read(|sums| current_rate(ledger.seconds(sums), Span { start, last })))
    }

    fn total_rate(&self, ledger: &str, start: Option<f64>, last: Option<f64>) -> PyResult<f64> {
        let is_failures = Ledger::named(ledger)? == Ledger::Failures;
        let count = self.read(|sums| {
            if is_failures {
                sums.num_failures
            } else {
                sums.num_requests
            }
        });
        Ok(total_rate(count, Span { start, last }))
    }

    /// Copies of the histogram by second: `[(second, response_times, requests, none_requests)]`, or None.
    fn window_copies<'py>(&self, py: Python<'py>) -> PyResult<Option<Vec<WindowCopy<'py>>>> {
        let copies: Option<Vec<(i64, Arc<Cached>)>> = self.read(|sums| {
            let copies = sums.window.as_ref()?.copies.iter();
            Some(copies.map(|(s, copy)| (*s, Arc::clone(copy))).collect())
        });
        let row = |(second, copy): (i64, Arc<Cached>)| {
            let times = PyDict::new(py);
            for (bucket, count) in copy.response_times() {
                times.set_item(number_to(py, bucket.0)?, count)?;
            }
            Ok((second, times, copy.num_requests, copy.num_none_requests))
        };
        copies
            .map(|copies| copies.into_iter().map(row).collect())
            .transpose()
    }

    fn set_window_copies(&self, copies: Option<Vec<WindowCopy<'_>>>) -> PyResult<()> {
        let Some(copies) = copies else {
            self.change(|sums| sums.window = None);
            return Ok(());
        };
        let mut rows = Vec::with_capacity(copies.len());
        for (second, times, num_requests, num_none_requests) in copies {
            let mut response_times = Vec::with_capacity(times.len());
            for (key, count) in times {
                response_times.push((Bucket(number_from(&key)?), count.extract()?));
            }
            let copy = Cached::new(response_times.into_iter(), num_requests, num_none_requests);
            rows.push((second, Arc::new(copy)));
        }
        self.change(|sums| sums.window.get_or_insert_default().copies = rows.into_iter().collect());
        Ok(())
    }

    /// Our exact ledger: a quantile from 0 to 1, in milliseconds; 1 is the true maximum.
    fn exact_percentile(&self, quantile: f64) -> f64 {
        self.read(|sums| sums.exact.quantile_us(quantile)) as f64 / 1000.0
    }

    fn exact_count(&self) -> u64 {
        self.read(|sums| sums.exact.count())
    }
}

/// Second, histogram, requests, requests without a time.
type WindowCopy<'py> = (i64, Bound<'py, PyDict>, i64, i64);
