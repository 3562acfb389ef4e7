//! Words that all of the client uses: kinds of errors, versions of HTTP. They name nothing else of it.

pub(crate) mod header_block;
pub(crate) mod headers;
pub(crate) mod known_headers;
pub(crate) mod limits;
pub(crate) mod method;
pub(crate) mod protocol;
pub(crate) mod ticket;
pub(crate) mod timing;
pub(crate) mod token;
pub(crate) mod version;
