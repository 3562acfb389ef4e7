//! Monitoring options: figures for others while a run lasts, and figures of the target beside ours.

use crate::cli::option::{Opt, Preset};

pub const OPTIONS: &[Opt] = &[
    Opt::integer(
        &["--metrics-port"],
        "metrics_port",
        "<port number>",
        "Serve the figures for Prometheus under /metrics on this port; 0 takes any free port and logs it",
    )
    .env("LOCUST_METRICS_PORT"),
    Opt::text(
        &["--metrics-host"],
        "metrics_host",
        "<ip>",
        "Address the metrics page listens on; 0.0.0.0 for all [default: 127.0.0.1]",
    )
    .env("LOCUST_METRICS_HOST")
    .preset(Preset::Text("127.0.0.1")),
    Opt::text(
        &["--monitor"],
        "monitor",
        "<url>",
        "Page of the target in Prometheus' format (node-exporter): its CPU and memory stand beside the results",
    )
    .env("LOCUST_MONITOR"),
];
