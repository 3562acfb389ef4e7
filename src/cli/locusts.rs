//! What Locust 2.47's command line has. Options beyond these are ours, and stand back: an abbreviation that Locust
//! understands means the same here, and a suite may define an option of its own by the name of one of ours.

/// The attributes of `environment.parsed_options` under Locust.
pub const DESTINATIONS: &[&str] = &[
    "help",
    "locustfile",
    "config",
    "host",
    "num_users",
    "spawn_rate",
    "run_time",
    "list_commands",
    "config_users",
    "web_host",
    "web_host_display_name",
    "web_port",
    "headless",
    "autostart",
    "autoquit",
    "headful",
    "web_auth",
    "web_login",
    "tls_cert",
    "tls_key",
    "class_picker",
    "legacy_ui",
    "build_path",
    "web_base_path",
    "master",
    "master_bind_host",
    "master_bind_port",
    "expect_workers",
    "expect_workers_max_wait",
    "enable_rebalancing",
    "expect_slaves",
    "worker",
    "processes",
    "slave",
    "master_host",
    "master_port",
    "tags",
    "exclude_tags",
    "csv_prefix",
    "stats_history_enabled",
    "print_stats",
    "only_summary",
    "reset_stats",
    "html_file",
    "json",
    "json_file",
    "skip_log_setup",
    "loglevel",
    "logfile",
    "show_task_ratio",
    "show_task_ratio_json",
    "version",
    "exit_code_on_error",
    "stop_timeout",
    "equal_weights",
    "profile",
    "otel",
    "user_classes",
];

#[cfg(test)]
mod tests {
    use super::super::table::options;
    use super::*;

    #[test]
    fn every_option_of_locusts_stands_in_the_table() {
        let table = options();
        for dest in DESTINATIONS {
            assert!(table.iter().any(|option| option.dest == *dest), "{dest}");
        }
    }
}
