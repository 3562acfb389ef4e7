//! The recorder and its rows for Python: `locust.stats` wraps them, `client.rs` records through `inner`.
//! Values convert here and nowhere else: ints stay ints, a row's dicts travel as plain dicts.
//!
//! A suite may replace what recording does (a bucketing function, a method of `StatsEntry`). `locust.stats`
//! notices and says so here; whoever records natively asks `records_natively` first.
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::{Mutex, RwLock};
use pyo3::exceptions::{PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyFloat, PyInt, PyString};
use rlocust_engine::clock;
use rlocust_engine::model::{Bucket, Number};
use rlocust_engine::stats::{
    Cached, Entry, ErrorKey, ErrorSlot, PerSecond, Recorder, ResponseTimesCache, Span, Sums,
    bucket_of, current_rate, masked_addresses, shown_error, total_rate,
};

/// A bucketing function of the suite's own; nothing while Locust's rule holds.
static BUCKET_FUNCTION: RwLock<Option<Py<PyAny>>> = RwLock::new(None);
static HAS_BUCKET_FUNCTION: AtomicBool = AtomicBool::new(false);
/// A method that recording goes through was replaced on one of the classes of `locust.stats`.
static IS_PATCHED: AtomicBool = AtomicBool::new(false);

/// Called by `locust.stats` whenever its `bucket_response_time` is assigned; `None` means Locust's own.
#[pyfunction]
pub fn set_bucket_function(function: Option<Py<PyAny>>) {
    HAS_BUCKET_FUNCTION.store(function.is_some(), Ordering::Release);
    let replaced = std::mem::replace(&mut *BUCKET_FUNCTION.write(), function);
    drop(replaced); // outside the lock: its destructor may run Python code
}

/// Called by `locust.stats` whenever a recording method of its classes is replaced or put back.
#[pyfunction]
pub fn set_recording_patched(is_patched: bool) {
    IS_PATCHED.store(is_patched, Ordering::Release);
}

/// Locust's bucket rule.
#[pyfunction]
pub fn bucket_response_time(response_time: &Bound<'_, PyAny>) -> PyResult<i64> {
    Ok(bucket_of(number_from(response_time)?).as_f64() as i64)
}

/// The text of an error as reports show it: `repr` of anything but a text, memory addresses masked.
#[pyfunction]
pub fn error_text(error: &Bound<'_, PyAny>) -> PyResult<String> {
    let text = match error.cast::<PyString>() {
        Ok(text) => text.to_string_lossy().into_owned(),
        Err(_) => error.repr()?.to_string_lossy().into_owned(),
    };
    Ok(masked_addresses(&text))
}

#[pyclass(frozen, name = "Recorder", module = "rlocust._native")]
pub struct PyRecorder {
    pub(crate) inner: Arc<Recorder>,
    /// False once this very object was changed by the suite (an overridden method, a foreign row).
    is_plain: AtomicBool,
    /// The first exception object of each error row: Locust keeps the object, not its text.
    error_objects: Mutex<HashMap<ErrorKey, Py<PyAny>>>,
}

impl PyRecorder {
    /// Whether a sample may be recorded without going through the Python methods.
    pub(crate) fn records_natively(&self) -> bool {
        self.is_plain.load(Ordering::Relaxed) && !IS_PATCHED.load(Ordering::Relaxed)
    }

    /// One finished request. Asks the suite's bucketing function if there is one.
    #[allow(dead_code, reason = "the native client calls it")]
    pub(crate) fn record(
        &self,
        py: Python<'_>,
        (method, name): (&str, &str),
        response_time_ms: Option<f64>,
        content_length: i64,
    ) -> PyResult<()> {
        if !HAS_BUCKET_FUNCTION.load(Ordering::Acquire) {
            self.inner
                .log_request(method, name, response_time_ms, content_length, None);
            return Ok(());
        }
        let time = response_time_ms.map(Number::Real);
        let bucket = bucket_by_suite(py, time)?;
        let length = Number::Whole(content_length);
        self.inner
            .log_sample((method, name), clock::unix_seconds(), time, length, bucket);
        Ok(())
    }

