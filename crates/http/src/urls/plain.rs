//! URLs that both clients send as they stand: the usual ones, found among the others at little cost.

use super::characters::{is_path_char, is_query_char, is_unreserved};
use super::quote_error::QuoteError;
use super::url::Url;

/// A URL that both clients send as it stands: nothing to fold, escape, resolve or leave out.
pub(crate) fn is_plain(url: &str) -> bool {
    let Some(rest) = url
        .strip_prefix("http://")
        .or_else(|| url.strip_prefix("https://"))
    else {
        return false;
    };
    let authority_end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, target) = rest.split_at(authority_end);
    let (host, port) = authority.split_once(':').unwrap_or((authority, "80"));
    let is_host = |byte: u8| {
        byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-' | b'_')
    };
    let (path, query) = target.split_once('?').unwrap_or((target, "x"));
    host.starts_with(|first: char| first.is_ascii_alphanumeric())
        && host.bytes().all(is_host)
        && matches!(port.as_bytes(), [b'1'..=b'9', rest @ ..] if rest.len() < 4 && rest.iter().all(u8::is_ascii_digit))
        && path.bytes().all(is_path_char)
        && !path.starts_with("//")
        && !path.contains("/.")
        && !query.is_empty()
        && query.bytes().all(is_query_char)
}

/// What `urlencode` makes: no escape of what needs none, all in upper case.
pub(crate) fn is_encoded_query(query: &str) -> bool {
    let bytes = query.as_bytes();
    let is_needed_escape = |at: usize| {
        let digits = query
            .get(at + 1..at + 3)
            .filter(|digits| !digits.bytes().any(|byte| byte.is_ascii_lowercase()));
        digits
            .and_then(|digits| u8::from_str_radix(digits, 16).ok())
            .is_some_and(|byte| !is_unreserved(byte))
    };
    let is_fine = |at: usize| {
        if bytes[at] == b'%' {
            is_needed_escape(at)
        } else {
            is_query_char(bytes[at])
        }
    };
    (0..bytes.len()).all(is_fine)
}

pub(crate) fn plain_url(url: &str, query: &str) -> Result<Url, QuoteError> {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let has_path = url[authority..]
        .find(['/', '?'])
        .is_some_and(|at| url[authority + at..].starts_with('/'));
    if has_path && query.is_empty() {
        return Url::parse(url).map_err(|_| QuoteError::InvalidUrl);
    }
    let (before, own_query) = url.split_once('?').unwrap_or((url, ""));
    let slash = if has_path { "" } else { "/" };
    let mark = if own_query.is_empty() && query.is_empty() {
        ""
    } else {
        "?"
    };
    let and = if own_query.is_empty() || query.is_empty() {
        ""
    } else {
        "&"
    };
    Url::from_text([before, slash, mark, own_query, and, query].concat())
        .map_err(|_| QuoteError::InvalidUrl)
}
