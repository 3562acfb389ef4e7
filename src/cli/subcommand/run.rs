//! `rlocust run`: what follows are options of a run or a program's own arguments, so that only the help is its own.

use std::ffi::OsString;

use clap::{Arg, Command, ValueHint};

use super::refusal::{Refusal, asks_for_help};

const ABOUT: &str =
    "Runs a locustfile, or a program that imports `locust` with rlocust in its place";

/// As clap knows it, for shell completions.
pub fn command() -> Command {
    let program_to_run = Arg::new("program").value_hint(ValueHint::FilePath).help(
        "What to run; what follows are options of a locustfile, or the own arguments of a program",
    );
    Command::new("run")
        .about(ABOUT)
        .disable_help_flag(true)
        .arg(program_to_run)
}

/// Looks at what follows the word `run`.
///
/// # Errors
/// Its help; behind a file, the word is an argument of that file.
pub fn read(program: &str, words: &[OsString]) -> Result<(), Refusal> {
    if !words.first().is_some_and(asks_for_help) {
        return Ok(());
    }
    Err(Refusal::help(format!(
        "{ABOUT}\n\nUsage: {program} run FILE [arguments]\n\n\
         A locustfile takes the options of `{program} -f FILE`, see `{program} --help`.\n\
         A program, which makes an `Environment` of its own, takes its own arguments."
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_own_help_is_read() {
        let words = |line: &str| -> Vec<OsString> { line.split(' ').map(OsString::from).collect() };
        assert_eq!(read("rlocust", &words("file.py --help")), Ok(()));
        assert_eq!(read("rlocust", &[]), Ok(()));
        assert!(read("rlocust", &words("-h")).is_err());
    }
}
