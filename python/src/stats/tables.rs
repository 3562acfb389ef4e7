//! Console tables for `locust.stats`: whole ones from a recorder, and single rows for suites that replaced
//! a part of what the tables are made of.
use std::sync::Arc;

use pyo3::prelude::*;
use rlocust_engine::model::Tick;
use rlocust_engine::report::lag::{self, Pace};
use rlocust_engine::report::streams;
use rlocust_engine::report::table::{self, Figures, Rates, Widths};

use crate::stats::cores::PyCoreMonitor;
use crate::stats::recorder::PyRecorder;

fn widths((method, name): (i64, i64)) -> Widths {
    Widths { method, name }
}

fn now(recorder: &Bound<'_, PyRecorder>) -> Arc<Tick> {
    let recorder = recorder.get();
    recorder.ticks.now(&recorder.inner)
}

/// The request table; current rates or those of the whole run.
#[pyfunction]
pub fn render_requests(
    recorder: &Bound<'_, PyRecorder>,
    is_current: bool,
    width: (i64, i64),
) -> Vec<String> {
    let rates = if is_current {
        Rates::Current
    } else {
        Rates::Total
    };
    table::requests(&now(recorder).snapshot, rates, widths(width))
}

#[pyfunction]
pub fn render_requests_head(width: (i64, i64)) -> (String, String) {
    let [header, separator] = table::requests_head(widths(width));
    (header, separator)
}

/// `counts`: requests, failures, their ratio; `times`: average, shortest, longest, median; `rates` per second.
#[pyfunction]
#[expect(
    clippy::needless_pass_by_value,
    reason = "converted from Python values"
)]
pub fn render_row(
    named: (String, String),
    counts: (i64, i64, f64),
    times: (f64, f64, f64, f64),
    rates: (f64, f64),
    width: (i64, i64),
) -> String {
    let figures = Figures {
        requests: counts.0,
        failures: counts.1,
        fail_ratio: counts.2,
        average: times.0,
        minimum: times.1,
        maximum: times.2,
        median: times.3,
        requests_per_second: rates.0,
        failures_per_second: rates.1,
    };
    table::request_row(&named.0, &named.1, &figures, widths(width))
}

/// The percentile table.
#[pyfunction]
#[expect(
    clippy::needless_pass_by_value,
    reason = "converted from a Python list"
)]
pub fn render_percentiles(
    recorder: &Bound<'_, PyRecorder>,
    percentiles: Vec<f64>,
    width: (i64, i64),
) -> Vec<String> {
    let tick = now(recorder);
    table::percentiles(&tick.snapshot, &percentiles, widths(width))
}

#[pyfunction]
#[expect(
    clippy::needless_pass_by_value,
    reason = "converted from a Python list"
)]
pub fn render_percentiles_head(
    percentiles: Vec<f64>,
    width: (i64, i64),
) -> (String, String, String) {
    let [title, header, separator] = table::percentiles_head(&percentiles, widths(width));
    (title, header, separator)
}

#[pyfunction]
#[expect(
    clippy::needless_pass_by_value,
    reason = "converted from Python values"
)]
pub fn render_percentile_row(
    named: (String, String),
    percentiles: Vec<f64>,
    requests: i64,
    width: (i64, i64),
) -> String {
    table::percentile_row(&named.0, &named.1, &percentiles, requests, widths(width))
}

/// The error report from occurrences and texts.
#[pyfunction]
#[expect(
    clippy::needless_pass_by_value,
    reason = "converted from a Python list"
)]
pub fn render_errors(rows: Vec<(i64, String)>, name_width: i64) -> Vec<String> {
    table::errors(
        rows.iter().map(|(count, text)| (*count, text.as_str())),
        name_width,
    )
}

/// The figures of streamed answers; empty without streams.
#[pyfunction]
pub fn render_streams(recorder: &Bound<'_, PyRecorder>, width: (i64, i64)) -> Vec<String> {
    streams::table(&now(recorder).snapshot, widths(width))
}

/// Our lines at the end of a run; empty when there is nothing to say.
#[pyfunction]
pub fn render_accounting(recorder: &Bound<'_, PyRecorder>) -> Vec<String> {
    let reasons = recorder.get().python_reasons.counted();
    table::accounting(&now(recorder), &reasons)
}

/// The line of scheduling lag that stands below the request table; None before the first.
#[pyfunction]
pub fn render_lag(recorder: &Bound<'_, PyRecorder>) -> Option<String> {
    lag::line(&now(recorder).snapshot.lags)
}

/// What the scheduling lag of the run means and who causes it, where it is large beside what users do; else None.
/// `user_seconds` is how long users have lived, all together.
#[pyfunction]
#[pyo3(signature = (recorder, user_seconds=0.0, cores=None))]
pub fn lag_warning(
    recorder: &Bound<'_, PyRecorder>,
    user_seconds: f64,
    cores: Option<&Bound<'_, PyCoreMonitor>>,
) -> Option<String> {
    let recorder = recorder.get();
    let snapshot = &recorder.ticks.recent(&recorder.inner).snapshot;
    let pace = Pace {
        user_seconds,
        cores: cores.and_then(|cores| cores.get().look()),
    };
    lag::warning(&snapshot.total, &snapshot.lags, &pace)
}
