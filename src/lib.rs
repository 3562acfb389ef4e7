//! The engine of rlocust. It knows no Python: `cargo test` at the root needs no interpreter.
//!
//! Floors, lowest first; a room names only rooms on lower floors (`tests/engine/arrows.rs` holds it):
//! 0 `clock`, `connections`, `helpers`, `histogram` · 1 `liveness`, `model`, `logging` · 2 `config`, `stats`, `plan` · 3 `report`, `store`, `http`, `monitor`,
//! `demo`, `verdict` · 4 `run`, `compare`, `grpc`, `history`, `sse`, `websocket` · 5 `output`, `cluster`, `web`, `terminal` · 6 `cli` · 7 `app`
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
