//! The demo server: what users try first, and the fixture of most tests.
//!
//! It speaks HTTP/1.1 by a parser and writer of its own, because tests ask for what a framework forbids: the request
//! target and header spelling as they came, answers that break off, connections that are reset. Every received
//! request is counted exactly once, when its head is complete, misbehaving routes included (`counters`).
//! One thread is enough for it: it shares the machine with the load generator, and fast routes only copy bytes.

#![forbid(unsafe_code)]

mod answer;
mod connection;
mod counters;
mod echo;
mod encodings;
mod faults;
mod items;
mod login;
mod request;
mod routes;
mod server;

pub use counters::{Counters, Totals};
pub use server::{Background, Options, Server, run, serve};
