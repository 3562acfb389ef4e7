//! `rlocust profile`: what follows are the options of a run, so that only the help is its own.

use std::ffi::OsString;

use clap::Command;

use super::refusal::{Refusal, asks_for_help};
use crate::cli::help;

const ABOUT: &str = "Runs a locustfile without a web page and shows where its time goes: CPU by task and by line, calls that \
                     the engine did not carry and why";

/// As clap knows it, for shell completions.
pub fn command(program: &str) -> Command {
    help::options(program).name("profile").about(ABOUT)
}

/// Looks at what follows the word `profile`.
///
/// # Errors
/// Its help.
pub fn read(program: &str, words: &[OsString]) -> Result<(), Refusal> {
    if !words.iter().any(asks_for_help) {
        return Ok(());
    }
    let text = format!(
        "{ABOUT}\n\nUsage: {program} profile -f FILE [options] [UserClass ...]\n\n\
         Takes the options of a headless run, see `{program} --help`; without --run-time it lasts 30 seconds.\n\n\
         \x20     --profile-json <filename>  Write the same figures to a JSON file"
    );
    Err(Refusal::help(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_its_help_is_read() {
        let words = |line: &str| -> Vec<OsString> { line.split(' ').map(OsString::from).collect() };
        assert_eq!(read("rlocust", &words("-f x.py --nonsense")), Ok(()));
        let help = read("rlocust", &words("-f x.py --help")).expect_err("the help");
        assert!(
            help.text.contains("Usage: rlocust profile -f FILE"),
            "{}",
            help.text
        );
        assert_eq!(help.exit_code, 0);
    }
}
