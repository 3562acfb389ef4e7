//! HTTP/2 for users that ask for it: `line` is what a user knows of a host, `wire` an open connection, `exchange` one
//! request on it in the `form` of that protocol.

pub(crate) mod exchange;
mod fault;
mod flood;
mod form;
pub(crate) mod line;
pub(crate) mod wire;
