//! What differs between `requests` and geventhttpclient, each rule once.

mod answers;
pub(crate) mod dialect;
mod following;
mod sending;
