//! A run while it lasts: its owner, its service thread with a tick a second, what the machine does meanwhile, and the
//! outputs that are written.
//!
//! Rooms, lowest first; each names only those before it (`tests/engine/arrows` holds it):
//! `connections` · `monitor` · `run` · `output`

#![forbid(unsafe_code)]

pub mod connections;
pub mod monitor;
pub mod output;
pub mod run;
