//! Which cookies a request may set and which it gets back: Python's `DefaultCookiePolicy`, and the
//! defaults that a request lends to a cookie.

use super::cookie::Cookie;
use super::site::{LOCAL, Site};

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
