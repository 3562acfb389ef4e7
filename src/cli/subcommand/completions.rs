//! `rlocust completions SHELL`: for which shell.

use std::ffi::OsString;

use clap::{Arg, Command};
use clap_complete::Shell;

use super::clap_words::{matches_of, text};
use super::refusal::Refusal;

/// Those that `rlocust completions` prints a script for.
pub const SHELLS: [&str; 3] = ["bash", "zsh", "fish"];

pub fn command(name: &str) -> Command {
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

/// Reads what follows the word `completions`.
///
/// # Errors
/// Its help, or what is wrong with the arguments.
pub fn read(program: &str, words: &[OsString]) -> Result<Shell, Refusal> {
    let name = format!("{program} completions");
    let matches = matches_of(&name, command(&name), words)?;
    Ok(match text(&matches, "shell").as_deref() {
        Some("zsh") => Shell::Zsh,
        Some("fish") => Shell::Fish,
        _ => Shell::Bash,
    })
}
