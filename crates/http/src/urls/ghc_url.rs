//! What geventhttpclient makes of a URL that a script wrote, and of a redirect's.

use super::escape::requote_uri;
use super::plain::is_plain;
use super::python_split::{self, Parts};
use super::quote_error::QuoteError;
use super::url::Url;

/// geventhttpclient's request for `url` and `params`: the text stays as given, which is the
/// request's and the response's `url`; the parameters stand in the `wire_target` only.
pub fn ghc_url(url: &str, query: Option<&str>) -> Result<Url, QuoteError> {
    // `;` is special to it.
    if query.is_none() && !url.contains(';') && is_plain(url) {
        return Url::parse(url).map_err(|_| QuoteError::InvalidUrl);
    }
    let mut parts = python_split::parse(url);
    if let Some(query) = query {
        if !parts.query.is_empty() {
            parts.query.push('&');
        }
        parts.query.push_str(query);
    }
    ghc_target(&parts, url.to_owned())
}

/// The URL with the target as geventhttpclient quotes it.
fn ghc_target(parts: &Parts, text: String) -> Result<Url, QuoteError> {
    match parts.scheme.as_str() {
        "http" | "https" => {}
        "" => return Err(QuoteError::MissingSchema),
        _ => return Err(QuoteError::InvalidSchema),
    }
    let mut target = requote_uri(&parts.request_uri());
    if target.starts_with("//") {
        return Err(QuoteError::InvalidUrl);
    }
    if !target.starts_with('/') {
        target.insert(0, '/');
    }
    let url = Url::from_text(text).or_else(|_| Url::from_text(parts.join()));
    let url = url.map_err(|_| QuoteError::InvalidUrl)?;
    if !url.host().is_ascii() {
        return Err(QuoteError::Idna);
    }
    Ok(url.with_wire_target(target))
}

/// Where geventhttpclient goes from `base` by a `Location`.
pub(crate) fn ghc_redirect(base: &Url, location: &str) -> Result<Url, String> {
    let parts = python_split::parse(base.as_str()).redirect(python_split::parse(location));
    ghc_target(&parts, parts.join()).map_err(|_| parts.join())
}
