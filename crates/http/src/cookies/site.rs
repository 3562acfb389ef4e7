//! What a jar looks at in a request.

use crate::dialects::dialect::Dialect;
use crate::urls::escape;
use crate::urls::scheme::Scheme;
use crate::urls::url::Url;

/// What Python's jar puts behind a host without dots.
pub(crate) const LOCAL: &str = ".local";

/// What a jar looks at in a request.
#[derive(Clone, Debug)]
pub struct Site {
    /// The request's host, lower case.
    pub(crate) host: String,
    /// The host, with `.local` behind a name without dots.
    pub(crate) effective_host: String,
    /// The path, escaped.
    pub(crate) path: String,
    pub(crate) port: u16,
    pub(crate) is_secure: bool,
    pub(crate) dialect: Dialect,
}

impl Site {
    /// Of a request to `url`; requests goes by the `Host` header if the script set one.
    pub fn of(url: &Url, host_header: Option<&[u8]>, dialect: Dialect) -> Self {
        let named = host_header
            .filter(|_| dialect.trusts_host_header())
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
