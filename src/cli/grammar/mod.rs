//! The grammar of command lines, apart from what the options are: arguments by argparse's law, configuration files and
//! environment variables by `ConfigArgParse`'s, texts into values by Python's.

mod convert;
mod error;
mod parse;
mod parsed;
mod parser_env;
mod removed_options;
mod setting;
mod sources;
mod suggest;
mod words;

pub use convert::{convert, user_settings};
pub use error::Error;
pub use parse::parse_known;
pub use parsed::{Parsed, Stop};
pub use parser_env::ParserEnv;
pub use sources::{Helpful, merge};
pub use suggest::{closest, did_you_mean};

#[cfg(test)]
pub use parser_env::tests;
