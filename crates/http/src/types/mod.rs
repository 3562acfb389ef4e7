//! Words that all of the client uses: methods, headers, limits, readings of the clock. They name no other wing.

pub(crate) mod header_block;
pub(crate) mod headers;
mod known_headers;
pub(crate) mod limits;
pub(crate) mod method;
pub(crate) mod protocol;
pub(crate) mod ticket;
pub(crate) mod timing;
pub(crate) mod token;
pub(crate) mod version;
