//! The client of the engine against servers of the tests: one file a behaviour.

mod control;
mod endless;
mod faults;
mod large;
mod memory;
mod phases;
mod plain;
mod redirects;
mod reuse;
mod stalled;
pub mod tls;
mod together;
mod two;
mod waits;
mod wire;
