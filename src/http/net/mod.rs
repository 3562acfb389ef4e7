//! Connections: names, sockets, proxies, TLS, and the steps that open one.

pub(crate) mod choices;
pub(crate) mod connect;
pub(crate) mod connection;
pub(crate) mod dns;
pub(crate) mod proxy;
pub(crate) mod socket;
pub(crate) mod tls;
pub(crate) mod verify;
