//! Subcommands, which are ours alone and only ever the first argument. clap parses them.

use clap::{Arg, ArgAction, ArgMatches, Command, ValueHint, error::ErrorKind, value_parser};
use clap_complete::Shell;

use crate::cli::clash::clash;
use crate::compare::{MaxRegression, parse_max_regression};
use crate::verdict::{Limit, MaxLag, parse_limits, parse_max_lag};

/// Those that `rlocust completions` prints a script for.
pub const SHELLS: [&str; 3] = ["bash", "zsh", "fish"];

/// What to do instead of running a locustfile.
#[derive(Debug, Clone, PartialEq)]
pub enum Subcommand {
    /// Serve the demo site until interrupted.
    Demo { host: String, port: u16 },
    /// Run a program that imports `locust`, with ours in its place; the arguments are all its own.
    Run,
    /// Make the outputs of a run again, from its result store.
    Report(ReportWish),
    /// Tell what changed from one run to another.
    Compare(CompareWish),
    /// Print the script that makes this shell complete our options.
    Completions { shell: Shell },
}

/// What `compare` is to tell.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CompareWish {
    /// Files of `--store` or `--summary-json`.
    pub first: String,
    pub second: String,
    pub format: Format,
    pub max_regression: Vec<MaxRegression>,
}

/// How `compare` tells it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    #[default]
    Table,
    Markdown,
    Json,
}

/// What `report` is to make. Without any of it, the tables are printed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ReportWish {
    /// The store.
    pub file: String,
    pub csv: Option<String>,
    pub has_full_history: bool,
    pub has_json: bool,
    pub json_file: Option<String>,
    pub summary_json: Option<String>,
    pub junit: Option<String>,
    pub markdown: Option<String>,
    /// Judged on the last figures, in place of what the run itself was judged by.
    pub fail_if: Vec<Limit>,
    pub max_lag: Vec<MaxLag>,
}

impl ReportWish {
    /// By option, the store first: a report must not write over what it is made of.
    fn files(&self) -> Vec<(&'static str, &str)> {
        let named = [
            ("FILE", Some(&self.file)),
            ("--csv", self.csv.as_ref()),
            ("--json-file", self.json_file.as_ref()),
            ("--summary-json", self.summary_json.as_ref()),
            ("--junit", self.junit.as_ref()),
            ("--markdown", self.markdown.as_ref()),
        ];
        let named = named.into_iter();
        named
            .filter_map(|(option, path)| Some((option, path?.as_str())))
            .collect()
    }

    pub fn names_a_file(&self) -> bool {
        [
            &self.csv,
            &self.json_file,
            &self.summary_json,
            &self.junit,
            &self.markdown,
        ]
        .iter()
        .any(|file| file.is_some())
    }
}

/// The line to print when the arguments of a subcommand are not to be obeyed, and the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub text: String,
    pub exit_code: u8,
}

/// The subcommand named by the first argument, if there is one.
///
/// # Errors
/// Its help, asked for (exit code 0), or what is wrong with its arguments (exit code 2).
pub fn parse(program: &str, arguments: &[String]) -> Result<Option<Subcommand>, Refusal> {
    match arguments.first().map(String::as_str) {
        Some("demo") => demo(program, &arguments[1..]).map(Some),
        Some("report") => report(program, &arguments[1..]).map(Some),
        Some("compare") => compare(program, &arguments[1..]).map(Some),
        Some("completions") => completions(program, &arguments[1..]).map(Some),
        Some("run") => Ok(Some(Subcommand::Run)),
        _ => Ok(None),
    }
}

/// The subcommands as clap knows them, for shell completions.
pub fn commands(program: &str) -> [Command; 5] {
    let program_to_run = Arg::new("program")
        .value_hint(ValueHint::FilePath)
        .help("Program to run; what follows are its own arguments");
    let run = Command::new("run")
        .about("Runs a program that imports `locust`, with rlocust in its place")
        .disable_help_flag(true)
        .arg(program_to_run);
    [
        demo_command(&format!("{program} demo")),
        run,
        report_command(&format!("{program} report")),
        compare_command(&format!("{program} compare")),
        completions_command(&format!("{program} completions")),
    ]
}

