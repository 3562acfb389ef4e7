//! One finished request, as it enters the sums.
use super::number::{Bucket, Number};
use super::phases::Phases;

/// What the recorder is told of a request.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sample<'a> {
    pub method: &'a str,
    pub name: &'a str,
    /// Milliseconds; nothing where there is no time to tell.
    pub response_time: Option<Number>,
    /// Bytes.
    pub content_length: Number,
    /// Given where the suite has its own bucketing function.
    pub bucket: Option<Bucket>,
    /// Given where the engine made the exchange.
    pub phases: Option<&'a Phases>,
}
