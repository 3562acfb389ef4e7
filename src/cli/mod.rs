//! The command line. One table declares every option (names, environment names, kinds, defaults, help); the help
//! text, the pre-parse, the full parse and the parser object that Python listeners receive are all made from it.
//!
//! `rows` has a file per help group. `grammar` reads arguments by argparse's law and turns configuration files and
//! environment variables into arguments by `ConfigArgParse`'s law, because suites, scripts and configuration files
//! written for Locust rely on both (abbreviations, lists that swallow, precedence). clap renders the help and parses
//! the subcommands, which are ours alone.

mod clash;
mod command_line;
mod completions;
mod grammar;
mod help;
mod locust_options;
mod option;
#[cfg(test)]
mod recipe;
mod rows;
pub mod subcommand;
mod table;

pub use clash::{clash, overwritten};
pub use command_line::{parse, parse_preliminary};
pub use completions::completions;
pub use grammar::{Error, Parsed, ParserEnv, Stop, convert, did_you_mean, user_settings};
pub use help::help;
pub use option::{Kind, Opt, Preset, Takes};
pub use table::{GROUPS, Group, options, preliminary_options};
