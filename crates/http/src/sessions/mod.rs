//! What a user keeps between requests: connections in a `pool`, by host, and cookies. A `session` is both.

pub(crate) mod connection_key;
mod host;
pub(crate) mod idle;
pub(crate) mod options;
pub(crate) mod pool;
pub(crate) mod session;
