//! Faults of an answer's head, in the words of the parser that the dialect stands for.

use crate::dialects::dialect::Dialect;
use crate::errors::error::HttpError;

/// `http.client` refuses more lines, the empty one at the end counted. Of trailers it takes no more here.
pub(crate) const MOST_HEADERS: usize = 100;
/// `http.client` refuses longer lines.
pub(crate) const LONGEST_LINE: usize = 65536;
/// As many of the longest lines as `http.client` takes. What has no limit there has this one: geventhttpclient's heads,
/// all interim answers together, all trailers together.
pub(crate) const LARGEST_HEAD: usize = LONGEST_LINE * (MOST_HEADERS + 2);

const PAUSED: i32 = 22;
/// llhttp leaves limits to its users; the number of their faults.
pub(crate) const USERS: i32 = 24;

/// A fault in `http.client`'s words.
pub(crate) fn line_too_long(what: &str) -> HttpError {
    HttpError::BadHeaders {
        reason: format!("got more than {LONGEST_LINE} bytes when reading {what}"),
        code: 0,
    }
}

/// More than `LARGEST_HEAD`, in the words that the client has for the like.
pub(crate) fn too_large(dialect: Dialect) -> HttpError {
    if dialect.is_strict() {
        strict("Header overflow", USERS)
    } else {
        line_too_long("header line")
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

/// Words of geventhttpclient itself: its error has no number.
pub(crate) fn ghc_says(words: &str) -> HttpError {
    strict(words, -1)
}

pub(crate) fn no_http() -> HttpError {
    strict("Expected HTTP/, RTSP/ or ICE/", 8)
}
