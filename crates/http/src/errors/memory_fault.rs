//! Why there is no memory for a body. The words are ours: they stand in the `MemoryError` that a script sees.

use thiserror::Error;

/// What a body would have passed, or could not have.
#[derive(Copy, Clone, Debug, Eq, Error, PartialEq)]
pub enum MemoryFault {
    /// It is longer than one body may be, as it comes.
    #[error("body longer than {limit} bytes (`--max-body`)")]
    TooLong { limit: u64 },
    /// It is longer than one body may be once its encoding is undone.
    #[error("decoded body longer than {limit} bytes (`--max-body`)")]
    TooLongDecoded { limit: u64 },
    /// All bodies together would take more than they may.
    #[error("bodies of all calls larger than {limit} bytes, half of the memory there was")]
    TooManyAtOnce { limit: u64 },
    /// The system has no more.
    #[error("no memory left for the body")]
    NoneLeft,
}
