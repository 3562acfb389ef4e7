//! The exporters of the SDK, wrapped so that what they lose is counted: the SDK drops spans when its queue is full and
//! reports failed pushes to nobody who listens.
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use opentelemetry_otlp::{MetricExporter, SpanExporter, WithHttpConfig as _};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::Temporality;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::trace::{SpanData, SpanExporter as ExportSpans};
use parking_lot::Mutex;
use tracing::debug;

/// How OTLP travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Protocol {
    Grpc,
    /// Protobuf over HTTP/1.1.
    Http,
}

/// What went out and what did not.
#[derive(Debug, Default)]
pub(super) struct Pushed {
    offered: AtomicU64,
    arrived: AtomicU64,
    last_error: Mutex<Option<String>>,
}

impl Pushed {
    pub fn offer(&self) {
        self.offered.fetch_add(1, Ordering::Relaxed);
    }

    fn note(&self, count: u64, result: &OTelSdkResult) {
        // Without the fault: it may hold the collector's whole URL.
        debug!(target: "rlocust::output", count, has_arrived = result.is_ok(), "pushed to OpenTelemetry");
        match result {
            Ok(()) => {
                self.arrived.fetch_add(count, Ordering::Relaxed);
            }
            Err(error) => *self.last_error.lock() = Some(error.to_string()),
        }
    }

    /// One line, when something is missing at the collector.
    pub fn shortfall(&self, stream: &str, things: &str) -> Option<String> {
        let (offered, arrived) = (
            self.offered.load(Ordering::Relaxed),
            self.arrived.load(Ordering::Relaxed),
        );
        let lost = offered.saturating_sub(arrived);
        let why = self.last_error.lock().take();
        let why = why.unwrap_or_else(|| "more than could be sent in time".to_owned());
        (lost > 0).then(|| {
            format!("OpenTelemetry {stream}: {lost} of {offered} {things} did not reach the collector: {why}")
        })
    }
}

/// # Errors
/// The words of the SDK.
pub(super) fn spans(protocol: Protocol) -> Result<SpanExporter, String> {
    let builder = SpanExporter::builder();
    let built = match protocol {
        Protocol::Grpc => builder.with_tonic().build(),
        Protocol::Http => builder.with_http().with_http_client(http_client()?).build(),
    };
    built.map_err(|error| error.to_string())
}

/// # Errors
/// The words of the SDK.
pub(super) fn metrics(protocol: Protocol) -> Result<MetricExporter, String> {
    let builder = MetricExporter::builder();
    let built = match protocol {
        Protocol::Grpc => builder.with_tonic().build(),
        Protocol::Http => builder.with_http().with_http_client(http_client()?).build(),
    };
    built.map_err(|error| error.to_string())
}

/// Asks for the process's provider of cryptography; installing it twice is refused and harmless.
fn http_client() -> Result<reqwest::blocking::Client, String> {
    rustls::crypto::ring::default_provider()
        .install_default()
        .unwrap_or_default();
    // Of its own thread: the blocking client may not be made where an async runtime is entered.
    let made = std::thread::spawn(reqwest::blocking::Client::new).join();
    made.map_err(|_| "no HTTP client for OpenTelemetry could be made".to_owned())
}

/// Counts the spans that arrive.
#[derive(Debug)]
pub(super) struct CountedSpans {
    inner: SpanExporter,
    pushed: Arc<Pushed>,
}

impl CountedSpans {
    pub fn new(inner: SpanExporter, pushed: Arc<Pushed>) -> Self {
        Self { inner, pushed }
    }
}

impl ExportSpans for CountedSpans {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let count = batch.len() as u64;
        let result = self.inner.export(batch).await;
        self.pushed.note(count, &result);
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.inner.set_resource(resource);
    }
}

/// Counts the pushes that arrive.
pub(super) struct CountedMetrics {
    inner: MetricExporter,
    pushed: Arc<Pushed>,
}

impl CountedMetrics {
    pub fn new(inner: MetricExporter, pushed: Arc<Pushed>) -> Self {
        Self { inner, pushed }
    }
}

impl PushMetricExporter for CountedMetrics {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        self.pushed.offer();
        let result = self.inner.export(metrics).await;
        self.pushed.note(1, &result);
        result
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.inner.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.inner.shutdown_with_timeout(timeout)
    }

    fn temporality(&self) -> Temporality {
        self.inner.temporality()
    }
}
