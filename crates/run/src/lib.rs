//! A run while it lasts: its owner, its service thread with a tick a second, what the machine does meanwhile, and the
//! outputs that are written.
#![forbid(unsafe_code)]

pub mod connections;
pub mod monitor;
pub mod output;
pub mod run;
