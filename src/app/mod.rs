//! Wiring: what a run writes and what it is judged by; what a command does, from its arguments to its text and exit
//! code. Nothing here prints.
mod command_output;
pub mod compare;
mod end_files;
mod refusal;
pub mod report;
pub mod run;

pub use command_output::CommandOutput;
pub use end_files::{discard_empty, plain, write_json, write_reports};
pub use refusal::Refusal;
