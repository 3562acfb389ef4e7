//! Remote calls of users over gRPC: framed messages on HTTP/2 connections that are kept, opened and driven on the I/O
//! threads.
//!
//! A `Channel` is one user's connection to a target, an `Rpc` the user's end of one call on it. Its verbs never wait:
//! messages are handed over and taken out, and who wants to wait says for what (`Awaited`) and is woken through `Wake`.
//! A deadline holds without the script, what may be kept is bounded, and every call ends with a `Status`.
//! Why on `h2` and not on a library of the protocol: `docs/decisions/0031-grpc-on-h2-alone.md`.
mod call_options;
mod channel;
#[cfg(test)]
mod costs;
mod drive;
mod fault;
mod line;
mod message;
mod metadata;
mod shared;
mod status;
mod target;
#[cfg(test)]
mod tests;

pub use call_options::{Answers, CallOptions, InvalidPath, Method};
pub use channel::{Channel, Rpc};
pub use message::Outgoing;
pub use metadata::{InvalidMetadata, Metadata, Value};
pub use shared::{Awaited, Ending};
pub use status::{Code, Status};
pub use target::Target;
