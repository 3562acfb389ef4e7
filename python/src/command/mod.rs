//! The command line: its options for Python, the subcommands, and the program that holds an interpreter of its own.
pub mod cli;
#[cfg(feature = "embed")]
pub mod embed;
pub mod subcommand;
