//! Options of Locusts long gone, and what to write today. Locust refuses them as it refuses any unknown option; old
//! scripts and configuration files still hold them, so the refusal gets a line more.

const HINTS: &[(&[&str], &str)] = &[
    (&["--no-web"], "`--no-web` is `--headless` today"),
    (&["-c", "--clients"], "`-c` is `-u` (`--users`) today"),
    (
        &["--hatch-rate"],
        "`--hatch-rate` is `-r` (`--spawn-rate`) today",
    ),
    (
        &["-n", "--num-request", "--num-requests"],
        "requests are not counted down any more: limit the run by `-t` (`--run-time`)",
    ),
    (&["--slave"], "`--slave` is `--worker` today"),
    (
        &["--expect-slaves"],
        "`--expect-slaves` is `--expect-workers` today",
    ),
    (&["--port"], "`--port` is `-P` (`--web-port`) today"),
    (&["--csv-base-name"], "`--csv-base-name` is `--csv` today"),
    (
        &["--no-reset-stats"],
        "leave `--no-reset-stats` out: the figures are kept unless `--reset-stats` is given",
    ),
    (
        &[
            "--step-load",
            "--step-users",
            "--step-time",
            "--step-clients",
        ],
        "steps are written as a class derived from `LoadTestShape` today",
    ),
];

/// The lines to print for arguments that were options once: `hint: ...` each.
pub fn hint(arguments: &[String]) -> Option<String> {
    let lines: Vec<_> = arguments.iter().filter_map(|each| line(each)).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

fn line(argument: &str) -> Option<String> {
    let flag = argument.split('=').next().unwrap_or_default();
    let (_, text) = HINTS.iter().find(|(flags, _)| flags.contains(&flag))?;
    Some(format!("hint: {text}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::table::options;

    #[test]
    fn what_is_an_option_today_needs_no_hint_unless_it_is_refused() {
        let table = options();
        for flag in HINTS.iter().flat_map(|(flags, _)| *flags) {
            let known = table.iter().find(|option| option.flags.contains(flag));
            assert!(known.is_none_or(|option| option.hidden), "{flag}");
        }
    }

    #[test]
    fn values_glued_to_the_option_do_not_hide_it() {
        let given = ["x".to_owned(), "--hatch-rate=5".to_owned()];
        assert_eq!(
            hint(&given).as_deref(),
            Some("hint: `--hatch-rate` is `-r` (`--spawn-rate`) today")
        );
        assert_eq!(hint(&given[..1]), None);
    }
}
