//! Undoing `Content-Encoding`.

pub(crate) mod decode;
pub(crate) mod inflate;
