//! Worker options: processes that run users for a master.

use crate::cli::option::{Opt, Preset};

const GONE_SLAVE: &str = "The --slave parameter has been renamed --worker";

pub const WORKER: Opt = Opt::flag(
    &["--worker"],
    "worker",
    "Run users for a master; -f - downloads the locustfile from it",
)
.env("LOCUST_MODE_WORKER");
pub const MASTER_HOST: Opt = Opt::text(
    &["--master-host"],
    "master_host",
    "<hostname>",
    "Where the master is [default: 127.0.0.1]",
)
.env("LOCUST_MASTER_NODE_HOST")
.preset(Preset::Text("127.0.0.1"));
pub const MASTER_PORT: Opt = Opt::integer(
    &["--master-port"],
    "master_port",
    "<port number>",
    "Port of the master [default: 5557]",
)
.env("LOCUST_MASTER_NODE_PORT")
.preset(Preset::Integer(5557));

pub const OPTIONS: &[Opt] = &[
    WORKER,
    Opt::integer(
        &["--processes"],
        "processes",
        "<int>",
        "Fork into this many worker processes, with a master unless --worker is given; -1 is one per CPU",
    )
    .env("LOCUST_PROCESSES"),
    Opt::removed(&["--slave"], "slave", false, GONE_SLAVE),
    MASTER_HOST,
    MASTER_PORT,
];
