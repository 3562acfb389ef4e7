//! Request statistics options: what is printed and which files are written.

use crate::cli::option::{Kind, Opt};

pub const OPTIONS: &[Opt] = &[
    Opt::text(
        &["--csv"],
        "csv_prefix",
        "<filename>",
        "Write statistics as CSV to files whose names start so: _stats, _stats_history, _failures, _exceptions",
    )
    .env("LOCUST_CSV"),
    Opt::flag(
        &["--csv-full-history"],
        "stats_history_enabled",
        "Put every entry into the CSV history, not only the sum; needs --csv",
    )
    .env("LOCUST_CSV_FULL_HISTORY"),
    Opt::flag(&["--print-stats"], "print_stats", "Print the table regularly also when there is a web interface")
        .env("LOCUST_PRINT_STATS"),
    Opt::flag(&["--only-summary"], "only_summary", "Print the tables at the end only").env("LOCUST_ONLY_SUMMARY"),
    Opt::flag(&["--tui"], "tui", "Show the run on the whole terminal: curves, percentiles, endpoints, errors; q ends it")
        .env("LOCUST_TUI"),
    Opt::flag(&["--reset-stats"], "reset_stats", "Start the statistics anew once all users are spawned")
        .env("LOCUST_RESET_STATS"),
    Opt::text(
        &["--max-names"],
        "max_names",
        "<int>",
        "Names with a row of their own; the requests of all others are counted in one row [default: 10000]",
    )
    .kind(Kind::PositiveInteger)
    .env("LOCUST_MAX_NAMES"),
    Opt::text(
        &["--html"],
        "html_file",
        "<filename>",
        "Write an HTML report; {u}, {r} and {t} in the name become users, spawn rate and run time",
    )
    .env("LOCUST_HTML"),
    Opt::text(
        &["--html-baseline"],
        "html_baseline",
        "<filename>",
        "Show in the HTML report what changed since this run: a result store, a summary or an earlier report",
    )
    .env("LOCUST_HTML_BASELINE"),
    Opt::flag(&["--json"], "json", "Print the final statistics as JSON on stdout"),
    Opt::text(&["--json-file"], "json_file", "<filename>", "Write the final statistics as JSON to <filename>.json"),
    Opt::text(
        &["--summary-json"],
        "summary_json",
        "<filename>",
        "Write everything that is known of the run to a JSON file, exact percentiles and histograms among it",
    )
    .env("LOCUST_SUMMARY_JSON"),
    Opt::text(
        &["--store"],
        "store",
        "<filename>",
        "Keep the figures of each second in a file from which `rlocust report` makes every output again",
    )
    .env("LOCUST_STORE"),
    Opt::text(
        &["--history"],
        "history_folder",
        "<folder>",
        "Keep a result store of each test in this folder; the page shows, compares and annotates them under Runs",
    )
    .env("LOCUST_HISTORY"),
    Opt::text(&["--profile-json"], "profile_json", "<filename>", "Write the figures of `rlocust profile` to a JSON file"),
];
