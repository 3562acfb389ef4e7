//! Wiring: what a command does, from its arguments to its text and exit code. Nothing here prints.
mod command_output;
pub mod compare;
pub mod report;

pub use command_output::CommandOutput;