    /// One failure; `error` is the exception or a text.
    pub(crate) fn record_error(
        &self,
        (method, name): (&str, &str),
        error: &Bound<'_, PyAny>,
        now: f64,
    ) -> PyResult<ErrorKey> {
        let text = error_text(error)?;
        let (key, slot) = self.inner.log_failure((method, name, &text), now);
        if slot.tally.lock().occurrences == 1 {
            slot.show_as(shown(error)?);
            let first = error.clone().unbind();
            self.error_objects.lock().insert(key.clone(), first);
        }
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
        Self {
            inner: Recorder::started_at(now, cache),
            is_plain: AtomicBool::new(true),
            error_objects: Mutex::default(),
        }
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
        let (Ok(time), Ok(length)) = (optional_number(response_time), number_from(content_length))
        else {
            return self.log_oddly_typed(named, now, response_time, content_length);
        };
        let bucket = bucket_by_suite(response_time.py(), time)?;
        self.inner.log_sample(named, now, time, length, bucket);
        Ok(())
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
        self.inner
            .put_error(ErrorKey(key.into()), Arc::clone(&error.get().inner));
    }

    fn remove_error(&self, key: &str) {
        self.inner.remove_error(&ErrorKey(key.into()));
    }

    fn clear_errors(&self) {
        self.inner.clear_errors();
        self.forget_error_objects();
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
        let objects = self.error_objects.lock();
        let rows = changes.rows.into_iter().map(|(key, slot)| {
            let text = || PyString::new(py, &slot.text).into_any().unbind();
            let error = objects
                .get(&key)
                .map_or_else(text, |error| error.clone_ref(py));
            (key.0.to_string(), PyErrorRow { inner: slot }, error)
        });
        (changes.epoch, changes.afresh, rows.collect())
    }

    fn reset_all(&self, now: f64) {
        self.inner.reset_all_at(now);
        self.forget_error_objects();
    }

    fn clear_all(&self, now: f64) {
        self.inner.clear_all_at(now);
        self.forget_error_objects();
    }

    /// Seconds that *current* percentiles look back.
    fn set_window(&self, seconds: i64) {
        self.inner.set_window(seconds);
    }

    /// Samples and attempts by class, since the start of the test.
    fn accounting<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let counts = self.inner.accounting();
        let classes = [
            ("ok", counts.ok),
            ("failed", counts.failed),
            ("cut", counts.cut),
            ("unreported", counts.unreported),
            ("failed_before_send", counts.failed_before_send),
            ("answered", counts.answered),
            ("failed_after_send", counts.failed_after_send),
            ("cut_after_send", counts.cut_after_send),
        ];
        let dict = PyDict::new(py);
        for (class, count) in classes {
            dict.set_item(class, count)?;
        }
        Ok(dict)
    }

    /// Scheduling lag: `{kind: {count, p50_us, p99_us, max_us}}`.
    fn lags<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let dict = PyDict::new(py);
        for (kind, lag) in ["wake", "submit", "resume"].iter().zip(self.inner.lags()) {
            let row = PyDict::new(py);
            row.set_item("count", lag.count)?;
            row.set_item("p50_us", lag.p50_us)?;
            row.set_item("p99_us", lag.p99_us)?;
            row.set_item("max_us", lag.max_us)?;
            dict.set_item(kind, row)?;
        }
        Ok(dict)
    }
}

impl PyRecorder {
    fn forget_error_objects(&self) {
        // Dropped after the lock is given back: an exception's destructor may run Python code.
        let forgotten = std::mem::take(&mut *self.error_objects.lock());
        drop(forgotten);
    }
}

/// One row of the statistics, shared with the recorder.
#[pyclass(frozen, name = "Entry", module = "rlocust._native")]
pub struct PyEntry {
    inner: Arc<Entry>,
}

