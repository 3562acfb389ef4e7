//! Why there is no URL to go to. The caller asks the Python client for the exact exception and words.

use thiserror::Error;

/// Why there is no URL to go to.
#[derive(Copy, Clone, Debug, Error, Eq, PartialEq)]
pub enum QuoteError {
    /// requests' `MissingSchema`.
    #[error("missing scheme")]
    MissingSchema,
    /// No adapter for it: requests' `InvalidSchema`.
    #[error("scheme not supported")]
    InvalidSchema,
    /// requests' `InvalidURL`, geventhttpclient's `ValueError`.
    #[error("invalid URL")]
    InvalidUrl,
    /// The host is not ASCII: the caller encodes it with Python's `idna` and asks again.
    #[error("host needs IDNA")]
    Idna,
}
