//! How the clients turn what a script wrote into the URL on the wire, as pure functions: the
//! chain of requests and urllib3, and that of geventhttpclient. Compared with the real ones on
//! a list of odd URLs (`tests/engine/data/http_urls.json`).
//!
//! An error means that the client refuses the URL or needs more than is done here; the caller
//! asks the Python client for the exact exception and words.

use thiserror::Error;

use super::escape::{encode_invalid, is_path_char, is_query_char, is_unreserved, is_userinfo_char};
use super::python_split::{self, Parts};
use super::url::Url;

pub use super::escape::{requote_uri, urlencode};

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
        super::url::UrlError::Scheme => QuoteError::InvalidSchema,
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

/// A URL that both clients send as it stands: nothing to fold, escape, resolve or leave out.
fn is_plain(url: &str) -> bool {
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
fn is_encoded_query(query: &str) -> bool {
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

fn plain_url(url: &str, query: &str) -> Result<Url, QuoteError> {
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
        python_split::join(base.as_str(), &quoted)
    } else {
        quoted
    };
    requests_target(target.clone()).map_err(|_| target)
}

/// Where geventhttpclient goes from `base` by a `Location`.
pub(crate) fn ghc_redirect(base: &Url, location: &str) -> Result<Url, String> {
    let parts = python_split::parse(base.as_str()).redirect(python_split::parse(location));
    ghc_target(&parts, parts.join()).map_err(|_| parts.join())
}

fn starts_with_http(url: &str) -> bool {
    url.get(..4)
        .is_some_and(|prefix| prefix.eq_ignore_ascii_case("http"))
}

/// What urllib3's `parse_url` makes of a URL.
struct UrllibParts {
    scheme: String,
    authority: String,
    path: String,
    query: String,
    fragment: String,
}

fn parse_url(url: &str) -> Result<UrllibParts, QuoteError> {
    let (scheme, rest) = split_scheme(url).ok_or(QuoteError::MissingSchema)?;
    let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
    let (authority, path) = match rest.strip_prefix("//") {
        Some(rest) => rest.split_at(rest.find(['/', '\\']).unwrap_or(rest.len())),
        None => ("", rest),
    };
    if !matches!(scheme.as_str(), "http" | "https") {
        return Err(QuoteError::InvalidSchema);
    }
    Ok(UrllibParts {
        authority: normalize_authority(authority)?,
        path: encode_invalid(&remove_dot_segments(path), is_path_char),
        query: encode_invalid(query, is_query_char),
        fragment: encode_invalid(fragment, is_query_char),
        scheme,
    })
}

fn split_scheme(url: &str) -> Option<(String, &str)> {
    let (scheme, rest) = url.split_once(':')?;
    let is_scheme = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || matches!(char, '+' | '-' | '.'));
    is_scheme.then(|| (scheme.to_ascii_lowercase(), rest))
}

/// User information encoded, host in lower case, port without zeros in front; port 0 is none.
fn normalize_authority(authority: &str) -> Result<String, QuoteError> {
    let (auth, host_port) = authority.rsplit_once('@').unwrap_or(("", authority));
    let (host, port) = split_host_port(host_port)?;
    let host = normalize_host(host)?;
    let mut out = String::with_capacity(authority.len());
    if !auth.is_empty() {
        out.push_str(&encode_invalid(auth, is_userinfo_char));
        out.push('@');
    }
    out.push_str(&host);
    if let Some(port) = port.filter(|port| *port != 0) {
        out.push(':');
        out.push_str(&port.to_string());
    }
    Ok(out)
}

fn split_host_port(text: &str) -> Result<(&str, Option<u16>), QuoteError> {
    let host_end = match text.strip_prefix('[') {
        Some(rest) => rest.find(']').ok_or(QuoteError::InvalidUrl)? + 2,
        None => text.find(':').unwrap_or(text.len()),
    };
    let after = &text[host_end..];
    if after.is_empty() || after == ":" {
        return Ok((&text[..host_end], None));
    }
    let digits = after.strip_prefix(':').unwrap_or_default();
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(QuoteError::InvalidUrl);
    }
    let significant = digits.trim_start_matches('0');
    let port = if significant.is_empty() {
        Ok(0)
    } else {
        significant.parse()
    };
    Ok((
        &text[..host_end],
        Some(port.map_err(|_| QuoteError::InvalidUrl)?),
    ))
}

