//! Arguments of a subcommand that are not obeyed: its help was asked for, or something is wrong with them.

use std::ffi::OsString;

use clap::error::ErrorKind;

/// The line to print when the arguments of a subcommand are not to be obeyed, and the exit code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub text: String,
    pub exit_code: u8,
}

/// Whether the word asks for the help.
pub fn asks_for_help(word: &OsString) -> bool {
    word == "-h" || word == "--help"
}

impl Refusal {
    /// It was asked for.
    pub fn help(text: String) -> Self {
        Self { text, exit_code: 0 }
    }

    /// Something is wrong with the arguments of the program or subcommand `name`.
    pub fn of_usage(name: &str, line: &str) -> Self {
        Self {
            text: format!("{name}: error: {line}"),
            exit_code: 2,
        }
    }

    /// What clap says: its help as it is, of a complaint the first line.
    pub fn by_clap(name: &str, error: &clap::Error) -> Self {
        let text = error.render().to_string();
        if error.kind() == ErrorKind::DisplayHelp {
            return Self::help(text.trim_end().to_owned());
        }
        let first = text.lines().next().unwrap_or_default();
        Self {
            text: format!("{name}: {first}"),
            exit_code: 2,
        }
    }
}
