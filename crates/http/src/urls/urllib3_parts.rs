//! urllib3's `parse_url`.

use super::characters::{is_path_char, is_query_char, is_userinfo_char};
use super::escape::encode_invalid;
use super::python_split::split_scheme;
use super::quote_error::QuoteError;

/// What urllib3's `parse_url` makes of a URL.
pub(crate) struct UrllibParts {
    pub(crate) scheme: String,
    pub(crate) authority: String,
    pub(crate) path: String,
    pub(crate) query: String,
    pub(crate) fragment: String,
}

pub(crate) fn parse_url(url: &str) -> Result<UrllibParts, QuoteError> {
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
