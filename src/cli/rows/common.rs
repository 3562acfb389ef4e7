//! Common options: which file, which host, how many users, how fast, how long.

use crate::cli::option::{Kind, Opt, Preset};

pub const HELP: Opt =
    Opt::flag(&["-h", "--help"], "help", "Show this help and exit").kind(Kind::Help);
pub const LOCUSTFILE: Opt = Opt::text(
    &["-f", "--locustfile"],
    "locustfile",
    "<filename>",
    "What to run: a .py file, several separated by commas, a folder that is searched for .py files, or the http(s) \
     address of a file [default: locustfile.py]",
)
.env("LOCUST_LOCUSTFILE")
.preset(Preset::Text("locustfile.py"));
pub const CONFIG: Opt = Opt::text(
    &["--config"],
    "config",
    "<filename>",
    "One more configuration file, read after ~/.locust.conf, ./locust.conf and ./pyproject.toml ([tool.locust])",
);

pub const OPTIONS: &[Opt] = &[
    HELP,
    LOCUSTFILE,
    CONFIG,
    Opt::text(&["-H", "--host"], "host", "<base url>", "Address under test, such as https://www.example.com")
        .env("LOCUST_HOST"),
    Opt::integer(
        &["-u", "--users"],
        "num_users",
        "<int>",
        "How many users run at the peak [default: 1 when the run starts by itself]",
    )
    .env("LOCUST_USERS"),
    Opt::text(
        &["-r", "--spawn-rate"],
        "spawn_rate",
        "<float>",
        "How many users start per second [default: 1 when the run starts by itself]",
    )
    .kind(Kind::Rate)
    .env("LOCUST_SPAWN_RATE"),
    Opt::text(
        &["-t", "--run-time"],
        "run_time",
        "<time string>",
        "End the run after this time, counted from the start of spawning: 90, 20s, 3m, 1h30m [default: no limit]",
    )
    .kind(Kind::Timespan)
    .env("LOCUST_RUN_TIME"),
    Opt::flag(&["-l", "--list"], "list_commands", "Print the names of the user classes and exit"),
    Opt { metavar: None, ..USER_SETTINGS },
];

const USER_SETTINGS: Opt = Opt::text(
    &["--config-users"],
    "config_users",
    "",
    "Attributes to set on user classes, as JSON texts or .json files: objects with user_class_name and the attributes",
)
.kind(Kind::UserSettings)
.env("LOCUST_CONFIG_USERS");
