//! The engine of rlocust as a program: terminal, command line, wiring. It knows no Python: `cargo test` at the root needs
//! no interpreter. Its other crates are handed on under the names of their rooms, for the bridge and for tests.
//!
//! Rooms, lowest first; each names only those before it (`tests/engine/arrows` holds it):
//! `terminal` · `cli` · `app`

#![forbid(unsafe_code)]
pub use rlocust_cluster as cluster;
pub use rlocust_core::{clock, config, histogram, liveness, logging, model, plan};
pub use rlocust_demo as demo;
pub use rlocust_http as http;
pub use rlocust_run::{monitor, output, run};
pub use rlocust_stats::{compare, history, report, stats, store, verdict};
pub use rlocust_streams::{grpc, sse, websocket};
pub use rlocust_web as web;

pub mod app;
pub mod cli;
pub mod terminal;
