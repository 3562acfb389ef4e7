//! The engine of rlocust. It knows no Python: `cargo test` at the root needs no interpreter.
//!
//! Floors, lowest first; a room names only rooms on lower floors (`tests/engine/arrows.rs` holds it):
//! 0 `model`, `clock` · 1 `config`, `stats`, `plan` · 2 `report`, `store`, `http`, `monitor`, `demo`,
//! `verdict` · 3 `run`, `compare` · 4 `output` · 5 `cli` · 6 `app`
#![forbid(unsafe_code)]

pub mod app;
pub mod cli;
pub mod clock;
pub mod compare;
pub mod config;
pub mod demo;
pub mod http;
pub mod model;
pub mod monitor;
pub mod output;
pub mod plan;
pub mod report;
pub mod run;
pub mod stats;
pub mod store;
pub mod verdict;
