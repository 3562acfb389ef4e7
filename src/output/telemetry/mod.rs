//! `--otel`: a span for each request of an `HttpUser` and a histogram over all samples, pushed by OTLP while the run
//! lasts. Batching, intervals, addresses and headers follow the `OTEL_…` environment variables of the OpenTelemetry
//! specification; the SDK's own threads push, so nobody waits for a collector. What could not be pushed is counted.
//!
//! Names of metrics and attributes are those of Locust 2.47 (`locust.client.duration`, `locust.users.count`).
mod exporters;
mod ids;

use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime};

use opentelemetry::metrics::{Histogram, MeterProvider as _};
use opentelemetry::trace::{
    Span as _, SpanContext, SpanKind, Status, TraceContextExt as _, TraceFlags, TraceState,
    Tracer as _, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{Instrument, PeriodicReader, SdkMeterProvider, Stream};
use opentelemetry_sdk::trace::{BatchSpanProcessor, SdkTracer, SdkTracerProvider};
use tokio::runtime::{Builder, Runtime};

pub use exporters::Protocol;
pub use ids::TraceParent;

use super::Board;
use exporters::{CountedMetrics, CountedSpans, Pushed};
use ids::ChosenIds;

/// The end of a run does not wait longer for each of the two streams.
const PATIENCE: Duration = Duration::from_secs(5);
const DURATION: &str = "locust.client.duration";

/// What is pushed, and how.
#[derive(Debug, Clone, Default)]
pub struct TelemetrySettings {
    /// Attributes of the resource, on top of what `OTEL_RESOURCE_ATTRIBUTES` says.
    pub resource: Vec<(String, String)>,
    pub traces: Option<Protocol>,
    pub metrics: Option<Protocol>,
    /// Distinct names and error types of the histogram; further ones share one overflow row.
    pub most_names: usize,
}

/// A request that was timed, as the `request` event tells it.
#[derive(Debug)]
pub struct Timed<'a> {
    pub name: &'a str,
    pub duration: Duration,
    /// The class of the exception, of a failed sample.
    pub error_type: Option<&'a str>,
}

/// A request that was sent with a `traceparent` header of ours.
#[derive(Debug)]
pub struct Traced<'a> {
    pub parent: TraceParent,
    /// As Locust's: the method, then the name given by the suite or the path without its query.
    pub name: String,
    pub method: &'a str,
    pub url: &'a str,
    /// Nothing where no answer came.
    pub status: Option<u16>,
    pub user_agent: Option<String>,
    pub start: SystemTime,
    pub duration: Duration,
}

/// Both streams.
pub struct Telemetry {
    traces: Option<(SdkTracerProvider, SdkTracer)>,
    metrics: Option<(SdkMeterProvider, Histogram<f64>)>,
    spans: Arc<Pushed>,
    pushes: Arc<Pushed>,
    board: Arc<OnceLock<Arc<Board>>>,
    /// gRPC needs one that runs as long as the exporters.
    _runtime: Option<Runtime>,
}

impl Telemetry {
    /// # Errors
    /// What the SDK says of addresses and headers it cannot use, or of a runtime that does not start.
    pub fn start(settings: &TelemetrySettings) -> Result<Self, String> {
        let wants_grpc = [settings.traces, settings.metrics].contains(&Some(Protocol::Grpc));
        let runtime = wants_grpc
            .then(runtime)
            .transpose()
            .map_err(|e| e.to_string())?;
        let _context = runtime.as_ref().map(Runtime::enter);
        let attributes = settings.resource.iter();
        let resource = Resource::builder()
            .with_attributes(
                attributes.map(|(key, value)| KeyValue::new(key.clone(), value.clone())),
            )
            .build();
        let (spans, pushes, board) =
            <(Arc<Pushed>, Arc<Pushed>, Arc<OnceLock<Arc<Board>>>)>::default();
        let traces = match settings.traces {
            Some(protocol) => Some(tracing(protocol, resource.clone(), &spans)?),
            None => None,
        };
        let metrics = match settings.metrics {
            Some(protocol) => Some(metering(
                protocol,
                resource,
                settings.most_names,
                &pushes,
                &board,
            )?),
            None => None,
        };
        Ok(Self {
            traces,
            metrics,
            spans,
            pushes,
            board,
            _runtime: runtime,
        })
    }

    /// Users are counted from here; the first call decides.
    pub fn count_users_of(&self, board: &Arc<Board>) {
        self.board.get_or_init(|| Arc::clone(board));
    }

    pub fn is_tracing(&self) -> bool {
        self.traces.is_some()
    }

