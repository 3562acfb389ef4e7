//! The report of a worker: Locust's form of it, and one key of ours beside it that makes it exact.
mod data;
mod entry;
mod exact;
mod histogram;
mod streams;

pub use data::{Received, read, rest, with_users, written};
