//! Ways round: HTTP proxies and SOCKS5. Which one a URL takes is decided as `requests` decides it;
//! what goes over the wire to it is what urllib3 sends. Anything that fails on the way to an HTTP
//! proxy is one fault here, as the caller lets `requests` word it.

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio_socks::tcp::Socks5Stream;

use crate::http::urls::url::{Scheme, Url};
use crate::http::words::error::HttpError;

/// Longer answers to `CONNECT` are not read.
const LONGEST_HEAD: usize = 64 * 1024;

/// One proxy.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Proxy {
    /// How to talk to it.
    pub kind: ProxyKind,
    /// Where it is.
    pub host: String,
    /// Its port.
    pub port: u16,
}

/// How to talk to a proxy, with the credentials in that form.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ProxyKind {
    /// Whole URLs for http, `CONNECT` for https.
    Http {
        /// The value of `Proxy-Authorization`.
        authorization: Option<Vec<u8>>,
    },
    /// RFC 1928.
    Socks5 {
        /// Who looks names up.
        names: Names,
        /// User and password (RFC 1929).
        credentials: Option<(String, String)>,
    },
}

/// Who looks a host's name up.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Names {
    /// We do (`socks5://`).
    Here,
    /// The proxy does (`socks5h://`).
    There,
}

/// Which HTTP a `CONNECT` speaks: `http.client` changed it with Python 3.12.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Tunnel {
    /// `HTTP/1.0`, without `Host`.
    Http10,
    /// `HTTP/1.1`, with `Host`.
    Http11,
}

/// The proxies of a call, by the keys of `requests`: `http`, `https://host`, `all` …
#[derive(Clone, Debug)]
pub struct Proxies {
    /// Keys in lower case.
    pub by_key: Vec<(String, Arc<Proxy>)>,
    /// How tunnels are asked for.
    pub tunnel: Tunnel,
}

impl Proxies {
    /// The proxy for a URL, if there is one: the most specific key counts.
    pub fn for_url(&self, url: &Url) -> Option<Arc<Proxy>> {
        let scheme = url.scheme().as_str();
        let host = url.host().to_ascii_lowercase();
        let keys = [
            format!("{scheme}://{host}"),
            scheme.to_owned(),
            format!("all://{host}"),
            "all".to_owned(),
        ];
        keys.iter().find_map(|key| {
            let found = self.by_key.iter().find(|(own, _)| own == key);
            found.map(|(_, proxy)| Arc::clone(proxy))
        })
    }
}

impl Proxy {
    /// Requests to this URL go to the proxy itself, with the whole URL as their target.
    pub fn takes_whole_urls(&self, url: &Url) -> bool {
        url.scheme() == Scheme::Http && matches!(self.kind, ProxyKind::Http { .. })
    }

    /// The credentials that go with each such request.
    pub(crate) fn authorization(&self) -> Option<&[u8]> {
        match &self.kind {
            ProxyKind::Http { authorization } => authorization.as_deref(),
            ProxyKind::Socks5 { .. } => None,
        }
    }

    /// The host's name has to be looked up here before the way is asked for.
    pub(crate) fn wants_address(&self) -> bool {
        let ProxyKind::Socks5 { names, .. } = &self.kind else {
            return false;
        };
        *names == Names::Here
    }

    /// A fault on the way to the proxy or through it, as the caller is to hear it.
    pub(crate) fn told_of(&self, fault: HttpError) -> HttpError {
        match &self.kind {
            ProxyKind::Http { .. } => HttpError::Proxy {
                reason: fault.to_string(),
                has_words: true,
            },
            ProxyKind::Socks5 { .. } => fault,
        }
    }

    /// Asks the proxy, which `stream` leads to, for a way to the URL's host, or to `address` of it.
    pub(crate) async fn lead_on(
        &self,
        mut stream: TcpStream,
        url: &Url,
        address: Option<SocketAddr>,
        tunnel: Tunnel,
    ) -> Result<TcpStream, HttpError> {
        match &self.kind {
            ProxyKind::Http { .. } if url.scheme() == Scheme::Http => Ok(stream),
            ProxyKind::Http { authorization } => {
                let head = connect_head(url, authorization.as_deref(), tunnel);
                stream.write_all(&head).await.map_err(fault)?;
                judge(&read_head(&mut stream).await?)?;
                Ok(stream)
            }
            ProxyKind::Socks5 { credentials, .. } => {
                let credentials = credentials.as_ref();
                match address {
                    Some(address) => socks5(stream, address, credentials).await,
                    None => socks5(stream, (url.host(), url.port()), credentials).await,
                }
            }
        }
    }
}

