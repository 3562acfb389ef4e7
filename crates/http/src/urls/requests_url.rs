//! What requests and urllib3 make of a URL that a script wrote, and of a redirect's.

use super::characters::{is_path_char, is_query_char};
use super::escape::{encode_invalid, requote_uri};
use super::plain::{is_encoded_query, is_plain, plain_url};
use super::python_split;
use super::quote_error::QuoteError;
use super::scheme::UrlError;
use super::url::Url;
use super::urljoin;
use super::urllib3_parts::parse_url;

/// requests' `PreparedRequest.prepare_url`, then urllib3's spelling of the target.
///
/// `query` is what `_encode_params` made of `params` (may be empty). The text of the result is
/// `response.request.url`; its `wire_target` is what stands in the request line.
pub fn requests_url(url: &str, query: &str) -> Result<Url, QuoteError> {
    if is_plain(url) && is_encoded_query(query) {
        return plain_url(url, query);
    }
    let url = url.trim_start();
    if url.contains(':') && !starts_with_http(url) {
        return Err(QuoteError::InvalidSchema);
    }
    let parts = parse_url(url)?;
    let mut text = String::with_capacity(url.len() + query.len() + 8);
    text.push_str(&parts.scheme);
    text.push_str("://");
    text.push_str(&parts.authority);
    if !parts.path.starts_with('/') {
        text.push('/');
    }
    text.push_str(&parts.path);
    for (index, part) in [parts.query.as_str(), query]
        .into_iter()
        .filter(|part| !part.is_empty())
        .enumerate()
    {
        text.push(if index == 0 { '?' } else { '&' });
        text.push_str(part);
    }
    if !parts.fragment.is_empty() {
        text.push('#');
        text.push_str(&parts.fragment);
    }
    requests_target(requote_uri(&text))
}

/// A URL that requests has prepared already, with the target as urllib3 sends it.
pub fn prepared_url(url: &str) -> Result<Url, QuoteError> {
    requests_target(url.to_owned())
}

/// A URL as requests holds it, with the target as urllib3 sends it.
fn requests_target(text: String) -> Result<Url, QuoteError> {
    let url = Url::from_text(text).map_err(|error| match error {
        UrlError::Scheme => QuoteError::InvalidSchema,
        _ => QuoteError::InvalidUrl,
    })?;
    let (path, query) = match url.target().split_once('?') {
        Some((path, query)) => (path, query),
        None => (url.target(), ""),
    };
    let mut wire = encode_invalid(if path.is_empty() { "/" } else { path }, is_path_char);
    if !query.is_empty() {
        wire.push('?');
        wire.push_str(&encode_invalid(query, is_query_char));
    }
    Ok(url.with_wire_target(wire))
}

/// Where requests goes from `base` by a `Location`; `fragment` is the one inherited so far.
/// The result is a URL if the scheme and the rest are fit for one, else the text it came to.
pub(crate) fn requests_redirect(
    base: &Url,
    location: &str,
    fragment: &mut String,
) -> Result<Url, String> {
    let with_scheme = match location.strip_prefix("//") {
        Some(rest) => format!("{}://{rest}", base.scheme().as_str()),
        None => location.to_owned(),
    };
    let mut parts = python_split::parse(&with_scheme);
    if parts.fragment.is_empty() {
        parts.fragment.clone_from(fragment);
    } else {
        fragment.clone_from(&parts.fragment);
    }
    let quoted = requote_uri(&parts.join());
    let target = if parts.netloc.is_empty() {
        urljoin::join(base.as_str(), &quoted)
    } else {
        quoted
    };
    requests_target(target.clone()).map_err(|_| target)
}

fn starts_with_http(url: &str) -> bool {
    url.get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("http"))
}
