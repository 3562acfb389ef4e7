//! Subcommands, which are ours alone and only ever the first argument. clap parses them; each has a file with its
//! arguments and its grammar.

mod clap_words;
mod compare;
mod completions;
mod demo;
mod parse;
mod profile;
mod refusal;
mod report;
mod run;

pub use compare::{CompareArguments, Format};
pub use completions::SHELLS;
pub use demo::DemoArguments;
pub use parse::{Subcommand, closest_subcommand, commands, parse};
pub use refusal::Refusal;
pub use report::ReportArguments;
