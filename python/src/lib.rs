//! The bridge: what the Python package `rlocust` sees of the engine, as the module `rlocust._native`.
mod cli;
mod entry;

use pyo3::prelude::*;

#[pymodule]
mod _native {
    #[pymodule_export]
    use super::cli::{
        CommandLineError, SubcommandRefused, cli_convert, cli_did_you_mean, cli_help, cli_parse,
        cli_parse_preliminary, cli_preliminary_table, cli_refusal, cli_table, cli_user_settings,
    };
    #[pymodule_export]
    use super::entry::cli_subcommand;

    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
