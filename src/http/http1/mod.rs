//! One HTTP/1.1 request and its answer on one connection.

pub(crate) mod exchange;
pub(crate) mod spare;
