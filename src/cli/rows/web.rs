//! Web UI options. A headless run accepts and ignores those that only shape the page, as Locust does: they often
//! stand in configuration files shared by both ways of running.

use crate::cli::option::{Kind, Opt, Preset};

const GONE_AUTH: &str = "The --web-auth parameter has been replaced with --web-login";
const GONE_UI: &str = "The --legacy-ui parameter has been removed, there is one web interface only";

pub const OPTIONS: &[Opt] = &[
    Opt::text(
        &["--web-host"],
        "web_host",
        "<ip>",
        "Address the web interface listens on [default: all]",
    )
    .env("LOCUST_WEB_HOST")
    .preset(Preset::Text("")),
    Opt {
        metavar: None,
        ..DISPLAY_NAME
    },
    Opt::integer(
        &["--web-port", "-P"],
        "web_port",
        "<port number>",
        "Port of the web interface [default: 8089]",
    )
    .env("LOCUST_WEB_PORT")
    .preset(Preset::Integer(8089)),
    Opt::flag(
        &["--headless"],
        "headless",
        "Run without the web interface, starting at once; see -u, -r and -t",
    )
    .env("LOCUST_HEADLESS"),
    Opt::flag(
        &["--autostart"],
        "autostart",
        "Start at once, but keep the web interface",
    )
    .env("LOCUST_AUTOSTART"),
    Opt::integer(
        &["--autoquit"],
        "autoquit",
        "<seconds>",
        "End the program this long after the run; needs --autostart [default: stay until CTRL+C]",
    )
    .env("LOCUST_AUTOQUIT")
    .preset(Preset::Integer(-1)),
    Opt::flag(
        &["--headful"],
        "headful",
        "Undo a --headless that comes from a file or the environment",
    )
    .env("LOCUST_HEADFUL")
    .hidden(),
    Opt {
        metavar: Some("<username:password>"),
        ..Opt::removed(&["--web-auth"], "web_auth", true, GONE_AUTH)
    }
    .env("LOCUST_WEB_AUTH"),
    Opt::flag(
        &["--web-login"],
        "web_login",
        "Put a login page before the web interface",
    )
    .env("LOCUST_WEB_LOGIN"),
    Opt::text(
        &["--tls-cert"],
        "tls_cert",
        "<filename>",
        "Certificate, to serve the web interface over HTTPS",
    )
    .env("LOCUST_TLS_CERT")
    .preset(Preset::Text("")),
    Opt::text(
        &["--tls-key"],
        "tls_key",
        "<filename>",
        "Private key that belongs to --tls-cert",
    )
    .env("LOCUST_TLS_KEY")
    .preset(Preset::Text("")),
    Opt::flag(
        &["--class-picker"],
        "class_picker",
        "Let the web interface choose user classes and load shapes",
    )
    .env("LOCUST_USERCLASS_PICKER"),
    Opt {
        metavar: None,
        ..BUILD_PATH
    },
    Opt::removed(&["--legacy-ui"], "legacy_ui", false, GONE_UI)
        .env("LOCUST_LEGACY_UI")
        .preset(Preset::False),
    Opt {
        metavar: None,
        ..BASE_PATH
    },
];

const DISPLAY_NAME: Opt = Opt::text(
    &["--web-host-display-name"],
    "web_host_display_name",
    "",
    "Address to log for the web interface",
)
.kind(Kind::Text)
.env("LOCUST_WEB_HOST_DISPLAY_NAME")
.hidden();
const BUILD_PATH: Opt = Opt::text(
    &["--build-path"],
    "build_path",
    "",
    "Folder with another build of the web interface",
)
.env("LOCUST_BUILD_PATH")
.preset(Preset::Text(""))
.hidden();
const BASE_PATH: Opt = Opt::text(
    &["--web-base-path"],
    "web_base_path",
    "",
    "Path in front of every page of the web interface, such as /locust",
)
.env("LOCUST_WEB_BASE_PATH")
.preset(Preset::Text(""));
