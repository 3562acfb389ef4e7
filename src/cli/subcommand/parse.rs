//! Which subcommand the first argument names, and what it is to do.

use std::ffi::OsString;

use clap::{Arg, Command, ValueHint};
use clap_complete::Shell;

use super::refusal::Refusal;
use super::{compare, completions, demo, profile, report};

/// What to do instead of running a locustfile.
#[derive(Debug, Clone, PartialEq)]
pub enum Subcommand {
    /// Serve the demo site until interrupted.
    Demo(demo::DemoArguments),
    /// Run a locustfile, or a program that imports `locust` with ours in its place; which it is, the face finds out.
    Run,
    /// Run a locustfile and show where its time goes; what follows are options of a run.
    Profile,
    /// Make the outputs of a run again, from its result store.
    Report(report::ReportArguments),
    /// Show what changed from one run to another.
    Compare(compare::CompareArguments),
    /// Print the script that makes this shell complete our options.
    Completions { shell: Shell },
}

/// The subcommand named by the first argument, if there is one.
///
/// # Errors
/// Its help, asked for (exit code 0), or what is wrong with its arguments (exit code 2).
pub fn parse(program: &str, arguments: &[OsString]) -> Result<Option<Subcommand>, Refusal> {
    let Some((word, rest)) = arguments.split_first() else {
        return Ok(None);
    };
    let subcommand = match word.to_str().unwrap_or_default() {
        "demo" => Subcommand::Demo(demo::read(program, rest)?),
        "report" => Subcommand::Report(report::read(program, rest)?),
        "compare" => Subcommand::Compare(compare::read(program, rest)?),
        "completions" => Subcommand::Completions {
            shell: completions::read(program, rest)?,
        },
        "run" => Subcommand::Run,
        "profile" => {
            profile::read(program, rest)?;
            Subcommand::Profile
        }
        _ => return Ok(None),
    };
    Ok(Some(subcommand))
}

/// The subcommands as clap knows them, for shell completions.
pub fn commands(program: &str) -> [Command; 6] {
    let program_to_run = Arg::new("program").value_hint(ValueHint::FilePath).help(
        "What to run; what follows are options of a locustfile, or the own arguments of a program",
    );
    let run = Command::new("run")
        .about("Runs a locustfile, or a program that imports `locust` with rlocust in its place")
        .disable_help_flag(true)
        .arg(program_to_run);
    [
        demo::command(&format!("{program} demo")),
        run,
        profile::command(program),
        report::command(&format!("{program} report")),
        compare::command(&format!("{program} compare")),
        completions::command(&format!("{program} completions")),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<OsString> {
        line.split_whitespace().map(OsString::from).collect()
    }

    #[test]
    fn only_the_first_argument_can_be_a_subcommand() {
        assert_eq!(parse("rlocust", &words("-f x.py demo")), Ok(None));
        assert_eq!(parse("rlocust", &[]), Ok(None));
    }
}