impl PyEntry {
    fn of(inner: Arc<Entry>) -> Self {
        Self { inner }
    }

    fn read<R>(&self, read: impl FnOnce(&Sums) -> R) -> R {
        self.inner.with(|sums| read(sums))
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

    #[getter]
    fn keeps_window(&self) -> bool {
        self.inner.keeps_window()
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
            let rows: Vec<_> =
                self.read(|sums| sums.response_times.iter().map(|(b, n)| (*b, *n)).collect());
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
            Ledger::Requests => sums.num_reqs_per_sec = per_second(rows),
            Ledger::Failures => sums.num_fail_per_sec = per_second(rows),
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
        log_in_steps(&self.inner, window, now, response_time, content_length)
    }

    fn log_error(&self, now: f64) {
        self.inner.log_error(now);
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
        self.change(|sums| *sums = Sums::new(now, window));
    }

    fn extend(&self, other: &Bound<'_, PyEntry>, window: i64) {
        // Copied first: an entry may be added to itself, and two locks are never held at once.
        let other = other.get().read(Sums::clone);
        self.change(|sums| sums.extend(&other, window));
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
        let copies: Option<Vec<(i64, Cached)>> = self.read(|sums| {
            let window = sums.window.as_ref()?;
            Some(
                window
                    .copies
                    .iter()
                    .map(|(s, copy)| (*s, copy.clone()))
                    .collect(),
            )
        });
        let row = |(second, copy): (i64, Cached)| {
            let times = PyDict::new(py);
            for (bucket, count) in copy.response_times {
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
            rows.push((
                second,
                Cached {
                    response_times,
                    num_requests,
                    num_none_requests,
                },
            ));
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

/// One row of the error report, shared with the recorder.
#[pyclass(frozen, name = "ErrorRow", module = "rlocust._native")]
pub struct PyErrorRow {
    inner: Arc<ErrorSlot>,
}

#[pymethods]
impl PyErrorRow {
    #[new]
    fn new(
        method: &Bound<'_, PyAny>,
        name: &Bound<'_, PyAny>,
        error: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        let text = error_text(error)?;
        let slot = ErrorSlot::new(&text_of(method)?, &text_of(name)?, &text);
        slot.show_as(shown(error)?);
        Ok(Self {
            inner: Arc::new(slot),
        })
    }

    #[getter]
    fn method(&self) -> &str {
        &self.inner.method
    }

    #[getter]
    fn name(&self) -> &str {
        &self.inner.name
    }

    #[getter]
    fn occurrences(&self) -> i64 {
        self.inner.tally.lock().occurrences
    }

    #[setter]
    fn set_occurrences(&self, value: i64) {
        self.inner.tally.lock().occurrences = value;
    }

    #[getter]
    fn first_seen(&self) -> Option<f64> {
        self.inner.tally.lock().first_seen
    }

    #[setter]
    fn set_first_seen(&self, value: Option<f64>) {
        self.inner.tally.lock().first_seen = value;
    }

    #[getter]
    fn last_seen(&self) -> Option<f64> {
        self.inner.tally.lock().last_seen
    }

    #[setter]
    fn set_last_seen(&self, value: Option<f64>) {
        self.inner.tally.lock().last_seen = value;
    }

    fn occurred(&self, now: f64) {
        self.inner.occurred(now);
    }
}

/// Second, histogram, requests, requests without a time.
type WindowCopy<'py> = (i64, Bound<'py, PyDict>, i64, i64);

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ledger {
    ResponseTimes,
    Requests,
    Failures,
}

impl Ledger {
    fn named(name: &str) -> PyResult<Self> {
        match name {
            "response_times" => Ok(Self::ResponseTimes),
            "num_reqs_per_sec" => Ok(Self::Requests),
            "num_fail_per_sec" => Ok(Self::Failures),
            other => Err(PyValueError::new_err(format!(
                "no ledger is called `{other}`"
            ))),
        }
    }

    fn seconds(self, sums: &Sums) -> &PerSecond {
        match self {
            Self::Failures => &sums.num_fail_per_sec,
            Self::Requests | Self::ResponseTimes => &sums.num_reqs_per_sec,
        }
    }
}

fn per_second(rows: Vec<(Bucket, i64)>) -> PerSecond {
    rows.into_iter()
        .map(|(second, count)| (second.as_f64() as i64, count))
        .collect()
}

/// A request enters step by step, so that an argument of a wrong type leaves behind what Locust leaves.
fn log_in_steps(
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

fn log_time(entry: &Entry, response_time: &Bound<'_, PyAny>) -> PyResult<()> {
    let time = optional_number(response_time)?;
    let bucket = bucket_by_suite(response_time.py(), time)?;
    entry.with(|sums| sums.add_time(time, bucket));
    Ok(())
}

fn bucket_by_suite(py: Python<'_>, response_time: Option<Number>) -> PyResult<Option<Bucket>> {
    let Some(time) = response_time else {
        return Ok(None);
    };
    if !HAS_BUCKET_FUNCTION.load(Ordering::Acquire) {
        return Ok(None);
    }
    let function = BUCKET_FUNCTION
        .read()
        .as_ref()
        .map(|function| function.clone_ref(py));
    let Some(function) = function else {
        return Ok(None);
    };
    let bucket = function.bind(py).call1((number_to(py, time)?,))?;
    Ok(Some(Bucket(number_from(&bucket)?)))
}

/// A name or method: texts as they are, anything else as Python prints it.
fn text_of<'a>(value: &'a Bound<'_, PyAny>) -> PyResult<std::borrow::Cow<'a, str>> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_string_lossy());
    }
    Ok(value.str()?.to_string_lossy().into_owned().into())
}

/// What the error report shows of an error: the reason alone where it is Locust's own wrapper class, and
/// memory addresses as they are.
#[pyfunction(name = "shown_error")]
pub fn shown(error: &Bound<'_, PyAny>) -> PyResult<String> {
    if let Ok(text) = error.cast::<PyString>() {
        return Ok(shown_error(&text.to_string_lossy()).to_owned());
    }
    let text = if error.is_instance(catch_response_error(error.py())?)? {
        error.getattr("args")?.get_item(0)?.str()?
    } else {
        error.repr()?
    };
    Ok(text.to_string_lossy().into_owned())
}

fn catch_response_error(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static CLASS: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let class = CLASS.get_or_try_init(py, || {
        let module = py.import("locust.exception")?;
        module.getattr("CatchResponseError").map(Bound::unbind)
    })?;
    Ok(class.bind(py))
}

fn optional_number(value: &Bound<'_, PyAny>) -> PyResult<Option<Number>> {
    if value.is_none() {
        return Ok(None);
    }
    number_from(value).map(Some)
}

fn number_from(value: &Bound<'_, PyAny>) -> PyResult<Number> {
    if let Ok(float) = value.cast::<PyFloat>() {
        return Ok(Number::Real(float.value()));
    }
    if value.is_instance_of::<PyInt>() {
        return match value.extract::<i64>() {
            Ok(whole) => Ok(Number::Whole(whole)),
            Err(_) => value.extract::<f64>().map(Number::Real),
        };
    }
    if let Ok(whole) = value.extract::<i64>() {
        return Ok(Number::Whole(whole));
    }
    let wrong_type = |_| {
        let kind = value
            .get_type()
            .name()
            .map_or_else(|_| "?".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!(
            "unsupported operand type(s) for +=: 'int' and '{kind}'"
        ))
    };
    value.extract::<f64>().map(Number::Real).map_err(wrong_type)
}

fn number_to(py: Python<'_>, number: Number) -> PyResult<Py<PyAny>> {
    Ok(match number {
        Number::Whole(value) => value.into_pyobject(py)?.into_any().unbind(),
        Number::Real(value) => value.into_pyobject(py)?.into_any().unbind(),
    })
}
