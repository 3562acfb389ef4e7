//! Users of other protocols over the HTTP client's connections and I/O threads.
//!
//! Rooms, lowest first; each names only those before it (`tests/engine/arrows` holds it):
//! `websocket` · `sse` · `grpc`

#![forbid(unsafe_code)]

pub mod grpc;
pub mod sse;
pub mod websocket;
