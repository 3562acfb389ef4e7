//! `--otel`: a span for each request of an `HttpUser` and a histogram over all samples, pushed by OTLP while the run
//! lasts. Batching, intervals, addresses and headers follow the `OTEL_…` environment variables of the OpenTelemetry
//! specification; the SDK's own threads push, so nobody waits for a collector. What could not be pushed is counted.
//!
//! Names of metrics and attributes are those of Locust 2.47 (`locust.client.duration`, `locust.users.count`).
mod console;
mod exporters;

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use opentelemetry::metrics::{Histogram, MeterProvider as _};
use opentelemetry::trace::{
    Span as _, SpanContext, SpanId, SpanKind, Status, TraceContextExt as _, TraceFlags, TraceId,
    TraceState, Tracer as _, TracerProvider as _,
};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::{Instrument, PeriodicReader, SdkMeterProvider, Stream};
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SdkTracer, SdkTracerProvider, Span as SdkSpan,
};
use tokio::runtime::{Builder, Runtime};

pub use exporters::Protocol;

use crate::run::RunHandle;
use console::{ConsoleMetrics, ConsoleSpans};
use exporters::{CountedMetrics, CountedSpans, Pushed};
use rlocust_core::clock;
use rlocust_core::model::{Exemplar, without_user_info};

/// The end of a run does not wait longer for each of the two streams.
const PATIENCE: Duration = Duration::from_secs(5);
/// Spans on the console are seen while one looks.
const SOON: Duration = Duration::from_millis(200);
const DURATION: &str = "locust.client.duration";

/// What is pushed, and how.
#[derive(Debug, Clone, Default)]
pub struct TelemetrySettings {
    /// Attributes of the resource, on top of what `OTEL_RESOURCE_ATTRIBUTES` says.
    pub resource: Vec<(String, String)>,
    pub traces: Option<Protocol>,
    pub metrics: Option<Protocol>,
    pub traces_on_console: bool,
    pub metrics_on_console: bool,
    /// Distinct names and error types of the histogram; further ones share one overflow row.
    pub most_names: usize,
}

/// A request that was timed, as the `request` event reports it.
#[derive(Debug)]
pub struct Timed<'a> {
    pub name: &'a str,
    pub duration: Duration,
    /// The class of the exception, of a failed sample.
    pub error_type: Option<&'a str>,
}

/// The span of the suite that a request is made in: trace, span and flags.
pub type OuterSpan = (u128, u64, u8);

/// A request on its way.
pub struct OpenSpan(SdkSpan);

impl OpenSpan {
    /// The value of the header that hands the span to the server.
    /// See <https://www.w3.org/TR/trace-context/>.
    pub fn header(&self) -> String {
        let context = self.0.span_context();
        let (trace, span) = (context.trace_id(), context.span_id());
        format!("00-{trace}-{span}-{:02x}", context.trace_flags())
    }
}

/// How a request with a span went.
#[derive(Debug)]
pub struct Traced<'a> {
    pub method: &'a str,
    /// Of its row.
    pub name: &'a str,
    /// As in Locust's spans: the name given by the suite, or the path without its query.
    pub span_name: &'a str,
    pub duration: Duration,
    pub url: &'a str,
    /// Nothing where no answer came.
    pub status: Option<u16>,
    pub user_agent: Option<String>,
}

