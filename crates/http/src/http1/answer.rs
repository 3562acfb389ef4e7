//! An answer as it came off a connection, whichever version of HTTP brought it.

use std::time::Instant;

use bytes::Bytes;

use crate::errors::error::HttpError;
use crate::wire::head::Head;

/// An answer, complete or with the fault that ended its body.
pub(crate) struct Answer {
    pub head: Head,
    pub raw_head: Bytes,
    pub body: Bytes,
    pub wire_length: u64,
    pub fault: Option<HttpError>,
    /// When its last byte came, or its fault was noticed.
    pub ended_at: Instant,
    pub reusable: bool,
    pub reused: bool,
}
