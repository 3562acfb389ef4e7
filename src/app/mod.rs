//! Wiring: what a command does, from its arguments to its text and exit code. Nothing here prints.
pub mod compare;
pub mod report;
mod told;

pub use told::Told;
