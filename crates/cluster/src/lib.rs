//! Many machines: a master and its workers, in the words and on the wire of Locust (`docs/contract/distributed.md`).
//!
//! This room owns wires, clocks, liveness and sums; what is decided (targets, dispatch, transitions, events) is decided
//! where suites may override it. `codec` reads and writes messages, `wire` are the sockets, `report` is what a worker
//! sends and a `master` adds up, `seal` is what a
//! `--master-secret` does to frames. Each node, a `master`'s or a `worker`'s, has one thread, which polls its socket and
//! waits for nobody else: heartbeats go on while a script computes.
#![forbid(unsafe_code)]

mod auth;
mod codec;
mod commands;
#[cfg(any(test, fuzzing))]
pub mod fuzz;
mod inbox;
mod master;
mod node;
mod report;
mod wire;
mod worker;

pub use auth::Secret;
pub use codec::{
    DATE_MARK, DATE_TEXT, Date, Malformed, Message, date_of, written as written_message,
};
pub use inbox::{Inbox, Incoming};
pub use master::{BytesReceived, HeartbeatTimeouts, Server};
pub use node::NodeError;
pub use report::written as written_report;
pub use worker::{Address, Client};
