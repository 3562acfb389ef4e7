//! Other options.

use crate::cli::option::{Kind, Opt, Preset};

pub const VERSION: Opt = Opt::flag(
    &["--version", "-V"],
    "version",
    "Print the version and exit",
)
.kind(Kind::Version);

pub const OPTIONS: &[Opt] = &[
    Opt::flag(
        &["--show-task-ratio"],
        "show_task_ratio",
        "Print how often each task runs, per user class and in total, and exit; -u counts with fixed_count",
    ),
    Opt::flag(&["--show-task-ratio-json"], "show_task_ratio_json", "The same as JSON"),
    VERSION,
    Opt::integer(
        &["--exit-code-on-error"],
        "exit_code_on_error",
        "<int>",
        "Exit code of a run with failed requests or exceptions [default: 1]",
    )
    .env("LOCUST_EXIT_CODE_ON_ERROR")
    .preset(Preset::Integer(1)),
    Opt::text(
        &["-s", "--stop-timeout"],
        "stop_timeout",
        "<number>",
        "How long users may finish the task in hand when the run ends: seconds, or 1m30s [default: 0]",
    )
    .kind(Kind::Timespan)
    .env("LOCUST_STOP_TIMEOUT")
    .preset(Preset::Integer(0)),
    Opt::flag(&["--equal-weights"], "equal_weights", "Ignore the weights in the locustfile: all tasks run equally often"),
    Opt { metavar: None, ..PROFILE },
    Opt::flag(&["--otel"], "otel", "Report to OpenTelemetry")
        .env("LOCUST_ENABLE_OPENTELEMETRY"),
];

const PROFILE: Opt = Opt::text(&["--profile"], "profile", "", "A label that groups runs");
