//! Logging options.

use crate::cli::option::{Kind, Opt, Preset};

pub const LEVELS: [&str; 5] = ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"];

pub const OPTIONS: &[Opt] = &[
    Opt::flag(
        &["--skip-log-setup"],
        "skip_log_setup",
        "Leave Python's logging alone: the locustfile sets it up, and no tables are shown unless it does",
    )
    .env("LOCUST_SKIP_LOG_SETUP"),
    Opt::text(
        &["--loglevel", "-L"],
        "loglevel",
        "<level>",
        "Least level to log: DEBUG, INFO, WARNING, ERROR or CRITICAL [default: INFO]",
    )
    .kind(Kind::Level)
    .env("LOCUST_LOGLEVEL")
    .preset(Preset::Text("INFO")),
    Opt::text(&["--logfile"], "logfile", "<filename>", "Log to this file; the tables stay on stderr")
        .env("LOCUST_LOGFILE"),
];
