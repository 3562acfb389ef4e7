//! Which cookies a request may set and which it gets back: Python's `DefaultCookiePolicy`, and the
//! defaults that a request lends to a cookie.

use super::jar::Cookie;
use super::parse::{Found, Ports};
use crate::http::calls::call::Dialect;
use crate::http::urls::escape;
use crate::http::urls::url::{Scheme, Url};

/// What Python's jar puts behind a host without dots.
const LOCAL: &str = ".local";

/// What a jar looks at in a request.
#[derive(Clone, Debug)]
pub struct Site {
    /// The request's host, lower case.
    host: String,
    /// The host, with `.local` behind a name without dots.
    effective_host: String,
    /// The path, escaped.
    path: String,
    port: u16,
    is_secure: bool,
    pub(crate) dialect: Dialect,
}

impl Site {
    /// Of a request to `url`; requests goes by the `Host` header if the script set one.
    pub fn of(url: &Url, host_header: Option<&[u8]>, dialect: Dialect) -> Self {
        let named = host_header
            .filter(|_| dialect == Dialect::Requests)
            .map(String::from_utf8_lossy);
        let mut host = named.as_deref().unwrap_or(url.authority()).to_lowercase();
        let without_port = host.trim_end_matches(|char: char| char.is_ascii_digit());
        if without_port.len() < host.len() && without_port.ends_with(':') {
            host.truncate(without_port.len() - 1);
        }
        let effective_host = if host.contains('.') {
            host.clone()
        } else {
            format!("{host}{LOCAL}")
        };
        let mut path = escape::escape_path(url.path());
        if !path.starts_with('/') {
            path.insert(0, '/');
        }
        let port = if url.has_explicit_port() {
            url.port()
        } else {
            80
        };
        let is_secure = url.scheme() == Scheme::Https;
        Self {
            host,
            effective_host,
            path,
            port,
            is_secure,
            dialect,
        }
    }
}

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

pub(crate) fn may_set(cookie: &Cookie, site: &Site) -> bool {
    if cookie.domain_specified {
        let (domain, host) = (cookie.domain.as_str(), site.effective_host.as_str());
        let undotted = domain.strip_prefix('.').unwrap_or(domain);
        if !undotted.contains('.') && !host.ends_with(LOCAL) {
            return false;
        }
        let is_own = host.ends_with(domain) || host.ends_with(&format!("{undotted}{LOCAL}"));
        if !is_own && !host.starts_with('.') && !format!(".{host}").ends_with(domain) {
            return false;
        }
    }
    !cookie.port_specified
        || names_port(cookie.port.as_deref().unwrap_or_default(), site.port, true)
}

pub(crate) fn may_return(cookie: &Cookie, site: &Site, now: i64) -> bool {
    domain_fits(&cookie.domain, site)
        && path_fits(&cookie.path, &site.path)
        && (!cookie.secure || site.is_secure)
        && cookie.expires.is_none_or(|end| end > now)
        && cookie
            .port
            .as_deref()
            .is_none_or(|ports| ports.is_empty() || names_port(ports, site.port, false))
}

/// A domain fits its hosts below as well, and a cookie of exactly one host is no exception.
fn domain_fits(domain: &str, site: &Site) -> bool {
    let ends = |host: &str| {
        let dotted = if host.starts_with('.') {
            host.to_owned()
        } else {
            format!(".{host}")
        };
        if domain.is_empty() || domain.starts_with('.') {
            dotted.ends_with(domain)
        } else {
            dotted
                .strip_suffix(domain)
                .is_some_and(|before| before.ends_with('.'))
        }
    };
    (ends(&site.host) || ends(&site.effective_host)) && ends(&site.effective_host)
}

fn path_fits(path: &str, request_path: &str) -> bool {
    request_path
        .strip_prefix(path)
        .is_some_and(|rest| rest.is_empty() || path.ends_with('/') || rest.starts_with('/'))
}

/// The list holds the port; when a cookie is set, a part before it that is no number spoils it.
fn names_port(ports: &str, port: u16, strict: bool) -> bool {
    let own = port.to_string();
    for part in ports.split(',') {
        if strict && part.parse::<i64>().is_err() {
            return false;
        }
        if part == own {
            return true;
        }
    }
    false
}
