//! HTTP/2 for users that ask for it.

pub(crate) mod form;
pub(crate) mod line;