async fn socks5<'t>(
    stream: TcpStream,
    target: impl tokio_socks::IntoTargetAddr<'t>,
    credentials: Option<&(String, String)>,
) -> Result<TcpStream, HttpError> {
    let connected = match credentials {
        None => Socks5Stream::connect_with_socket(stream, target).await,
        Some((user, password)) => {
            Socks5Stream::connect_with_password_and_socket(stream, target, user, password).await
        }
    };
    connected
        .map(Socks5Stream::into_inner)
        .map_err(|error| fault(in_pysocks_words(&error)))
}

/// `requests` goes through SOCKS by `PySocks`, and tells what that says.
fn in_pysocks_words(error: &tokio_socks::Error) -> String {
    use tokio_socks::Error;
    let reply = match error {
        Error::NoAcceptableAuthMethods => {
            return "All offered SOCKS5 authentication methods were rejected".to_owned();
        }
        Error::PasswordAuthFailure(_) => return "SOCKS5 authentication failed".to_owned(),
        Error::Io(end) if end.kind() == io::ErrorKind::UnexpectedEof => {
            return "Connection closed unexpectedly".to_owned();
        }
        Error::GeneralSocksServerFailure => 1,
        Error::ConnectionNotAllowedByRuleset => 2,
        Error::NetworkUnreachable => 3,
        Error::HostUnreachable => 4,
        Error::ConnectionRefused => 5,
        Error::TtlExpired => 6,
        Error::AddressTypeNotSupported => 8,
        other => return other.to_string(),
    };
    format!("0x{reply:02x}: {error}")
}

fn connect_head(url: &Url, authorization: Option<&[u8]>, tunnel: Tunnel) -> Vec<u8> {
    let target = format!("{}:{}", url.bracketed_host(), url.port());
    let version = match tunnel {
        Tunnel::Http10 => "1.0",
        Tunnel::Http11 => "1.1",
    };
    let mut head = format!("CONNECT {target} HTTP/{version}\r\n").into_bytes();
    if let Some(authorization) = authorization {
        head.extend_from_slice(b"Proxy-Authorization: ");
        head.extend_from_slice(authorization);
        head.extend_from_slice(b"\r\n");
    }
    if tunnel == Tunnel::Http11 {
        head.extend_from_slice(format!("Host: {target}\r\n").as_bytes());
    }
    head.extend_from_slice(b"\r\n");
    head
}

/// The answer's head and not a byte more: what follows belongs to the server behind.
async fn read_head(stream: &mut TcpStream) -> Result<Vec<u8>, HttpError> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && !head.ends_with(b"\n\n") {
        if head.len() >= LONGEST_HEAD {
            return Err(fault("the answer to CONNECT has no end"));
        }
        head.push(stream.read_u8().await.map_err(fault)?);
    }
    Ok(head)
}

fn judge(head: &[u8]) -> Result<(), HttpError> {
    let line = head.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    match line.split_whitespace().nth(1) {
        Some("200") => Ok(()),
        _ => Err(fault(format!("tunnel connection failed: {}", line.trim()))),
    }
}

fn fault(reason: impl fmt::Display) -> HttpError {
    HttpError::Proxy {
        reason: reason.to_string(),
        has_words: false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxy(port: u16) -> Arc<Proxy> {
        Arc::new(Proxy {
            kind: ProxyKind::Http {
                authorization: None,
            },
            host: "proxy".to_owned(),
            port,
        })
    }

    #[test]
    fn the_most_specific_key_decides() {
        let by_key = ["all", "all://b", "http", "http://a"];
        let by_key = by_key.into_iter().zip(1..);
        let proxies = Proxies {
            by_key: by_key
                .map(|(key, port)| (key.to_owned(), proxy(port)))
                .collect(),
            tunnel: Tunnel::Http10,
        };
        let port = |url: &str| {
            let url = Url::parse(url).expect("a URL");
            proxies.for_url(&url).map(|proxy| proxy.port)
        };
        assert_eq!(port("http://A:81/"), Some(4));
        assert_eq!(port("http://c/"), Some(3));
        assert_eq!(port("https://b/"), Some(2));
        assert_eq!(port("https://c/"), Some(1));
    }

    #[test]
    fn tunnels_are_asked_for_as_http_client_does() {
        let url = Url::parse("https://[::1]:444/a").expect("a URL");
        assert_eq!(
            connect_head(&url, Some(b"Basic eA=="), Tunnel::Http10),
            b"CONNECT [::1]:444 HTTP/1.0\r\nProxy-Authorization: Basic eA==\r\n\r\n"
        );
        assert_eq!(
            connect_head(&url, None, Tunnel::Http11),
            b"CONNECT [::1]:444 HTTP/1.1\r\nHost: [::1]:444\r\n\r\n"
        );
    }
}
