//! What the system's resolver says when it fails, with glibc's numbers.

use std::io;

use crate::errors::error::HttpError;

/// glibc's sentences and their numbers; the standard library hands only the sentence on.
const SENTENCES: [(i32, &str); 8] = [
    (-2, "Name or service not known"),
    (-3, "Temporary failure in name resolution"),
    (-4, "Non-recoverable failure in name resolution"),
    (-5, "No address associated with hostname"),
    (-6, "ai_family not supported"),
    (-8, "Servname not supported for ai_socktype"),
    (-10, "Memory allocation failure"),
    (-11, "System error"),
];

pub(crate) fn resolver_fault(error: &io::Error) -> HttpError {
    let text = error.to_string();
    let found = SENTENCES
        .iter()
        .find(|(_, sentence)| text.contains(sentence));
    match found {
        Some((code, sentence)) => fault(*code, sentence),
        None => fault(-2, text.rsplit(": ").next().unwrap_or(&text)),
    }
}

pub(crate) fn fault(code: i32, text: &str) -> HttpError {
    HttpError::Resolve {
        code,
        text: text.to_owned(),
    }
}
