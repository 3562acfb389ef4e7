//! The command line. One table declares every option (names, environment names, kinds, defaults, help); the help
//! text, the pre-parse, the full parse and the parser object that Python listeners receive are all made from it.
//!
//! A file per help group holds its rows. `parse` reads arguments by argparse's law and `sources` turns
//! configuration files and environment variables into arguments by `ConfigArgParse`'s law, because suites, scripts and
//! configuration files written for Locust rely on both (abbreviations, lists that swallow, precedence). clap renders
//! the help and parses the subcommands, which are ours alone.

mod clash;
mod common;
mod completions;
mod error;
mod former;
mod help;
mod locusts;
mod logging;
mod master;
mod missing;
mod monitoring;
mod network;
mod option;
mod other;
mod parse;
mod positional;
mod quote;
mod sources;
mod stats;
pub mod subcommand;
mod suggest;
mod table;
mod tags;
mod values;
mod verdict;
mod web;
mod worker;

pub use clash::clash;
pub use completions::completions;
pub use error::Error;
pub use help::help;
pub use missing::refusal;
pub use option::{Kind, Opt, Preset, Takes};
pub use parse::{Parsed, Stop};
pub use quote::python_repr;
pub use sources::{DEFAULT_FILES, Surroundings};
pub use suggest::{closest, did_you_mean};
pub use table::{GROUPS, Group, options, preliminary_options};
pub use values::{Value, convert, user_settings};

/// Reads a whole command line strictly: configuration files, environment and arguments.
///
/// # Errors
/// `Stop::Help` and `Stop::Version` when such an option is met first, else what argparse would complain about.
pub fn parse(arguments: &[String], surroundings: &dyn Surroundings) -> Result<Parsed, Stop> {
    let table = options();
    let arguments = sources::merge(&table, arguments, surroundings, sources::Helpful::Yes)?;
    let (parsed, unknown) = parse::parse_known(&table, &arguments, surroundings)?;
    if unknown.is_empty() {
        return Ok(parsed);
    }
    Err(Error::unrecognized(unknown, &table).into())
}

/// Reads only what must be known before the locustfile is imported; everything else is tolerated.
///
/// # Errors
/// What argparse would complain about in the options that are read.
pub fn parse_preliminary(
    arguments: &[String],
    surroundings: &dyn Surroundings,
) -> Result<Parsed, Stop> {
    let table = preliminary_options();
    let arguments = sources::merge(&table, arguments, surroundings, sources::Helpful::No)?;
    Ok(parse::parse_known(&table, &arguments, surroundings)?.0)
}
