//! `rlocust compare A B`: which runs, how to print what changed, and how much worse is too much.

use std::ffi::OsString;

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, Command, ValueHint};

use super::clap_words::{every, matches_of, path, text};
use super::refusal::Refusal;
use rlocust_stats::compare::{MaxRegression, parse_max_regression};

/// What `compare` is to show.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CompareArguments {
    /// Files of `--store` or `--summary-json`.
    pub first: OsString,
    pub second: OsString,
    pub format: Format,
    pub max_regression: Vec<MaxRegression>,
}

/// How `compare` shows it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Table,
    Markdown,
    Json,
}

pub fn command(name: &str) -> Command {
    let file = |id: &'static str, name: &'static str, help: &'static str| {
        Arg::new(id)
            .value_name(name)
            .required(true)
            .value_parser(ValueParser::os_string())
            .value_hint(ValueHint::FilePath)
            .help(help)
    };
    Command::new("compare")
        .bin_name(name.to_owned())
        .about("Tells what changed from run A to run B, and whether chance explains it")
        .arg(file(
            "first",
            "A",
            "File that --store, --summary-json or --html wrote",
        ))
        .arg(file("second", "B", "The same of the run to judge"))
        .arg(
            Arg::new("format")
                .long("format")
                .value_name("FORMAT")
                .default_value("table")
                .value_parser(["table", "markdown", "json"])
                .help("How to print it"),
        )
        .arg(
            Arg::new("max-regression")
                .long("max-regression")
                .value_name("PERCENT")
                .action(ArgAction::Append)
                .value_parser(parse_max_regression)
                .help("End with exit code 3 when B is worse by more, as 10% or p95=10%,errors=1%"),
        )
}

/// Reads what follows the word `compare`.
///
/// # Errors
/// Its help, or what is wrong with the arguments.
pub fn read(program: &str, words: &[OsString]) -> Result<CompareArguments, Refusal> {
    let name = format!("{program} compare");
    let matches = matches_of(&name, command(&name), words)?;
    Ok(CompareArguments {
        first: path(&matches, "first").unwrap_or_default(),
        second: path(&matches, "second").unwrap_or_default(),
        format: match text(&matches, "format").as_deref() {
            Some("markdown") => Format::Markdown,
            Some("json") => Format::Json,
            _ => Format::Table,
        },
        max_regression: every(&matches, "max-regression"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn compare_takes_two_files_and_limits() {
        let line = "a b --max-regression 10%,errors=1% --max-regression p95=5% --format json";
        let arguments = read("rlocust", &words(line)).expect(line);
        assert_eq!(
            (
                arguments.first.to_str().unwrap_or_default(),
                arguments.format,
                arguments.max_regression.len()
            ),
            ("a", Format::Json, 3)
        );
        let wrong = read("rlocust", &words("a b --max-regression 10")).expect_err("no percentage");
        assert_eq!(wrong.exit_code, 2);
        assert!(
            wrong
                .text
                .ends_with("expected a percentage, as 10%, instead of `10`"),
            "{}",
            wrong.text
        );
    }
}
