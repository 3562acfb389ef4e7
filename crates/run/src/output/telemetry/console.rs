//! The `console` exporter of `OTEL_TRACES_EXPORTER` and `OTEL_METRICS_EXPORTER`: JSON on stdout, with the keys of the
//! Python SDK's console exporters, so that what reads theirs reads ours. The SDK's threads write; where nobody reads
//! stdout the lines are lost, and nothing else.
use std::io::{self, ErrorKind, Write, stdout};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanId, Status};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, GaugeDataPoint, HistogramDataPoint, Metric, MetricData, ResourceMetrics,
};
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use serde_json::{Map, Value, json};

use rlocust_core::clock::{self, seconds_of};
use rlocust_stats::report::utc;

/// Spans, one object each.
#[derive(Debug)]
pub(super) struct ConsoleSpans {
    resource: Value,
}

impl ConsoleSpans {
    pub fn new(resource: &Resource) -> Self {
        Self {
            resource: of_resource(resource),
        }
    }
}

impl SpanExporter for ConsoleSpans {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        for span in &batch {
            print(&of_span(span, &self.resource));
        }
        Ok(())
    }
}

/// All metrics, one object a push.
#[derive(Debug)]
pub(super) struct ConsoleMetrics;

impl PushMetricExporter for ConsoleMetrics {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        print(&of_metrics(metrics));
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}

/// For somebody to read on.
const PATIENCE: Duration = Duration::from_secs(5);
const LOOK_AGAIN: Duration = Duration::from_millis(5);

/// In one piece, so that lines of others stand before or after it.
fn print(object: &Value) {
    let text = format!("{object:#}\n");
    write_whole(&mut stdout().lock(), text.as_bytes(), PATIENCE).ok();
}

/// Half an object is none: where a file that never blocks has no room (a terminal that keys are read from), it is waited for.
fn write_whole(to: &mut impl Write, mut text: &[u8], patience: Duration) -> io::Result<()> {
    while !text.is_empty() {
        match patiently(patience, || to.write(text))? {
            0 => return Err(ErrorKind::WriteZero.into()),
            written => text = &text[written..],
        }
    }
    patiently(patience, || to.flush())
}

fn patiently<T>(patience: Duration, mut attempt: impl FnMut() -> io::Result<T>) -> io::Result<T> {
    let until = clock::instant() + patience;
    loop {
        match attempt() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) if error.kind() == ErrorKind::WouldBlock && clock::instant() < until => {
                std::thread::park_timeout(LOOK_AGAIN);
            }
            done => return done,
        }
    }
}

fn of_span(span: &SpanData, resource: &Value) -> Value {
    let context = &span.span_context;
    let parent = span.parent_span_id;
    json!({
        "name": span.name,
        "context": {
            "trace_id": format!("0x{}", context.trace_id()),
            "span_id": format!("0x{}", context.span_id()),
            "trace_state": "[]",
        },
        "kind": format!("SpanKind.{}", format!("{:?}", span.span_kind).to_uppercase()),
        "parent_id": (parent != SpanId::INVALID).then(|| format!("0x{parent}")),
        "start_time": time(span.start_time),
        "end_time": time(span.end_time),
        "status": of_status(&span.status),
        "attributes": of_attributes(span.attributes.iter()),
        "events": [],
        "links": [],
        "resource": resource,
    })
}

fn of_status(status: &Status) -> Value {
    match status {
        Status::Unset => json!({"status_code": "UNSET"}),
        Status::Ok => json!({"status_code": "OK"}),
        Status::Error { description } if description.is_empty() => {
            json!({"status_code": "ERROR"})
        }
        Status::Error { description } => {
            json!({"status_code": "ERROR", "description": description})
        }
    }
}

fn of_metrics(metrics: &ResourceMetrics) -> Value {
    let scopes = metrics.scope_metrics().map(|scope| {
        json!({
            "scope": {"name": scope.scope().name(), "version": scope.scope().version()},
            "metrics": scope.metrics().map(of_metric).collect::<Vec<_>>(),
        })
    });
    json!({"resource_metrics": [{
        "resource": of_resource(metrics.resource()),
        "scope_metrics": scopes.collect::<Vec<_>>(),
    }]})
}

