//! Connections: names, sockets with the kernel's stamps, proxies, and the steps that open one.

pub(crate) mod choices;
pub(crate) mod connect;
pub(crate) mod connection;
pub(crate) mod dns;
pub(crate) mod limit;
pub(crate) mod resolver_fault;
pub(crate) mod socket;
pub(crate) mod stamp;
#[cfg_attr(not(target_os = "linux"), path = "no_stamps.rs")]
pub(crate) mod stamps;
