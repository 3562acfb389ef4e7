//! Which subcommand the first argument names, and what it is to do.

use std::ffi::OsString;

use clap::Command;
use clap_complete::Shell;

use super::refusal::{Refusal, asks_for_help};
use super::{compare, completions, demo, profile, report, run};
use crate::cli::grammar::closest;
use crate::cli::help;

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
    /// Print the version, as `--version` does.
    Version,
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
        "run" => {
            run::read(program, rest)?;
            Subcommand::Run
        }
        "help" => return Err(help_of(program, rest)),
        "version" if rest.is_empty() => Subcommand::Version,
        "store" if rest.iter().all(asks_for_help) => return Err(about_stores(program, rest)),
        "profile" => {
            profile::read(program, rest)?;
            Subcommand::Profile
        }
        _ => return Ok(None),
    };
    Ok(Some(subcommand))
}

/// The help of the subcommand that is named, or of all.
fn help_of(program: &str, words: &[OsString]) -> Refusal {
    let asked = words.first().filter(|word| *word != "help");
    let of_one = asked.and_then(|word| parse(program, &[word.clone(), "--help".into()]).err());
    of_one.unwrap_or_else(|| Refusal::help(help::help(program)))
}

/// `--store` is an option, and what reads its file has another name.
fn about_stores(program: &str, words: &[OsString]) -> Refusal {
    let text = format!(
        "A run writes its result store with `--store FILE`; read it with:\n\n  \
         {program} report FILE [options]  the tables, files and reports of the run, again\n  \
         {program} compare A B [options]  what changed from one run to another"
    );
    match words {
        [] => Refusal {
            text: format!("{program}: error: no subcommand `store`\n{text}"),
            exit_code: 2,
        },
        _ => Refusal::help(text),
    }
}

/// The subcommands as clap knows them, for shell completions.
pub fn commands(program: &str) -> [Command; 6] {
    [
        demo::command(&format!("{program} demo")),
        run::command(),
        profile::command(program),
        report::command(&format!("{program} report")),
        compare::command(&format!("{program} compare")),
        completions::command(&format!("{program} completions")),
    ]
}

/// What was meant by a word that is no subcommand, no option and no class of users.
pub fn closest_subcommand(word: &str) -> Option<String> {
    let commands = commands("");
    let names: Vec<&str> = commands.iter().map(Command::get_name).collect();
    closest(word, &names).map(str::to_owned)
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

    #[test]
    fn help_is_given_for_each_subcommand_and_for_all() {
        let refused = |line: &str| parse("rlocust", &words(line)).expect_err("a text");
        for name in ["demo", "run", "profile", "report", "compare", "completions"] {
            let help = refused(&format!("help {name}"));
            assert_eq!(help, refused(&format!("{name} --help")));
            assert!(
                help.text.contains(&format!("Usage: rlocust {name}")),
                "{help:?}"
            );
            assert_eq!(help.exit_code, 0);
        }
        for line in ["help", "help help", "help nonsense"] {
            assert_eq!(
                refused(line),
                Refusal::help(help::help("rlocust")),
                "{line}"
            );
        }
        assert_eq!(refused("store --help").exit_code, 0);
        assert_eq!(refused("store").exit_code, 2);
    }

    #[test]
    fn a_word_of_ours_is_a_class_of_users_where_more_follows() {
        assert_eq!(
            parse("rlocust", &words("version")),
            Ok(Some(Subcommand::Version))
        );
        for line in ["version --headless", "store --headless"] {
            assert_eq!(parse("rlocust", &words(line)), Ok(None), "{line}");
        }
        assert_eq!(closest_subcommand("comapre").as_deref(), Some("compare"));
        assert_eq!(closest_subcommand("WebsiteUser"), None);
    }
}
