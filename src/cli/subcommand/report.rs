//! `rlocust report FILE`: which outputs of a run to make again, and what to judge it by.

use std::ffi::{OsStr, OsString};

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, Command, ValueHint};

use super::clap_words::{file, matches_of, path, texts};
use super::refusal::Refusal;
use crate::cli::clash::clash;
use rlocust_stats::verdict::{Problem, parse_limits, parse_max_lag};

/// What `report` is to make. Without any of it, the tables are printed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReportArguments {
    /// The store.
    pub file: OsString,
    pub csv: Option<OsString>,
    pub has_full_history: bool,
    pub has_json: bool,
    pub json_file: Option<OsString>,
    pub summary_json: Option<OsString>,
    pub junit: Option<OsString>,
    pub markdown: Option<OsString>,
    pub html: Option<OsString>,
    /// A run that the HTML report is compared with.
    pub html_baseline: Option<OsString>,
    /// A database of runs, which Python writes: the library for it is Python's.
    pub sqlite: Option<OsString>,
    /// Judged on the last figures, in place of what the run itself was judged by.
    pub fail_if: Vec<String>,
    pub max_lag: Vec<String>,
}

impl ReportArguments {
    /// By option, the store first: a report must not write over what it is made of.
    fn files(&self) -> Vec<(&'static str, &OsStr)> {
        let named = [
            ("FILE", Some(&self.file)),
            ("--csv", self.csv.as_ref()),
            ("--json-file", self.json_file.as_ref()),
            ("--summary-json", self.summary_json.as_ref()),
            ("--junit", self.junit.as_ref()),
            ("--markdown", self.markdown.as_ref()),
            ("--html", self.html.as_ref()),
            ("--sqlite", self.sqlite.as_ref()),
        ];
        let named = named.into_iter();
        named
            .filter_map(|(option, path)| Some((option, path?.as_os_str())))
            .collect()
    }

    pub fn names_a_file(&self) -> bool {
        [
            &self.csv,
            &self.json_file,
            &self.summary_json,
            &self.junit,
            &self.markdown,
            &self.html,
            &self.sqlite,
        ]
        .iter()
        .any(|file| file.is_some())
    }
}

pub fn command(name: &str) -> Command {
    let flag = |long: &'static str, help: &'static str| {
        Arg::new(long)
            .long(long)
            .action(ArgAction::SetTrue)
            .help(help)
    };
    Command::new("report")
        .bin_name(name.to_owned())
        .about("Makes the outputs of a run again, from the file that --store wrote; prints the tables if none is named")
        .arg(
            Arg::new("file")
                .required(true)
                .value_parser(ValueParser::os_string())
                .value_hint(ValueHint::FilePath)
                .help("Result store to read; --html also takes a summary"),
        )
        .arg(file("csv", "PREFIX", "Write Locust's four CSV files"))
        .arg(
            flag("csv-full-history", "Put every entry into the CSV history, not only the sum").requires("csv"),
        )
        .arg(flag("json", "Print the final statistics as JSON"))
        .arg(file("json-file", "NAME", "Write the final statistics as JSON to NAME.json"))
        .arg(file("summary-json", "FILE", "Write the summary with everything that is known"))
        .arg(file("junit", "FILE", "Write a JUnit XML report"))
        .arg(file("markdown", "FILE", "Write a short Markdown summary"))
        .arg(file("html", "FILE", "Write the HTML report, without what only the script knows: the tasks"))
        .arg(file("html-baseline", "FILE", "Show in it what changed since this run: a store, a summary or a report"))
        .arg(file("sqlite", "FILE", "Add the run to an SQLite database, which may hold others"))
        .arg(
            Arg::new("fail-if")
                .long("fail-if")
                .value_name("LIMIT")
                .action(ArgAction::Append)
                .value_parser(|text: &str| checked(text, parse_limits))
                .help("End with exit code 3 when this is true, as \"p95 > 300ms\"; takes the place of the run's own limits"),
        )
        .arg(
            Arg::new("max-lag")
                .long("max-lag")
                .value_name("BOUND")
                .action(ArgAction::Append)
                .value_parser(|text: &str| checked(text, parse_max_lag))
                .help("End with exit code 4 when the generator was later, as p99=50ms; likewise"),
        )
}

/// The text itself, if it is what `parse` reads.
fn checked<T>(text: &str, parse: fn(&str) -> Result<T, Problem>) -> Result<String, Problem> {
    parse(text).map(|_| text.to_owned())
}

/// Reads what follows the word `report`.
///
/// # Errors
/// Its help, or what is wrong with the arguments.
pub fn read(program: &str, words: &[OsString]) -> Result<ReportArguments, Refusal> {
    let name = format!("{program} report");
    let matches = matches_of(&name, command(&name), words)?;
    let arguments = ReportArguments {
        file: path(&matches, "file").unwrap_or_default(),
        csv: path(&matches, "csv"),
        has_full_history: matches.get_flag("csv-full-history"),
        has_json: matches.get_flag("json"),
        json_file: path(&matches, "json-file"),
        summary_json: path(&matches, "summary-json"),
        junit: path(&matches, "junit"),
        markdown: path(&matches, "markdown"),
        html: path(&matches, "html"),
        html_baseline: path(&matches, "html-baseline"),
        sqlite: path(&matches, "sqlite"),
        fail_if: texts(&matches, "fail-if"),
        max_lag: texts(&matches, "max-lag"),
    };
    if arguments.html_baseline.is_some() && arguments.html.is_none() {
        let line = "`--html-baseline` is shown in a report: name one with `--html FILE`";
        return Err(Refusal::of_usage(&name, line));
    }
    match clash(&arguments.files()) {
        Some(line) => Err(Refusal::of_usage(&name, &line)),
        None => Ok(arguments),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn a_report_does_not_write_over_its_store() {
        let wrong = read("rlocust", &words("./no.x --junit no.x")).expect_err("the same");
        let line =
            "rlocust report: error: FILE and --junit both name `no.x`: give each a file of its own";
        assert_eq!((wrong.text.as_str(), wrong.exit_code), (line, 2));
    }

    #[test]
    fn a_limit_of_report_is_refused_with_its_place() {
        let words = ["a", "--fail-if", "p95 > 1kg"].map(OsString::from);
        let wrong = read("rlocust", &words).expect_err("no limit");
        assert!(
            wrong
                .text
                .ends_with("instead of `kg` at column 8 of `p95 > 1kg`"),
            "{}",
            wrong.text
        );
    }
}
