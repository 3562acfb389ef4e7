//! What all rooms of the engine stand on. Nothing here names a room above.
#![forbid(unsafe_code)]

pub mod clock;
pub mod config;
pub mod helpers;
pub mod histogram;
pub mod liveness;
pub mod logging;
pub mod model;
pub mod plan;
