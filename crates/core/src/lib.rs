//! What all crates of the engine stand on.
//!
//! Rooms, lowest first; each names only those before it (`tests/engine/arrows` holds it):
//! `clock` · `helpers` · `histogram` · `liveness` · `logging` · `model` · `config` · `plan`

#![forbid(unsafe_code)]

pub mod clock;
pub mod config;
pub mod helpers;
pub mod histogram;
pub mod liveness;
pub mod logging;
pub mod model;
pub mod plan;
