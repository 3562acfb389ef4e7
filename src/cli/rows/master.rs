//! Master options: one process that leads workers.

use crate::cli::option::{Kind, Opt, Preset};

const GONE_SLAVES: &str = "The --expect-slaves parameter has been renamed --expect-workers";

pub const MASTER: Opt = Opt::flag(
    &["--master"],
    "master",
    "Lead workers that connect to this process",
)
.env("LOCUST_MODE_MASTER");

pub const SECRET: Opt = Opt::text(
    &["--master-secret"],
    "master_secret",
    "<secret>",
    "Master and workers talk only to who knows it, which Locust's nodes do not; the list of processes shows this form",
)
.env("LOCUST_MASTER_SECRET");

pub const SECRET_FILE: Opt = Opt::text(
    &["--master-secret-file"],
    "master_secret_file",
    "<filename>",
    "A file that holds the secret; the end of its last line does not belong to it",
)
.env("LOCUST_MASTER_SECRET_FILE");

pub const OPTIONS: &[Opt] = &[
    MASTER,
    Opt::text(
        &["--master-bind-host"],
        "master_bind_host",
        "<ip>",
        "Address on which the master waits for workers [default: all]",
    )
    .env("LOCUST_MASTER_BIND_HOST")
    .preset(Preset::Text("*")),
    Opt::integer(
        &["--master-bind-port"],
        "master_bind_port",
        "<port number>",
        "Port on which the master waits for workers [default: 5557]",
    )
    .env("LOCUST_MASTER_BIND_PORT")
    .preset(Preset::Integer(5557)),
    Opt::integer(
        &["--expect-workers"],
        "expect_workers",
        "<int>",
        "Start only when this many workers are ready; for --headless and --autostart",
    )
    .kind(Kind::PositiveInteger)
    .env("LOCUST_EXPECT_WORKERS")
    .preset(Preset::Integer(1)),
    Opt::integer(
        &["--expect-workers-max-wait"],
        "expect_workers_max_wait",
        "<int>",
        "Give up when the workers are not ready after this many seconds [default: wait for ever]",
    )
    .env("LOCUST_EXPECT_WORKERS_MAX_WAIT")
    .preset(Preset::Integer(0)),
    Opt::flag(
        &["--enable-rebalancing"],
        "enable_rebalancing",
        "Spread the users again when workers come or go during a run",
    ),
    SECRET,
    SECRET_FILE,
    Opt::removed(&["--expect-slaves"], "expect_slaves", false, GONE_SLAVES),
];
