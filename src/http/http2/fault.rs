//! Faults of HTTP/2: what HTTP/1.1 would call them, where there is such a thing.

use std::io;

use h2::Reason;

use crate::http::errors::error::HttpError;
use crate::model::CutPhase;

/// A fault before a head: what HTTP/1.1 would call it where there is such a thing.
pub(crate) fn fault_of(error: &h2::Error, during: CutPhase) -> HttpError {
    if let Some(lost) = error.get_io() {
        return lost_connection(lost, during);
    }
    let reason = error.reason().unwrap_or(Reason::INTERNAL_ERROR);
    HttpError::Http2 {
        reason: error.to_string(),
        during,
        is_untouched: error.is_remote()
            && (reason == Reason::REFUSED_STREAM
                || (error.is_go_away() && reason == Reason::NO_ERROR)),
    }
}

fn lost_connection(error: &io::Error, during: CutPhase) -> HttpError {
    if let Some(fault) = crate::http::tls::fault::fault_of(error) {
        return fault;
    }
    match error.raw_os_error() {
        Some(errno) => HttpError::Reset { errno, during },
        None => HttpError::ClosedWithoutReply,
    }
}

/// A fault inside a body.
pub(crate) fn broken_body(error: &h2::Error, read: u64, announced: Option<u64>) -> HttpError {
    let is_end = error
        .get_io()
        .is_some_and(|lost| lost.raw_os_error().is_none());
    match announced {
        Some(length) if is_end && length > read => HttpError::ShortBody {
            read,
            missing: length - read,
        },
        _ if is_end => HttpError::TruncatedChunked { read, piece: None },
        _ => fault_of(error, CutPhase::Answering),
    }
}
