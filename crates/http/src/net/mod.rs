//! Connections: names (`dns`), sockets with the kernel's stamps, time limits, and `connect`, the steps that open one.

pub(crate) mod choices;
pub(crate) mod connect;
pub(crate) mod connect_throttle;
pub(crate) mod connection;
pub(crate) mod dns;
mod events;
pub(crate) mod limit;
mod resolver;
mod resolver_fault;
pub(crate) mod socket;
mod stamp;
#[cfg_attr(not(target_os = "linux"), path = "no_stamps.rs")]
pub(crate) mod stamps;
mod waits;
