//! The recorder for Python: `locust.stats` wraps it, the clients record through `inner`. Its rows are in
//! `entry.rs` and `error_rows.rs`.
//!
//! A suite may replace what recording does (a bucketing function, a method of `StatsEntry`). `locust.stats`
//! notices and says so here; whoever records natively asks `records_natively` first.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use rlocust_engine::clock;
use rlocust_engine::cluster::written_report;
use rlocust_engine::model::{Number, Phases, Sample};
use rlocust_engine::stats::{ErrorKey, Recorder, ResponseTimesCache};
use rmpv::Value;

use crate::message_values::to_python;
use crate::stats::accounting;
use crate::stats::entry::PyEntry;
use crate::stats::error_objects::ErrorObjects;
use crate::stats::error_rows::{PyErrorRow, full_text, shown};
use crate::stats::forks;
use crate::stats::mirror::sample_was_logged;
use crate::stats::reasons::Reasons;
use crate::stats::steps::log_in_steps;
use crate::stats::ticks::Ticks;
use crate::stats::values::{
    self, bucket_by_suite, number_from, optional_number, refuse_unending, text_of,
};

/// A method that recording goes through was replaced on one of the classes of `locust.stats`.
static IS_PATCHED: AtomicBool = AtomicBool::new(false);

/// Called by `locust.stats` whenever a recording method of its classes is replaced or put back.
#[pyfunction]
pub fn set_recording_patched(is_patched: bool) {
    IS_PATCHED.store(is_patched, Ordering::Release);
}

#[pyclass(frozen, name = "Recorder", module = "rlocust._native")]
pub struct PyRecorder {
    pub(crate) inner: Arc<Recorder>,
    /// False once this very object was changed by the suite (an overridden method, a foreign row).
    is_plain: AtomicBool,
    error_objects: ErrorObjects,
    pub(crate) ticks: Ticks,
    pub(crate) python_reasons: Reasons,
}

impl PyRecorder {
    /// Whether a sample may be recorded without going through the Python methods.
    pub(crate) fn records_natively(&self) -> bool {
        self.is_plain.load(Ordering::Relaxed) && !IS_PATCHED.load(Ordering::Relaxed)
    }

    /// One finished request. Asks the suite's bucketing function if there is one.
    pub(crate) fn record(
        &self,
        py: Python<'_>,
        (method, name): (&str, &str),
        response_time_ms: Option<f64>,
        content_length: i64,
        phases: &Phases,
    ) -> PyResult<()> {
        let time = response_time_ms.map(Number::Real);
        let bucket = if values::has_bucket_function() {
            bucket_by_suite(py, time)?
        } else {
            None
        };
        let sample = Sample {
            method,
            name,
            response_time: time,
            content_length: Number::Whole(content_length),
            bucket,
            phases: Some(phases),
        };
        self.inner.log(&sample, clock::unix_seconds());
        sample_was_logged(py)
    }

    /// One failure; `error` is the exception or a text.
    pub(crate) fn record_error(
        &self,
        (method, name): (&str, &str),
        error: &Bound<'_, PyAny>,
        now: f64,
    ) -> PyResult<ErrorKey> {
        let text = full_text(error)?;
        let (key, slot) = self.inner.log_failure((method, name, &text), now);
        // The row that stands for errors beyond the cap says so; it is not any single one of them.
        if slot.tally.lock().occurrences == 1 && slot.stands_for(&text) {
            slot.show_as(&shown(error)?);
            // An error too long to be kept is its shortened text from now on.
            if *slot.text == *text {
                self.error_objects.put(key.clone(), error.clone().unbind());
            }
        }
        sample_was_logged(error.py())?;
        Ok(key)
    }

    fn log_oddly_typed(
        &self,
        (method, name): (&str, &str),
        now: f64,
        response_time: &Bound<'_, PyAny>,
        content_length: &Bound<'_, PyAny>,
    ) -> PyResult<()> {
        // The aggregate counts what it can before the error, and the row is never made: as under Locust.
        let window = self.inner.window();
        log_in_steps(
            &self.inner.total(),
            window,
            now,
            response_time,
            content_length,
        )?;
        let entry = self.inner.entry(name, method);
        log_in_steps(&entry, window, now, response_time, content_length)
    }
}

#[pymethods]
impl PyRecorder {
    #[new]
    fn new(use_response_times_cache: bool, now: f64) -> Self {
        let cache = if use_response_times_cache {
            ResponseTimesCache::Kept
        } else {
            ResponseTimesCache::Off
        };
        let inner = Recorder::started_at(now, cache);
        forks::add(&inner);
        Self {
            inner,
            is_plain: AtomicBool::new(true),
            error_objects: ErrorObjects::default(),
            ticks: Ticks::default(),
            python_reasons: Reasons::default(),
        }
    }

    /// All tables show the last published sums from now on, until `release_tick`: those that are printed together
    /// agree with each other, and with files and pages.
    fn hold_tick(&self) {
        self.ticks.hold(&self.inner);
    }

    fn release_tick(&self) {
        self.ticks.release();
    }

