//! HTTP/2 for users that ask for it.

pub(crate) mod exchange;
pub(crate) mod fault;
pub(crate) mod form;
pub(crate) mod line;
pub(crate) mod wire;