/// Of the kinds that a run has: a histogram of seconds, a gauge of users.
fn of_metric(metric: &Metric) -> Value {
    let points: Vec<Value> = match metric.data() {
        AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
            let (from, to) = (histogram.start_time(), histogram.time());
            let points = histogram.data_points();
            points.map(|point| of_durations(point, from, to)).collect()
        }
        AggregatedMetrics::I64(MetricData::Gauge(gauge)) => {
            let at = gauge.time();
            gauge
                .data_points()
                .map(|point| of_gauge(point, at))
                .collect()
        }
        _ => Vec::new(),
    };
    json!({
        "name": metric.name(),
        "description": metric.description(),
        "unit": metric.unit(),
        "data": {"data_points": points},
    })
}

fn of_durations(point: &HistogramDataPoint<f64>, from: SystemTime, to: SystemTime) -> Value {
    json!({
        "attributes": of_attributes(point.attributes()),
        "start_time_unix_nano": nanoseconds(from),
        "time_unix_nano": nanoseconds(to),
        "count": point.count(),
        "sum": point.sum(),
        "bucket_counts": point.bucket_counts().collect::<Vec<_>>(),
        "explicit_bounds": point.bounds().collect::<Vec<_>>(),
        "min": point.min(),
        "max": point.max(),
        "exemplars": [],
    })
}

fn of_gauge(point: &GaugeDataPoint<i64>, at: SystemTime) -> Value {
    json!({
        "attributes": of_attributes(point.attributes()),
        "start_time_unix_nano": null,
        "time_unix_nano": nanoseconds(at),
        "value": point.value(),
        "exemplars": [],
    })
}

fn of_resource(resource: &Resource) -> Value {
    let pairs = resource.iter();
    let attributes = pairs.map(|(key, value)| (key.to_string(), of_value(value)));
    json!({"attributes": attributes.collect::<Map<_, _>>(), "schema_url": ""})
}

fn of_attributes<'a>(pairs: impl Iterator<Item = &'a KeyValue>) -> Value {
    let attributes = pairs.map(|pair| (pair.key.to_string(), of_value(&pair.value)));
    Value::Object(attributes.collect())
}

fn of_value(value: &opentelemetry::Value) -> Value {
    match value {
        opentelemetry::Value::Bool(value) => json!(value),
        opentelemetry::Value::I64(value) => json!(value),
        opentelemetry::Value::F64(value) => json!(value),
        other => json!(other.as_str()),
    }
}

/// As `2026-11-21T05:03:51.204117Z`.
fn time(at: SystemTime) -> String {
    let seconds = seconds_of(at).floor();
    let micros = at
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .subsec_micros();
    utc(seconds).replace('Z', &format!(".{micros:06}Z"))
}

fn nanoseconds(at: SystemTime) -> u64 {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Takes a few bytes every other time.
    #[derive(Default)]
    struct Crowded {
        taken: Vec<u8>,
        attempts: usize,
    }

    impl Write for Crowded {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.attempts += 1;
            if self.attempts.is_multiple_of(2) {
                return Err(ErrorKind::WouldBlock.into());
            }
            let count = bytes.len().min(3);
            self.taken.extend_from_slice(&bytes[..count]);
            Ok(count)
        }

        fn flush(&mut self) -> io::Result<()> {
            self.attempts += 1;
            if self.attempts.is_multiple_of(2) {
                return Err(ErrorKind::WouldBlock.into());
            }
            Ok(())
        }
    }

    #[test]
    fn an_object_is_written_whole_where_room_comes_and_goes() {
        let mut crowded = Crowded::default();
        write_whole(&mut crowded, b"0123456789", PATIENCE).expect("room comes again");
        assert_eq!(crowded.taken, b"0123456789");
    }

    #[test]
    fn a_file_that_nobody_reads_is_not_waited_for_any_longer() {
        let mut crowded = Crowded::default();
        let refused = write_whole(&mut crowded, b"0123456789", Duration::ZERO);
        let kind = refused.expect_err("there is no room").kind();
        assert_eq!(kind, ErrorKind::WouldBlock);
    }
}