    /// One sample for the histogram, whoever made it.
    pub fn time(&self, timed: &Timed<'_>) {
        let Some((_, histogram)) = &self.metrics else {
            return;
        };
        let name = KeyValue::new("name", timed.name.to_owned());
        let seconds = timed.duration.as_secs_f64();
        match timed.error_type {
            Some(class) => histogram.record(
                seconds,
                &[name, KeyValue::new("error.type", class.to_owned())],
            ),
            None => histogram.record(seconds, &[name]),
        }
    }

    /// One span, which began and ended when the request did.
    pub fn trace(&self, request: Traced<'_>) {
        let Some((_, tracer)) = &self.traces else {
            return;
        };
        let is_error = request.status.is_none_or(|status| status >= 400);
        let mut attributes = vec![
            KeyValue::new("http.method", request.method.to_owned()),
            KeyValue::new("http.url", request.url.to_owned()),
        ];
        attributes.extend(
            request
                .status
                .map(|status| KeyValue::new("http.status_code", i64::from(status))),
        );
        attributes.extend(
            request
                .user_agent
                .map(|agent| KeyValue::new("user_agent.original", agent)),
        );
        let span = tracer
            .span_builder(request.name)
            .with_kind(SpanKind::Client)
            .with_start_time(request.start)
            .with_attributes(attributes);
        ids::choose(&request.parent);
        let mut span = span.start_with_context(tracer, &parent_of(&request.parent));
        if is_error {
            span.set_status(Status::error(""));
        }
        if span.span_context().is_sampled() {
            self.spans.offer();
        }
        span.end_with_timestamp(request.start + request.duration);
    }

    /// Pushes what is left; a line for each stream that lost something.
    pub fn finish(&self) -> Vec<String> {
        let mut lost = Vec::new();
        if let Some((provider, _)) = &self.traces {
            provider.shutdown_with_timeout(PATIENCE).unwrap_or_default();
            lost.extend(self.spans.told("traces", "spans"));
        }
        if let Some((provider, _)) = &self.metrics {
            provider.shutdown_with_timeout(PATIENCE).unwrap_or_default();
            lost.extend(self.pushes.told("metrics", "pushes"));
        }
        lost
    }
}

fn runtime() -> std::io::Result<Runtime> {
    Builder::new_multi_thread()
        .worker_threads(1)
        .thread_name("rlocust-service")
        .enable_all()
        .build()
}

fn tracing(
    protocol: Protocol,
    resource: Resource,
    pushed: &Arc<Pushed>,
) -> Result<(SdkTracerProvider, SdkTracer), String> {
    let exporter = exporters::spans(protocol)?;
    let processor =
        BatchSpanProcessor::builder(CountedSpans::new(exporter, Arc::clone(pushed))).build();
    let provider = SdkTracerProvider::builder()
        .with_resource(resource)
        .with_id_generator(ChosenIds::default())
        .with_span_processor(processor)
        .build();
    let tracer = provider.tracer("locust");
    Ok((provider, tracer))
}

fn metering(
    protocol: Protocol,
    resource: Resource,
    most_names: usize,
    pushed: &Arc<Pushed>,
    board: &Arc<OnceLock<Arc<Board>>>,
) -> Result<(SdkMeterProvider, Histogram<f64>), String> {
    let exporter = CountedMetrics::new(exporters::metrics(protocol)?, Arc::clone(pushed));
    let limit = move |instrument: &Instrument| {
        (instrument.name() == DURATION)
            .then(|| {
                Stream::builder()
                    .with_cardinality_limit(most_names)
                    .build()
                    .ok()
            })
            .flatten()
    };
    let provider = SdkMeterProvider::builder()
        .with_resource(resource)
        .with_reader(PeriodicReader::builder(exporter).build())
        .with_view(limit)
        .build();
    let meter = provider.meter("locust");
    let histogram = meter
        .f64_histogram(DURATION)
        .with_unit("s")
        .with_description("From the start of a request to the last byte of its answer")
        .build();
    let board = Arc::clone(board);
    meter
        .i64_observable_gauge("locust.users.count")
        .with_unit("{user}")
        .with_description("Users that run now")
        .with_callback(move |observer| {
            for class in board
                .get()
                .map(|board| board.read().classes)
                .unwrap_or_default()
            {
                observer.observe(class.running, &[KeyValue::new("user_class", class.name)]);
            }
        })
        .build();
    Ok((provider, histogram))
}

/// The span of the suite that the request was made in; without one the request begins a trace.
fn parent_of(parent: &TraceParent) -> Context {
    let Some(span) = parent.parent_span else {
        return Context::new();
    };
    let (flags, state) = (TraceFlags::SAMPLED, TraceState::default());
    let context = SpanContext::new(parent.trace, span, flags, true, state);
    Context::new().with_remote_span_context(context)
}
