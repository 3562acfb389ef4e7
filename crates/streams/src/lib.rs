//! Users of other protocols over the HTTP client's connections and I/O threads.
#![forbid(unsafe_code)]

pub mod grpc;
pub mod sse;
pub mod websocket;