fn demo_command(name: &str) -> Command {
    Command::new("demo")
        .bin_name(name.to_owned())
        .about("Serves the demo site that the examples run against")
        .arg(
            Arg::new("host")
                .long("host")
                .default_value("127.0.0.1")
                .value_hint(ValueHint::Hostname)
                .help("Address to listen on"),
        )
        .arg(
            Arg::new("port")
                .long("port")
                .default_value("8000")
                .value_parser(value_parser!(u16))
                .help("Port to listen on; 0 takes a free one"),
        )
}

fn report_command(name: &str) -> Command {
    let file = |long: &'static str, name: &'static str, help: &'static str| {
        Arg::new(long)
            .long(long)
            .value_name(name)
            .value_hint(ValueHint::FilePath)
            .help(help)
    };
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
                .value_hint(ValueHint::FilePath)
                .help("Result store to read"),
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
        .arg(
            Arg::new("fail-if")
                .long("fail-if")
                .value_name("LIMIT")
                .action(ArgAction::Append)
                .value_parser(parse_limits)
                .help("End with exit code 3 when this is true, as \"p95 > 300ms\"; takes the place of the run's own limits"),
        )
        .arg(
            Arg::new("max-lag")
                .long("max-lag")
                .value_name("BOUND")
                .action(ArgAction::Append)
                .value_parser(parse_max_lag)
                .help("End with exit code 4 when the generator was later, as p99=50ms; likewise"),
        )
}

fn report(program: &str, words: &[String]) -> Result<Subcommand, Refusal> {
    let name = format!("{program} report");
    let matches = matches_of(&name, report_command(&name), words)?;
    let text = |id: &str| matches.get_one::<String>(id).cloned();
    let wish = ReportWish {
        file: text("file").unwrap_or_default(),
        csv: text("csv"),
        has_full_history: matches.get_flag("csv-full-history"),
        has_json: matches.get_flag("json"),
        json_file: text("json-file"),
        summary_json: text("summary-json"),
        junit: text("junit"),
        markdown: text("markdown"),
        fail_if: every(&matches, "fail-if"),
        max_lag: every(&matches, "max-lag"),
    };
    let refused = |line| Refusal {
        text: format!("{name}: error: {line}"),
        exit_code: 2,
    };
    match clash(&wish.files()) {
        Some(line) => Err(refused(line)),
        None => Ok(Subcommand::Report(wish)),
    }
}