fn normalize_host(host: &str) -> Result<String, QuoteError> {
    if let Some(inner) = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        let is_address = inner.parse::<std::net::Ipv6Addr>().is_ok();
        return if is_address {
            Ok(host.to_ascii_lowercase())
        } else {
            Err(QuoteError::InvalidUrl)
        };
    }
    if !host.is_ascii() {
        return Err(QuoteError::Idna);
    }
    // Escapes in a host are left to the Python client.
    let is_bad = |byte: u8| byte <= b' ' || byte == 0x7f || matches!(byte, b'[' | b']' | b'%');
    if host.is_empty() || host.starts_with(['*', '.']) || host.bytes().any(is_bad) {
        return Err(QuoteError::InvalidUrl);
    }
    Ok(host.to_ascii_lowercase())
}

/// urllib3's version of RFC 3986 section 5.2.4.
fn remove_dot_segments(path: &str) -> String {
    let mut output: Vec<&str> = Vec::new();
    for segment in path.split('/') {
        match segment {
            "." => {}
            ".." => drop(output.pop()),
            other => output.push(other),
        }
    }
    if path.starts_with('/') && output.first().is_none_or(|first| !first.is_empty()) {
        output.insert(0, "");
    }
    if path.ends_with("/.") || path.ends_with("/..") {
        output.push("");
    }
    output.join("/")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Answers of requests 2.34.2 (with urllib3 2.8.0) and geventhttpclient 2.6.1.
    fn oracle(part: &str) -> Vec<Value> {
        let all: Value =
            serde_json::from_str(include_str!("../../../tests/engine/data/http_urls.json"))
                .expect("JSON");
        all[part].as_array().expect("rows").clone()
    }

    fn text(value: &Value) -> &str {
        value.as_str().unwrap_or_default()
    }

    /// Compares what is ours with the oracle's row; collects differences to show them all.
    fn differences(
        rows: &[Value],
        client: &str,
        ours: impl Fn(&Value) -> Option<Url>,
    ) -> Vec<String> {
        let mut found = Vec::new();
        for row in rows.iter().filter(|row| {
            row.get(client)
                .is_some_and(|expected| !expected.is_string())
        }) {
            let own = ours(row).map(|url| (url.as_str().to_owned(), url.wire_target().to_owned()));
            let expected = row[client]
                .as_array()
                .map(|parts| (text(&parts[0]).to_owned(), text(&parts[1]).to_owned()));
            if own != expected {
                found.push(format!(
                    "{row}\n    ours: {own:?}\n    {client}: {expected:?}"
                ));
            }
        }
        found
    }

    fn assert_none(found: &[String]) {
        assert!(
            found.is_empty(),
            "{} differ:\n{}",
            found.len(),
            found.join("\n")
        );
    }

    #[test]
    fn urls_are_quoted_as_requests_and_urllib3_do() {
        let rows = oracle("urls");
        assert_none(&differences(&rows, "requests", |row| {
            requests_url(text(&row["url"]), text(&row["query"])).ok()
        }));
    }

    #[test]
    fn urls_are_quoted_as_geventhttpclient_does() {
        let rows = oracle("urls");
        assert_none(&differences(&rows, "ghc", |row| {
            ghc_url(
                text(&row["url"]),
                Some(text(&row["query"])).filter(|query| !query.is_empty()),
            )
            .ok()
        }));
    }

    #[test]
    fn redirects_lead_where_requests_goes() {
        let rows = oracle("redirects");
        let go = |row: &Value| {
            let base = Url::parse(text(&row["base"])).expect("a base");
            let mut fragment = base.fragment().to_owned();
            requests_redirect(&base, text(&row["location"]), &mut fragment).ok()
        };
        assert_none(&differences(&rows, "requests", go));
    }

    #[test]
    fn redirects_lead_where_geventhttpclient_goes() {
        let rows = oracle("redirects");
        let go = |row: &Value| {
            ghc_redirect(
                &Url::parse(text(&row["base"])).expect("a base"),
                text(&row["location"]),
            )
            .ok()
        };
        assert_none(&differences(&rows, "ghc", go));
    }

    #[test]
    fn parameters_are_encoded_as_urlencode_does() {
        assert_eq!(
            urlencode(&[(b"a b", "é&=/~".as_bytes()), (b"", b"x+y")]),
            "a+b=%C3%A9%26%3D%2F~&=x%2By"
        );
    }
}
