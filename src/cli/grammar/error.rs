//! What can be wrong with a command line. The text is argparse's, because scripts and people know it; the program
//! adds its name in front and ends with exit code 2.

use super::removed_options;
use super::suggest::did_you_mean;
use crate::cli::option::Opt;

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    #[error("argument {name}: {problem}")]
    Argument { name: String, problem: String },
    #[error("argument {name}: {problem}")]
    Gone {
        name: String,
        problem: String,
        hint: Option<String>,
    },
    #[error("ambiguous option: {given} could match {}", candidates.join(", "))]
    Ambiguous {
        given: String,
        candidates: Vec<&'static str>,
    },
    #[error("unrecognized arguments: {}", arguments.join(" "))]
    Unrecognized {
        arguments: Vec<String>,
        hint: Option<String>,
    },
    #[error(
        "Unexpected value for {key}: '{value}'. Expecting 'true', 'false', 'yes', 'no', 'on', 'off', '1' or '0'"
    )]
    NotABoolean { key: String, value: String },
    #[error(
        "{key} can't be set to a list '{list}' unless its action type is changed to 'append' or nargs is set to '*', '+', or > 1"
    )]
    NotAList { key: String, list: String },
    #[error("{key} can't have '--' as a list element, since it would end option parsing")]
    EndOfOptionsInList { key: String },
    #[error("{0}")]
    ConfigFile(String),
}

impl Error {
    pub fn argument(option: &Opt, problem: impl Into<String>) -> Self {
        Self::Argument {
            name: option.name(),
            problem: problem.into(),
        }
    }

    pub fn gone(option: &Opt, problem: impl Into<String>) -> Self {
        let flags: Vec<_> = option.flags.iter().map(|flag| (*flag).to_owned()).collect();
        Self::Gone {
            name: option.name(),
            problem: problem.into(),
            hint: removed_options::hint(&flags),
        }
    }

    pub fn unrecognized(arguments: Vec<String>, table: &[Opt]) -> Self {
        let known: Vec<&str> = table
            .iter()
            .flat_map(|option| option.flags.iter().copied())
            .collect();
        let hint = did_you_mean(&arguments, &known);
        Self::Unrecognized { arguments, hint }
    }

    /// The line to print after the message.
    pub fn hint(&self) -> Option<&str> {
        match self {
            Self::Unrecognized { hint, .. } | Self::Gone { hint, .. } => hint.as_deref(),
            _ => None,
        }
    }
}
