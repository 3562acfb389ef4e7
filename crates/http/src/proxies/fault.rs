//! What went wrong with a proxy, in one kind of error.

use std::fmt;

use crate::errors::error::HttpError;

pub(crate) fn fault(reason: impl fmt::Display) -> HttpError {
    HttpError::Proxy {
        reason: reason.to_string(),
        has_words: false,
    }
}
