//! The node of a worker: it beats and reports while its script computes, and finds its master again.
pub(super) mod access;
mod client;
mod periodic;
mod shared;
mod working;

pub use client::Client;
pub use shared::Address;
