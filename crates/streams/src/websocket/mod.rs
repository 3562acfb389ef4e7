//! WebSocket connections of users: opened and driven on the I/O threads, each by a task of its own.
//!
//! A `WebSocket` is the user's end. Its verbs never wait: messages are handed over and taken out, and who wants to wait
//! says for what (`Awaited`) and is woken through `Wake`. Pings are answered, closings answered and messages stamped
//! without the script. What may be kept is bounded, and every connection ends with a `Fault` that says how.
#[cfg(test)]
mod costs;
mod drive;
mod fault;
mod message;
mod opening;
mod options;
mod shared;
mod socket;
#[cfg(test)]
mod tests;

pub use fault::Fault;
pub use message::{Message, Payload};
pub use options::{InvalidOption, Options};
pub use shared::Awaited;
pub use socket::WebSocket;
