//! Faults of an answer's head, in the words of the parser that the dialect stands for.

use crate::http::errors::error::HttpError;

/// `http.client` refuses more lines, the empty one at the end counted.
pub(crate) const MOST_HEADERS: usize = 100;
/// `http.client` refuses longer lines; no head may be longer than all lines of that length.
pub(crate) const LONGEST_LINE: usize = 65536;

const PAUSED: i32 = 22;

/// A fault in `http.client`'s words.
pub(crate) fn line_too_long(what: &str) -> HttpError {
    HttpError::BadHeaders {
        reason: format!("got more than {LONGEST_LINE} bytes when reading {what}"),
        code: 0,
    }
}

pub(crate) fn too_many() -> HttpError {
    HttpError::BadHeaders {
        reason: format!("got more than {MOST_HEADERS} headers"),
        code: 0,
    }
}

/// A fault in llhttp's words, with its number.
pub(crate) fn strict(reason: &str, code: i32) -> HttpError {
    HttpError::BadHeaders {
        reason: reason.to_owned(),
        code,
    }
}

/// llhttp stops behind an answer that changes the protocol, as it does behind any other.
pub(crate) fn pause() -> HttpError {
    strict("Pause on CONNECT/Upgrade", PAUSED)
}

pub(crate) fn is_pause(fault: &HttpError) -> bool {
    matches!(fault, HttpError::BadHeaders { code: PAUSED, .. })
}

/// Words of geventhttpclient itself: its error has no number.
pub(crate) fn ghc_says(words: &str) -> HttpError {
    strict(words, -1)
}

pub(crate) fn no_http() -> HttpError {
    strict("Expected HTTP/, RTSP/ or ICE/", 8)
}