/// Both streams.
pub struct Telemetry {
    traces: Option<(SdkTracerProvider, SdkTracer)>,
    metrics: Option<(SdkMeterProvider, Histogram<f64>)>,
    /// Spans on the console alone are not counted: they have no collector to reach.
    is_pushing_spans: bool,
    spans: Arc<Pushed>,
    pushes: Arc<Pushed>,
    run: Arc<OnceLock<RunHandle>>,
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
        let (spans, pushes, run) =
            <(Arc<Pushed>, Arc<Pushed>, Arc<OnceLock<RunHandle>>)>::default();
        let traces = (settings.traces.is_some() || settings.traces_on_console)
            .then(|| tracing(settings, resource.clone(), &spans))
            .transpose()?;
        let metrics = (settings.metrics.is_some() || settings.metrics_on_console)
            .then(|| metering(settings, resource, &pushes, &run))
            .transpose()?;
        Ok(Self {
            traces,
            metrics,
            is_pushing_spans: settings.traces.is_some(),
            spans,
            pushes,
            run,
            _runtime: runtime,
        })
    }

    /// Users are counted from here, and its rows get exemplars; the first call decides.
    pub fn belong_to(&self, run: RunHandle) {
        self.run.get_or_init(|| run);
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

    /// A request is about to be made; nothing without traces.
    pub fn begin(&self, outer: Option<OuterSpan>) -> Option<OpenSpan> {
        let (_, tracer) = self.traces.as_ref()?;
        let builder = tracer.span_builder("request").with_kind(SpanKind::Client);
        let span = builder.start_with_context(tracer, &context_of(outer));
        if self.is_pushing_spans && span.span_context().is_sampled() {
            self.spans.offer();
        }
        Some(OpenSpan(span))
    }

    /// It has ended and was reported: its span, and the exemplar of its row where somebody gets the span.
    pub fn end(&self, OpenSpan(mut span): OpenSpan, request: Traced<'_>) {
        self.note_exemplar(span.span_context(), &request);
        span.update_name(format!("{} {}", request.method, request.span_name));
        span.set_attribute(KeyValue::new("http.method", request.method.to_owned()));
        span.set_attribute(KeyValue::new(
            "http.url",
            without_user_info(request.url).into_owned(),
        ));
        if let Some(status) = request.status {
            span.set_attribute(KeyValue::new("http.status_code", i64::from(status)));
        }
        if let Some(agent) = request.user_agent {
            span.set_attribute(KeyValue::new("user_agent.original", agent));
        }
        if request.status.is_none_or(|status| status >= 400) {
            span.set_status(Status::error(""));
        }
        span.end();
    }

    fn note_exemplar(&self, context: &SpanContext, request: &Traced<'_>) {
        let Some(run) = self.run.get().filter(|_| context.is_sampled()) else {
            return;
        };
        let exemplar = Exemplar {
            trace: u128::from_be_bytes(context.trace_id().to_bytes()),
            span: u64::from_be_bytes(context.span_id().to_bytes()),
            seconds: request.duration.as_secs_f64(),
            at: clock::unix_seconds(),
        };
        run.note_exemplar(request.method, request.name, exemplar);
    }

    /// It was given up, or never reported.
    pub fn abandon(&self, OpenSpan(mut span): OpenSpan) {
        span.set_status(Status::error("the request was cut, or never reported"));
        span.end();
    }

    /// Pushes what is left; a line for each stream that lost something.
    pub fn finish(&self) -> Vec<String> {
        let mut lost = Vec::new();
        if let Some((provider, _)) = &self.traces {
            provider.shutdown_with_timeout(PATIENCE).unwrap_or_default();
            lost.extend(self.spans.shortfall("traces", "spans"));
        }
        if let Some((provider, _)) = &self.metrics {
            provider.shutdown_with_timeout(PATIENCE).unwrap_or_default();
            lost.extend(self.pushes.shortfall("metrics", "pushes"));
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
    settings: &TelemetrySettings,
    resource: Resource,
    pushed: &Arc<Pushed>,
) -> Result<(SdkTracerProvider, SdkTracer), String> {
    let mut builder = SdkTracerProvider::builder();
    if settings.traces_on_console {
        let soon = BatchConfigBuilder::default()
            .with_scheduled_delay(SOON)
            .build();
        let processor = BatchSpanProcessor::builder(ConsoleSpans::new(&resource))
            .with_batch_config(soon)
            .build();
        builder = builder.with_span_processor(processor);
    }
    if let Some(protocol) = settings.traces {
        let exporter = CountedSpans::new(exporters::spans(protocol)?, Arc::clone(pushed));
        builder = builder.with_span_processor(BatchSpanProcessor::builder(exporter).build());
    }
    let provider = builder.with_resource(resource).build();
    let tracer = provider.tracer("locust");
    Ok((provider, tracer))
}

fn metering(
    settings: &TelemetrySettings,
    resource: Resource,
    pushed: &Arc<Pushed>,
    run: &Arc<OnceLock<RunHandle>>,
) -> Result<(SdkMeterProvider, Histogram<f64>), String> {
    let most_names = settings.most_names;
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
    let mut builder = SdkMeterProvider::builder()
        .with_resource(resource)
        .with_view(limit);
    if settings.metrics_on_console {
        builder = builder.with_reader(PeriodicReader::builder(ConsoleMetrics).build());
    }
    if let Some(protocol) = settings.metrics {
        let exporter = CountedMetrics::new(exporters::metrics(protocol)?, Arc::clone(pushed));
        builder = builder.with_reader(PeriodicReader::builder(exporter).build());
    }
    let provider = builder.build();
    let meter = provider.meter("locust");
    let histogram = meter
        .f64_histogram(DURATION)
        .with_unit("s")
        .with_description("From the start of a request to the last byte of its answer")
        .build();
    let run = Arc::clone(run);
    meter
        .i64_observable_gauge("locust.users.count")
        .with_unit("{user}")
        .with_description("Users that run now")
        .with_callback(move |observer| {
            let Some(run) = run.get().map(|run| Arc::clone(&run.state().borrow())) else {
                return;
            };
            for class in &run.classes {
                let name = KeyValue::new("user_class", class.name.clone());
                observer.observe(class.running, &[name]);
            }
        })
        .build();
    Ok((provider, histogram))
}

/// Without a span of the suite the request begins a trace.
fn context_of(outer: Option<OuterSpan>) -> Context {
    let Some((trace, span, flags)) = outer else {
        return Context::new();
    };
    let (trace, span) = (TraceId::from(trace), SpanId::from(span));
    let context = SpanContext::new(
        trace,
        span,
        TraceFlags::new(flags),
        true,
        TraceState::default(),
    );
    Context::new().with_remote_span_context(context)
}

#[cfg(test)]
mod tests {
    use opentelemetry_sdk::error::OTelSdkResult;
    use opentelemetry_sdk::trace::{SpanData, SpanExporter};
    use parking_lot::Mutex;

    use super::*;

    #[derive(Debug, Default, Clone)]
    struct Collected(Arc<Mutex<Vec<SpanData>>>);

    impl SpanExporter for Collected {
        async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
            self.0.lock().extend(batch);
            Ok(())
        }
    }

    fn telemetry_into(collected: &Collected) -> Telemetry {
        let provider = SdkTracerProvider::builder()
            .with_simple_exporter(collected.clone())
            .build();
        let tracer = provider.tracer("locust");
        Telemetry {
            traces: Some((provider, tracer)),
            metrics: None,
            is_pushing_spans: false,
            spans: Arc::default(),
            pushes: Arc::default(),
            run: Arc::default(),
            _runtime: None,
        }
    }

    fn ended_with(status: Option<u16>) -> SpanData {
        let collected = Collected::default();
        let telemetry = telemetry_into(&collected);
        let request = Traced {
            method: "GET",
            name: "/",
            span_name: "/",
            duration: Duration::from_millis(5),
            url: "http://somebody:secret@host/",
            status,
            user_agent: None,
        };
        telemetry.end(telemetry.begin(None).expect("a span"), request);
        collected.0.lock().pop().expect("it was exported")
    }

    #[test]
    fn errors_and_calls_without_an_answer_are_failed_spans() {
        for (status, is_error) in [
            (Some(200), false),
            (Some(399), false),
            (Some(400), true),
            (Some(503), true),
            (None, true),
        ] {
            let span = ended_with(status);
            assert_eq!(
                matches!(span.status, Status::Error { .. }),
                is_error,
                "{status:?}"
            );
            let shown = |key: &str| {
                let found = span.attributes.iter().find(|pair| pair.key.as_str() == key);
                found.map(|pair| pair.value.to_string())
            };
            assert_eq!(shown("http.url").as_deref(), Some("http://host/"));
            assert_eq!(
                shown("http.status_code"),
                status.map(|status| status.to_string())
            );
        }
    }
}
