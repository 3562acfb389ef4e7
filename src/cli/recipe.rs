//! The recipe for a new option (CONTRIBUTING), held by tests: its row in the table, its field in `config::RunSettings`,
//! and the room that obeys it. What no run is wired with is listed here, with who obeys it instead.

use std::collections::BTreeSet;

use super::grammar::tests::Nowhere;
use super::grammar::{Helpful, merge, parse_known};
use super::option::{Kind, Opt};
use super::table::options;
use rlocust_core::config::{RunSettings, StatisticsSettings, Value};
use rlocust_core::settings;

/// Who obeys it, and what.
const ELSEWHERE: &[(&str, &[&str])] = &[
    ("the parser", &["help", "version", "config"]),
    (
        "locust.main, before there is a run",
        &[
            "locustfile",
            "list_commands",
            "config_users",
            "user_classes",
            "show_task_ratio",
            "show_task_ratio_json",
            "skip_log_setup",
            "loglevel",
            "headless",
            "headful",
        ],
    ),
    (
        "the network of the whole process",
        &[
            "resolve",
            "source_address",
            "dns_ttl",
            "io_threads",
            "max_body",
            "max_response_time",
        ],
    ),
    (
        "one run of the program: what is printed, and what is sent beside the outputs",
        &[
            "only_summary",
            "print_stats",
            "json",
            "otel",
            "max_names",
            "tui",
        ],
    ),
    (
        "the web interface, and a run with it",
        &[
            "web_host",
            "web_host_display_name",
            "web_port",
            "autostart",
            "autoquit",
            "web_login",
            "tls_cert",
            "tls_key",
            "class_picker",
            "build_path",
            "web_base_path",
        ],
    ),
    (
        "what this process is in its run: Python, where its runner is made",
        &[
            "master",
            "worker",
            "processes",
            "master_host",
            "master_port",
            "master_bind_host",
            "master_bind_port",
            "expect_workers",
            "expect_workers_max_wait",
            "enable_rebalancing",
            "master_secret",
            "master_secret_file",
        ],
    ),
];

/// Options of the table that neither a field nor the list above accounts for. Those that have gone are refused.
fn forgotten(table: &[Opt]) -> Vec<&'static str> {
    let known: BTreeSet<&str> = RunSettings::destinations()
        .chain(
            ELSEWHERE
                .iter()
                .flat_map(|(_, names)| names.iter().copied()),
        )
        .collect();
    let rows = table.iter();
    rows.filter(|option| !matches!(option.kind, Kind::Removed { .. }))
        .map(|option| option.dest)
        .filter(|dest| !known.contains(dest))
        .collect()
}

/// What the option may be set to.
fn sample(option: &Opt) -> Value {
    match option.kind {
        Kind::Flag => Value::Flag(true),
        Kind::Integer | Kind::PositiveInteger | Kind::Timespan | Kind::Size => Value::Integer(7),
        Kind::Rate => Value::Float(7.5),
        Kind::Words | Kind::Repeated | Kind::FailIf | Kind::MaxLag => {
            Value::Words(vec!["word".to_owned()])
        }
        _ => Value::Text("word".to_owned()),
    }
}

#[test]
fn every_option_has_a_field_or_somebody_else_who_obeys_it() {
    assert_eq!(
        forgotten(&options()),
        [""; 0],
        "give each a field in `crates/core/src/config/settings`, or name it in ELSEWHERE"
    );
}

#[test]
fn a_field_and_a_line_of_the_list_are_of_one_option_each() {
    let table = options();
    let mut seen = BTreeSet::new();
    let listed = ELSEWHERE
        .iter()
        .flat_map(|(_, names)| names.iter().copied());
    for dest in RunSettings::destinations().chain(listed) {
        assert!(
            table.iter().any(|option| option.dest == dest),
            "{dest} is no option"
        );
        assert!(seen.insert(dest), "{dest} stands twice");
    }
}

#[test]
fn every_field_takes_the_values_of_its_option() {
    let read = |dest: &str, value: &Value| {
        let value_of = |asked: &str| {
            if asked == dest {
                value.clone()
            } else {
                Value::None
            }
        };
        RunSettings::read(&value_of, StatisticsSettings::default())
    };
    for dest in RunSettings::destinations() {
        let table = options();
        let option = table.iter().find(|option| option.dest == dest).expect(dest);
        let (set, absent) = (read(dest, &sample(option)), read(dest, &Value::None));
        assert_ne!(set, absent, "the field of `{dest}` is of another kind");
    }
}

settings! {
    /// What a new room obeys.
    pub struct NewSettings {
        "stop_when" => stop_when: Option<String>,
        "stop_count" => stop_count: Option<i64>,
    }
}

/// Two rows more, and the fields above: nothing else is needed for their values to arrive, from any source.
#[test]
fn an_added_option_reaches_its_field_and_is_missed_without_one() {
    let rows = vec![
        Opt::text(&["--stop-when"], "stop_when", "<word>", "When to stop"),
        Opt::integer(&["--stop-count"], "stop_count", "<int>", "How often"),
    ];
    let table = [options(), rows].concat();
    let arguments = ["--stop-when", "full", "--stop-c=3"].map(str::to_owned);
    let arguments = merge(&table, &arguments, &Nowhere, Helpful::Yes).expect("nothing to merge");
    let (parsed, _) = parse_known(&table, &arguments, &Nowhere).expect("two options");
    let settings = NewSettings::read(&|dest| parsed.get(dest).cloned().unwrap_or_default());
    let expected = NewSettings {
        stop_when: Some("full".to_owned()),
        stop_count: Some(3),
    };
    assert_eq!(settings, expected);
    assert_eq!(forgotten(&table), NewSettings::DESTINATIONS);
}
