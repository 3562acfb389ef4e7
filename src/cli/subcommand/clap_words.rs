//! The few words that the grammars of subcommands share.

use std::ffi::OsString;

use clap::builder::ValueParser;
use clap::{Arg, ArgMatches, Command, ValueHint};

use super::refusal::Refusal;

/// An option that names a file.
pub fn file(long: &'static str, name: &'static str, help: &'static str) -> Arg {
    Arg::new(long)
        .long(long)
        .value_name(name)
        .value_parser(ValueParser::os_string())
        .value_hint(ValueHint::FilePath)
        .help(help)
}

/// The arguments of the subcommand `name`, read.
///
/// # Errors
/// Its help, or what is wrong with them.
pub fn matches_of(name: &str, command: Command, words: &[OsString]) -> Result<ArgMatches, Refusal> {
    command
        .no_binary_name(true)
        .try_get_matches_from(words)
        .map_err(|error| Refusal::by_clap(name, &error))
}

pub fn text(matches: &ArgMatches, id: &str) -> Option<String> {
    matches.get_one(id).cloned()
}

/// The name of a file, which may be no Unicode text.
pub fn path(matches: &ArgMatches, id: &str) -> Option<OsString> {
    matches.get_one(id).cloned()
}

/// The texts of all uses of an option.
pub fn texts(matches: &ArgMatches, id: &str) -> Vec<String> {
    let texts = matches.get_many::<String>(id);
    texts.into_iter().flatten().cloned().collect()
}

/// What all uses of an option that holds several values say together.
pub fn every<T: Clone + Send + Sync + 'static>(matches: &ArgMatches, id: &str) -> Vec<T> {
    let values = matches.get_many::<Vec<T>>(id);
    values.into_iter().flatten().flatten().cloned().collect()
}
