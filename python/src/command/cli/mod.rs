//! The option table and its parser, as `locust.argument_parser` and `locust.main` use them. Everything is decided in
//! the engine; here values become Python's and the process answers what the engine asks of its surroundings.
mod arguments;
mod surroundings;
mod table;
mod values;

pub use arguments::{
    CommandLineError, SubcommandRefused, cli_convert, cli_parse, cli_parse_preliminary,
    cli_user_settings,
};
pub use table::{cli_did_you_mean, cli_help, cli_preliminary_table, cli_table};