    /// Exceptions lead to frames, users, the environment and back to here: without this, none of them
    /// would ever be freed.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.error_objects.traverse(&visit)
    }

    fn __clear__(&self) {
        self.error_objects.forget_all();
    }

    #[getter]
    fn is_plain(&self) -> bool {
        self.records_natively()
    }

    #[setter]
    fn set_is_plain(&self, is_plain: bool) {
        self.is_plain.store(is_plain, Ordering::Relaxed);
    }

    fn log_request(
        &self,
        method: &Bound<'_, PyAny>,
        name: &Bound<'_, PyAny>,
        response_time: &Bound<'_, PyAny>,
        content_length: &Bound<'_, PyAny>,
        now: f64,
    ) -> PyResult<()> {
        let (method, name) = (text_of(method)?, text_of(name)?);
        let named = (&*method, &*name);
        let time =
            optional_number(response_time).and_then(|time| refuse_unending(time).map(|()| time));
        let (Ok(time), Ok(length)) = (time, number_from(content_length)) else {
            return self.log_oddly_typed(named, now, response_time, content_length);
        };
        let bucket = bucket_by_suite(response_time.py(), time)?;
        let sample = Sample {
            method: named.0,
            name: named.1,
            response_time: time,
            content_length: length,
            bucket,
            phases: None,
        };
        self.inner.log(&sample, now);
        sample_was_logged(response_time.py())
    }

    fn log_error(
        &self,
        method: &Bound<'_, PyAny>,
        name: &Bound<'_, PyAny>,
        error: &Bound<'_, PyAny>,
        now: f64,
    ) -> PyResult<()> {
        let (method, name) = (text_of(method)?, text_of(name)?);
        self.record_error((&method, &name), error, now).map(drop)
    }

    #[getter]
    fn total(&self) -> PyEntry {
        PyEntry::of(self.inner.total())
    }

    #[setter]
    fn set_total(&self, entry: &Bound<'_, PyEntry>) {
        self.inner.set_total(Arc::clone(&entry.get().inner));
    }

    fn entry(&self, name: &str, method: &str) -> PyEntry {
        PyEntry::of(self.inner.entry(name, method))
    }

    /// `(name, method)` of the row of a name that has none, once there is no room for more rows.
    #[getter]
    fn overflow_entry(&self) -> Option<(&'static str, &'static str)> {
        self.inner.overflow_entry()
    }

    /// The text of the row of an error that has none, once there is no room for more rows.
    #[getter]
    fn overflow_error(&self) -> Option<String> {
        self.inner.overflow_error()
    }

    fn put_entry(&self, name: &str, method: &str, entry: &Bound<'_, PyEntry>) {
        self.inner
            .put_entry(name, method, Arc::clone(&entry.get().inner));
    }

    fn remove_entry(&self, name: &str, method: &str) {
        self.inner.remove_entry(name, method);
    }

    fn clear_entries(&self) {
        self.inner.clear_entries();
    }

    /// `(epoch, afresh, [((name, method), entry)])`: the rows a mirror does not have yet.
    #[expect(clippy::type_complexity, reason = "a tuple, as Python unpacks it")]
    fn entries_since(
        &self,
        epoch: u64,
        seen: usize,
    ) -> (u64, bool, Vec<((String, String), PyEntry)>) {
        let changes = self.inner.entries_since(epoch, seen);
        let rows = changes.rows.into_iter();
        let rows = rows.map(|(key, entry)| (key, PyEntry::of(entry))).collect();
        (changes.epoch, changes.afresh, rows)
    }

    fn put_error(&self, key: &str, error: &Bound<'_, PyErrorRow>) {
        let key = ErrorKey(key.into());
        self.inner
            .put_error(key.clone(), Arc::clone(&error.get().inner));
        self.error_objects.forget(&key);
    }

    fn remove_error(&self, key: &str) {
        let key = ErrorKey(key.into());
        self.inner.remove_error(&key);
        self.error_objects.forget(&key);
    }

    fn clear_errors(&self) {
        self.inner.clear_errors();
        self.error_objects.forget_all();
    }

    /// `(epoch, afresh, [(key, row, error)])`, as `entries_since`.
    #[expect(clippy::type_complexity, reason = "a tuple, as Python unpacks it")]
    fn errors_since(
        &self,
        py: Python<'_>,
        epoch: u64,
        seen: usize,
    ) -> (u64, bool, Vec<(String, PyErrorRow, Py<PyAny>)>) {
        let changes = self.inner.errors_since(epoch, seen);
        let rows = changes.rows.into_iter().map(|(key, slot)| {
            let text = || PyString::new(py, &slot.text).into_any().unbind();
            let error = self.error_objects.get(py, &key).unwrap_or_else(text);
            (key.0.to_string(), PyErrorRow { inner: slot }, error)
        });
        (changes.epoch, changes.afresh, rows.collect())
    }

    fn reset_all(&self, now: f64) {
        self.inner.reset_all_at(now);
        self.error_objects.forget_all();
        self.python_reasons.clear();
    }

    fn clear_all(&self, now: f64) {
        self.inner.clear_all_at(now);
        self.error_objects.forget_all();
        self.python_reasons.clear();
    }

    /// Seconds that *current* percentiles look back.
    fn set_window(&self, seconds: i64) {
        self.inner.set_window(seconds);
    }

    /// At most so many names get rows of their own from now on; the others share one.
    fn set_most_names(&self, most: usize) {
        self.inner.set_most_names(most);
    }

    /// Samples and attempts by class, since the start of the test.
    fn accounting<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        accounting::classes(py, &self.inner.accounting())
    }

    /// The end of a run: samples that nobody reported count as such from now on.
    fn settle_open(&self) {
        self.inner.settle_open();
    }

    /// All since the last report, as the data of a `stats` message but for the users; rows begin at zero again.
    fn take_report<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let data = Value::Map(written_report(&self.inner.take_report()));
        self.error_objects.forget_all();
        to_python(py, &data.as_ref())
    }

    /// Scheduling lag: `{kind: {count, p50_us, p99_us, max_us}}`.
    fn lags<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        accounting::lags(py, &self.inner.lags())
    }
}
