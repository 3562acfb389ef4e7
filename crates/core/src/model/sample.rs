//! One finished request, as it enters the sums.
use super::entry::Phases;
use super::number::{Bucket, Number};

/// What the recorder needs to know of a request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sample<'a> {
    pub method: &'a str,
    pub name: &'a str,
    /// Milliseconds; nothing where there is no time to report.
    pub response_time: Option<Number>,
    /// Bytes.
    pub content_length: Number,
    /// Given where the suite has its own bucketing function.
    pub bucket: Option<Bucket>,
    /// Given where the engine made the exchange.
    pub phases: Option<&'a Phases>,
}
