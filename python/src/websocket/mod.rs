//! The native half of `rlocust.websocket`: one connection, its waits on the hub, its faults as Python's exceptions.
mod connection;
mod fault;
pub mod moments;
mod open;

pub use connection::PyWebSocket;
