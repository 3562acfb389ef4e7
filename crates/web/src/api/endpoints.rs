//! `GET endpoints` and `GET histogram`: the whole run by exact percentiles.
use serde_json::{Value, json};

use super::super::answer::{compact, failure, number};
use super::super::site::Site;
use super::super::timeline::Timeline;
use crate::timeline::milliseconds;
use rlocust_core::model::{EntryRow, Span};
use rlocust_run::run::{HttpAnswer, HttpRequest};
use rlocust_stats::report::summary;

pub fn endpoints(site: &Site, _: &HttpRequest) -> HttpAnswer {
    compact(&endpoints_of(&site.course.lock()))
}

/// All requests first, then every endpoint by its index.
pub fn endpoints_of(course: &Timeline) -> Value {
    let span = course.tick.snapshot.span();
    let total = course.row(-1).into_iter().map(|row| (-1, row));
    let rows = total.chain((0..).zip(course.rows()));
    rows.map(|(i, row)| endpoint(i, row, span)).collect()
}

fn endpoint(i: i64, row: &EntryRow, span: Span) -> Value {
    let (rps, fps) = (row.current_rps(span), row.current_fail_per_sec(span));
    let mut shown = json!({
        "i": i,
        "name": &*row.name,
        "method": &*row.method,
        "requests": row.num_requests,
        "failures": row.num_failures,
        "fail_ratio": row.fail_ratio(),
        "rps": rps,
        "fps": fps,
        "avg": row.avg_response_time(),
        "min": row.min_response_time.map(rlocust_core::model::Number::as_f64),
        "max": row.max_response_time.as_f64(),
        "size": row.avg_content_length(),
        "total_rps": row.total_rps(span),
        "total_fps": row.total_fail_per_sec(span),
    });
    if row.is_rounded {
        shown["rounded"] = json!(true);
    }
    let names = ["median", "p50", "p75", "p90", "p95", "p99", "p999"];
    let times = exact(row, [0.5, 0.5, 0.75, 0.9, 0.95, 0.99, 0.999]);
    for (name, time) in names.into_iter().zip(times) {
        shown[name] = json!(time);
    }
    let phases = rlocust_core::model::Phase::ALL.iter().zip(&row.phases);
    let known = phases.filter_map(|(phase, times)| {
        let [p50, p95] = times.as_ref()?.quantiles_us([0.5, 0.95]);
        let figures = json!({"p50": p50 as f64 / 1000.0, "p95": p95 as f64 / 1000.0});
        Some((phase.name().to_owned(), figures))
    });
    shown["phases"] = Value::Object(known.collect());
    shown
}

/// Milliseconds, ascending; nothing of what has no time.
pub fn exact<const N: usize>(row: &EntryRow, quantiles: [f64; N]) -> [Option<f64>; N] {
    held(row, row.exact.quantiles_us(quantiles))
}

/// The same of times in microseconds.
pub fn held<const N: usize>(row: &EntryRow, times: [u64; N]) -> [Option<f64>; N] {
    let held =
        |us| rlocust_core::model::held_exact(us, row.min_response_time, row.max_response_time);
    times.map(|us| (!row.exact.is_empty()).then(|| held(us)))
}

pub fn histogram(site: &Site, request: &HttpRequest) -> HttpAnswer {
    let course = site.course.lock();
    let index = match number::<i64>(request, "endpoint") {
        Ok(index) => index.unwrap_or(-1),
        Err(refusal) => return refusal,
    };
    match course.row(index) {
        Some(row) => compact(&histogram_of(row)),
        None => no_endpoint(index),
    }
}

pub fn no_endpoint(index: i64) -> HttpAnswer {
    failure(
        404,
        &format!(
            "There is no endpoint `{index}`: `endpoints` has them all, -1 is all of them together"
        ),
    )
}

/// At most so many bars.
const BARS: f64 = 60.0;

pub fn histogram_of(row: &EntryRow) -> Value {
    let quantiles = [
        0.0, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 0.9995, 0.9999, 1.0,
    ];
    let times = exact(row, quantiles);
    let pairs = quantiles.iter().zip(times);
    let pairs: Vec<Value> = pairs
        .filter_map(|(quantile, time)| Some(json!([quantile, time?])))
        .collect();
    json!({
        "hdr": summary::histogram(&row.exact),
        "count": row.exact.count(),
        "quantiles": pairs,
        "distribution": distribution(row),
    })
}

/// Times in microseconds that are nearly the same.
struct Bar {
    place: usize,
    shortest: u64,
    longest: u64,
    count: u64,
}

/// Bars of equal width on a logarithmic scale, each with the shortest and the longest time that is in it.
fn distribution(row: &EntryRow) -> Vec<Value> {
    let (least, most) = (
        row.exact.min_us().max(1) as f64,
        row.exact.max_us().max(2) as f64,
    );
    let width = ((most / least).ln() / BARS).max(0.02);
    let mut bars: Vec<Bar> = Vec::new();
    for (us, count) in row.exact.rows() {
        let place = ((us as f64 / least).ln() / width).max(0.0) as usize;
        match bars.last_mut().filter(|last| last.place == place) {
            Some(bar) => (bar.longest, bar.count) = (us, bar.count + count),
            None => bars.push(Bar {
                place,
                shortest: us,
                longest: us,
                count,
            }),
        }
    }
    let ms = |us: u64| milliseconds(us as f64 / 1000.0);
    let bars = bars.into_iter();
    bars.map(|bar| json!([ms(bar.shortest), ms(bar.longest), bar.count]))
        .collect()
}
