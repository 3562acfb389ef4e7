//! A cookie out of what the server sent, with the defaults that a request lends to it.

use crate::urls::escape;

use super::cookie::Cookie;
use super::parse::{Found, Ports};
use super::site::Site;

/// The cookie with the defaults that the request gives it; `None` for one of a bad version.
pub(crate) fn make(found: Found, site: &Site) -> Option<Cookie> {
    let path_specified = found.path.as_deref().is_some_and(|path| !path.is_empty());
    let path = match found.path {
        Some(path) if path_specified => escape::escape_path(&path),
        _ => default_path(&site.path, found.version),
    };
    let domain_specified = found.domain.is_some();
    let domain_initial_dot = found
        .domain
        .as_deref()
        .is_some_and(|domain| domain.starts_with('.'));
    let domain = match found.domain {
        None => site.effective_host.clone(),
        Some(domain) if domain_initial_dot => domain,
        Some(domain) => format!(".{domain}"),
    };
    let (port, port_specified) = match found.port {
        Ports::All => (None, false),
        Ports::OfTheRequest => (Some(site.port.to_string()), false),
        Ports::Listed(ports) => (Some(ports.split_whitespace().collect()), true),
    };
    if !matches!(found.version, 0 | 1) {
        return None;
    }
    Some(Cookie {
        name: found.name,
        value: found.value,
        port,
        port_specified,
        domain,
        domain_specified,
        domain_initial_dot,
        path,
        path_specified,
        secure: found.secure,
        discard: found.discard || found.expires.is_none(),
        expires: found.expires,
        comment: found.comment,
        comment_url: found.comment_url,
        rfc2109: found.version == 1,
        rest: found.rest,
    })
}

fn default_path(request_path: &str, version: i64) -> String {
    let slash = request_path.rfind('/').unwrap_or(0);
    let end = if version == 0 { slash } else { slash + 1 };
    match &request_path[..end] {
        "" => "/".to_owned(),
        path => path.to_owned(),
    }
}
