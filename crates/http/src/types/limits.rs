//! How long and how far a call may go.

use std::time::Duration;

/// What to do with an answer that points elsewhere.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Redirects {
    /// Hand it out as it is.
    Never,
    /// Go there, at most `max` times.
    Follow {
        /// How many redirects are allowed before `HttpError::TooManyRedirects`.
        max: u32,
    },
}

/// Time limits of socket operations (not of the whole call). `None` waits for ever.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub struct Timeouts {
    /// For each address tried, and for the TLS handshake's steps.
    pub connect: Option<Duration>,
    /// For each wait for the next bytes of the answer.
    pub read: Option<Duration>,
}
