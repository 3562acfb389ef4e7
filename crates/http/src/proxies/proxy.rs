//! One proxy, HTTP or SOCKS5: what it takes, and how it is asked for a way to a host;
//! what goes over the wire to it is what urllib3 sends. Anything that fails on the way to an HTTP
//! proxy is one fault here, as the caller lets `requests` word it.

use std::io;
use std::net::SocketAddr;

use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpStream;

use crate::errors::error::HttpError;
use crate::urls::scheme::Scheme;
use crate::urls::url::Url;

use super::fault::fault;
use super::socks::socks5;
use super::tunnel::{Tunnel, connect_head, judge, read_head};

#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Proxy {
    pub kind: ProxyKind,
    pub host: String,
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

    /// A fault on the way to the proxy or through it, as the caller gets it.
    pub(crate) fn fault_on_the_way(&self, fault: HttpError) -> HttpError {
        match &self.kind {
            ProxyKind::Http { .. } => HttpError::Proxy {
                reason: words_of(fault),
                has_words: true,
            },
            ProxyKind::Socks5 { .. } => fault,
        }
    }

    /// Asks the proxy, which `stream` leads to, for a way to the URL's host, or to `address` of it. Without a tunnel, an
    /// HTTP proxy is asked for nothing: whole URLs follow.
    pub(crate) async fn lead_on(
        &self,
        mut stream: TcpStream,
        url: &Url,
        address: Option<SocketAddr>,
        tunnel: Option<Tunnel>,
    ) -> Result<TcpStream, HttpError> {
        match &self.kind {
            ProxyKind::Http { authorization } => {
                let Some(tunnel) = tunnel else {
                    return Ok(stream);
                };
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

/// What happened, without saying twice whose fault it was.
fn words_of(fault: HttpError) -> String {
    match fault {
        HttpError::Proxy { reason, .. } => reason,
        HttpError::Connect { errno } => {
            format!("cannot connect: {}", io::Error::from_raw_os_error(errno))
        }
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::choice::Proxies;
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

    fn socks(names: Names) -> Proxy {
        Proxy {
            kind: ProxyKind::Socks5 {
                names,
                credentials: None,
            },
            host: "proxy".to_owned(),
            port: 1080,
        }
    }

    #[test]
    fn only_http_proxies_take_whole_urls_and_only_of_http() {
        let url = |text: &str| Url::parse(text).expect("a URL");
        let http = proxy(1);
        assert!(http.takes_whole_urls(&url("http://h/")));
        assert!(!http.takes_whole_urls(&url("https://h/")));
        assert!(!socks(Names::Here).takes_whole_urls(&url("http://h/")));
    }

    #[test]
    fn names_are_looked_up_here_for_socks5_alone() {
        assert!(socks(Names::Here).wants_address());
        assert!(!socks(Names::There).wants_address());
        assert!(!proxy(1).wants_address());
    }

    #[test]
    fn credentials_and_faults_are_those_of_an_http_proxy() {
        let kind = ProxyKind::Http {
            authorization: Some(b"Basic eA==".to_vec()),
        };
        let with = Proxy {
            kind,
            ..Proxy::clone(&proxy(1))
        };
        assert_eq!(with.authorization(), Some(&b"Basic eA=="[..]));
        assert_eq!(proxy(1).authorization(), None);
        assert_eq!(socks(Names::Here).authorization(), None);
        let refused = || HttpError::Connect { errno: 111 };
        let as_proxys = |reason: &str| HttpError::Proxy {
            reason: reason.to_owned(),
            has_words: true,
        };
        let words = as_proxys("cannot connect: Connection refused (os error 111)");
        assert_eq!(with.fault_on_the_way(refused()), words);
        let closed =
            with.fault_on_the_way(fault("tunnel connection failed: HTTP/1.1 403 Forbidden"));
        assert_eq!(
            closed,
            as_proxys("tunnel connection failed: HTTP/1.1 403 Forbidden")
        );
        assert_eq!(socks(Names::Here).fault_on_the_way(refused()), refused());
    }
}
