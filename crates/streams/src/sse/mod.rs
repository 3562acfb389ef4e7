//! Streamed answers of users as server-sent events: asked for and read on the I/O threads, each by a task of its own.
//!
//! An `EventStream` is the user's end. Its verbs never wait: events are taken out, and who wants to wait says for what
//! (`Awaited`) and is woken. Times are taken where the bytes arrive and go into the ledger of the stream's name there.
//! Lines, events and what is kept of them are bounded, and every stream ends with a `Fault` that says how.
#[cfg(test)]
mod costs;
mod drive;
mod fault;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod options;
mod parser;
mod shared;
mod stream;
#[cfg(test)]
mod tests;

pub use fault::Fault;
pub use options::{InvalidOption, Options};
pub use parser::Event;
pub use shared::{Awaited, Moments, Opening, Received};
pub use stream::EventStream;
