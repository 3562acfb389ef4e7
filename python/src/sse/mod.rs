//! The native half of `rlocust.sse`: one stream, its waits on the hub, its faults as Python's exceptions.
mod fault;
mod open;
mod stream;

pub use stream::PyEventStream;
