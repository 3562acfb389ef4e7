//! What a user keeps between requests: connections in a pool, and cookies.

pub(crate) mod pool;
pub(crate) mod session;
