//! The grammar of command lines, apart from what the options are: arguments by argparse's law, configuration files and
//! environment variables by `ConfigArgParse`'s, texts into values by Python's.

mod error;
mod former;
mod parse;
mod quote;
pub(super) mod sources;
mod suggest;
pub(super) mod values;

pub use error::Error;
pub use parse::{Parsed, Stop, parse_known};
pub use sources::Surroundings;
pub use suggest::did_you_mean;
pub use values::{Value, convert, user_settings};
