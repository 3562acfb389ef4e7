//! What a user keeps between requests: connections in a pool, and cookies.

pub(crate) mod host;
pub(crate) mod options;
pub(crate) mod place;
pub(crate) mod pool;
pub(crate) mod session;
