//! Verdict options: when a run fails, when its figures are not to be trusted, and the reports that show it.

use crate::cli::option::{Kind, Opt};

pub const OPTIONS: &[Opt] = &[
    Opt::text(
        &["--fail-if"],
        "fail_if",
        "<limit>",
        "Fail the run with exit code 3 when this is true at its end, as \"p95{name=/x} > 300ms\" or \"fail_ratio > 0.1%\"; \
         may be given several times; \"... abort after 30s\" also stops the run as soon as it is true",
    )
    .kind(Kind::FailIf)
    .env("LOCUST_FAIL_IF"),
    Opt::text(
        &["--max-lag"],
        "max_lag",
        "<bound>",
        "Declare the figures not trustworthy, with exit code 4, when the generator itself was later than this, as p99=50ms",
    )
    .kind(Kind::MaxLag)
    .env("LOCUST_MAX_LAG"),
    Opt::flag(
        &["--strict"],
        "strict",
        "Fail the run with exit code 3 when it has tested nothing: no request was made, or none was answered",
    )
    .env("LOCUST_STRICT"),
    Opt::text(
        &["--junit"],
        "junit_file",
        "<filename>",
        "Write a JUnit XML report: a test case for each limit and each entry",
    )
    .env("LOCUST_JUNIT"),
    Opt::text(
        &["--markdown"],
        "markdown_file",
        "<filename>",
        "Write a short Markdown summary, as for a pull request",
    )
    .env("LOCUST_MARKDOWN"),
];