fn compare_command(name: &str) -> Command {
    let file = |id: &'static str, name: &'static str, help: &'static str| {
        Arg::new(id)
            .value_name(name)
            .required(true)
            .value_hint(ValueHint::FilePath)
            .help(help)
    };
    Command::new("compare")
        .bin_name(name.to_owned())
        .about("Tells what changed from run A to run B, and whether chance explains it")
        .arg(file(
            "first",
            "A",
            "File that --store or --summary-json wrote",
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

fn compare(program: &str, words: &[String]) -> Result<Subcommand, Refusal> {
    let name = format!("{program} compare");
    let matches = matches_of(&name, compare_command(&name), words)?;
    let text = |id: &str| matches.get_one::<String>(id).cloned().unwrap_or_default();
    Ok(Subcommand::Compare(CompareWish {
        first: text("first"),
        second: text("second"),
        format: match text("format").as_str() {
            "markdown" => Format::Markdown,
            "json" => Format::Json,
            _ => Format::Table,
        },
        max_regression: every(&matches, "max-regression"),
    }))
}

/// What all uses of an option that holds several values say together.
fn every<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, id: &str) -> Vec<T> {
    let values = matches.get_many::<Vec<T>>(id);
    values.into_iter().flatten().flatten().cloned().collect()
}

fn completions_command(name: &str) -> Command {
    Command::new("completions")
        .bin_name(name.to_owned())
        .about("Prints the script that makes a shell complete our options")
        .arg(
            Arg::new("shell")
                .required(true)
                .value_parser(SHELLS)
                .help("Shell to print it for"),
        )
}

fn matches_of(name: &str, command: Command, words: &[String]) -> Result<ArgMatches, Refusal> {
    command
        .no_binary_name(true)
        .try_get_matches_from(words)
        .map_err(|error| refusal(name, &error))
}

fn completions(program: &str, words: &[String]) -> Result<Subcommand, Refusal> {
    let name = format!("{program} completions");
    let matches = matches_of(&name, completions_command(&name), words)?;
    let shell = match matches.get_one::<String>("shell").map(String::as_str) {
        Some("zsh") => Shell::Zsh,
        Some("fish") => Shell::Fish,
        _ => Shell::Bash,
    };
    Ok(Subcommand::Completions { shell })
}

fn demo(program: &str, words: &[String]) -> Result<Subcommand, Refusal> {
    let name = format!("{program} demo");
    let matches = matches_of(&name, demo_command(&name), words)?;
    let host = matches
        .get_one::<String>("host")
        .cloned()
        .unwrap_or_default();
    let port = matches.get_one::<u16>("port").copied().unwrap_or_default();
    Ok(Subcommand::Demo { host, port })
}

fn refusal(name: &str, error: &clap::Error) -> Refusal {
    let text = error.render().to_string();
    if error.kind() == ErrorKind::DisplayHelp {
        return Refusal {
            text: text.trim_end().to_owned(),
            exit_code: 0,
        };
    }
    let first = text.lines().next().unwrap_or_default();
    Refusal {
        text: format!("{name}: {first}"),
        exit_code: 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        line.split_whitespace().map(str::to_owned).collect()
    }

    #[test]
    fn demo_takes_a_host_and_a_port() {
        let demo = parse("rlocust", &words("demo --port 0"));
        assert_eq!(
            demo,
            Ok(Some(Subcommand::Demo {
                host: "127.0.0.1".to_owned(),
                port: 0
            }))
        );
        let wrong = parse("rlocust", &words("demo --port x")).expect_err("no port");
        assert_eq!(wrong.exit_code, 2);
        assert!(
            wrong
                .text
                .starts_with("rlocust demo: error: invalid value 'x'"),
            "{}",
            wrong.text
        );
    }

    #[test]
    fn compare_takes_two_files_and_limits() {
        let line =
            "compare a b --max-regression 10%,errors=1% --max-regression p95=5% --format json";
        let Ok(Some(Subcommand::Compare(wish))) = parse("rlocust", &words(line)) else {
            panic!("{line}")
        };
        assert_eq!(
            (wish.first.as_str(), wish.format, wish.max_regression.len()),
            ("a", Format::Json, 3)
        );
        let wrong =
            parse("rlocust", &words("compare a b --max-regression 10")).expect_err("no percentage");
        assert_eq!(wrong.exit_code, 2);
        assert!(
            wrong
                .text
                .ends_with("expected a percentage, as 10%, instead of `10`"),
            "{}",
            wrong.text
        );
    }

    #[test]
    fn a_report_does_not_write_over_its_store() {
        let wrong = parse("rlocust", &words("report ./no.x --junit no.x")).expect_err("the same");
        let line =
            "rlocust report: error: FILE and --junit both name `no.x`: give each a file of its own";
        assert_eq!((wrong.text.as_str(), wrong.exit_code), (line, 2));
    }

    #[test]
    fn a_limit_of_report_is_refused_with_its_place() {
        let words = ["report", "a", "--fail-if", "p95 > 1kg"].map(str::to_owned);
        let wrong = parse("rlocust", &words).expect_err("no limit");
        assert!(
            wrong
                .text
                .ends_with("instead of `kg` at column 8 of `p95 > 1kg`"),
            "{}",
            wrong.text
        );
    }

    #[test]
    fn only_the_first_argument_can_be_a_subcommand() {
        assert_eq!(parse("rlocust", &words("-f x.py demo")), Ok(None));
        assert_eq!(parse("rlocust", &[]), Ok(None));
    }
}
