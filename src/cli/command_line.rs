//! Reading a command line: what configuration files and the environment say is put in front, then the whole is parsed.

use super::grammar::{Error, Helpful, Parsed, ParserEnv, Stop, merge, parse_known};
use super::table::{options, preliminary_options};

/// Reads a whole command line strictly: configuration files, environment and arguments.
///
/// # Errors
/// `Stop::Help` and `Stop::Version` when such an option is met first, else what argparse would complain about.
pub fn parse(arguments: &[String], surroundings: &dyn ParserEnv) -> Result<Parsed, Stop> {
    let table = options();
    let arguments = merge(&table, arguments, surroundings, Helpful::Yes)?;
    let (parsed, unknown) = parse_known(&table, &arguments, surroundings)?;
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
    surroundings: &dyn ParserEnv,
) -> Result<Parsed, Stop> {
    let table = preliminary_options();
    let arguments = merge(&table, arguments, surroundings, Helpful::No)?;
    Ok(parse_known(&table, &arguments, surroundings)?.0)
}
