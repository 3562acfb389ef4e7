//! The request head, byte for byte as the client named by the dialect writes it, with a small body
//! right behind it so that one write carries both.

use bytes::Bytes;

use crate::dialects::dialect::Dialect;
use crate::proxies::proxy::Proxy;
use crate::types::headers::Headers;
use crate::types::method::Method;
use crate::urls::url::Url;

/// Bodies up to this size travel in the same buffer as the head.
const SMALL_BODY: usize = 16 * 1024;

/// What the head is made of.
pub(crate) struct Request<'a> {
    pub dialect: Dialect,
    pub method: &'a Method,
    pub url: &'a Url,
    pub headers: &'a Headers,
    pub cookie: Option<&'a [u8]>,
    pub body: &'a Bytes,
    /// Put the cookies where the caller said; otherwise last.
    pub first: bool,
    pub fallback_user_agent: &'a str,
    /// The proxy that takes the request, if it goes to one with its whole URL.
    pub to_proxy: Option<&'a Proxy>,
}

/// The head and, if it is small, the body.
pub(crate) struct Encoded {
    pub bytes: Bytes,
    pub head_length: usize,
    /// A body too large for the buffer.
    pub rest: Bytes,
}

impl Request<'_> {
    pub(crate) fn encode(&self) -> Encoded {
        let (before, after) = self.headers.around_cookies();
        let small = self.body.len() <= SMALL_BODY;
        let expected = 160
            + self.url.target().len()
            + before.len()
            + after.len()
            + self.cookie.map_or(0, <[u8]>::len)
            + if small { self.body.len() } else { 0 };
        let mut out = Vec::with_capacity(expected);
        self.request_line(&mut out);
        if self.dialect.writes_host_first() {
            self.host_first(&mut out);
        } else {
            self.host_last(&mut out);
        }
        out.extend_from_slice(b"\r\n");
        let head_length = out.len();
        let rest = if small {
            out.extend_from_slice(self.body);
            Bytes::new()
        } else {
            self.body.clone()
        };
        Encoded {
            bytes: Bytes::from(out),
            head_length,
            rest,
        }
    }

    fn request_line(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self.method.as_str().as_bytes());
        out.push(b' ');
        if self.to_proxy.is_some() {
            out.extend_from_slice(b"http://");
            out.extend_from_slice(self.url.place().as_bytes());
        }
        out.extend_from_slice(self.url.wire_target().as_bytes());
        out.extend_from_slice(b" HTTP/1.1\r\n");
    }

    /// urllib3 over `http.client`: `Host` first, then what it misses, then the given lines.
    fn host_first(&self, out: &mut Vec<u8>) {
        let known = self.headers.known();
        if !known.host {
            self.host(out);
        }
        if !known.accept_encoding {
            out.extend_from_slice(b"Accept-Encoding: identity\r\n");
        }
        let is_framed = known.content_length || known.transfer_encoding;
        if !is_framed && self.announces_body() {
            self.content_length(out);
        }
        if !known.user_agent {
            line(out, b"User-Agent", self.fallback_user_agent.as_bytes());
        }
        let (before, after) = self.headers.around_cookies();
        out.extend_from_slice(before);
        if !self.first {
            out.extend_from_slice(after);
        }
        if let Some(cookie) = self.cookie {
            line(out, b"Cookie", cookie);
        }
        if self.first {
            out.extend_from_slice(after);
        }
        if let Some(authorization) = self.to_proxy.and_then(Proxy::authorization) {
            line(out, b"Proxy-Authorization", authorization);
        }
    }

    /// geventhttpclient: the given lines, `Cookie`, `Host`, and `Content-Length` at the end.
    fn host_last(&self, out: &mut Vec<u8>) {
        let known = self.headers.known();
        let (before, after) = self.headers.around_cookies();
        out.extend_from_slice(before);
        out.extend_from_slice(after);
        if let Some(cookie) = self.cookie {
            line(out, b"Cookie", cookie);
        }
        if !known.host {
            self.host(out);
        }
        let is_framed = known.content_length || known.transfer_encoding;
        if !is_framed && self.announces_body() {
            self.content_length(out);
        }
    }

    fn announces_body(&self) -> bool {
        !self.body.is_empty() || self.dialect.announces_empty_body(self.method)
    }

    fn host(&self, out: &mut Vec<u8>) {
        if self.to_proxy.is_some() {
            // `http.client` takes it from the target as it stands.
            return line(out, b"Host", self.url.place().as_bytes());
        }
        out.extend_from_slice(b"Host: ");
        let start = out.len();
        out.extend_from_slice(self.url.bracketed_host().as_bytes());
        out[start..].make_ascii_lowercase();
        if self.dialect.names_port(self.url) {
            out.push(b':');
            number(out, usize::from(self.url.port()));
        }
        out.extend_from_slice(b"\r\n");
    }

    fn content_length(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(b"Content-Length: ");
        number(out, self.body.len());
        out.extend_from_slice(b"\r\n");
    }
}

fn line(out: &mut Vec<u8>, name: &[u8], value: &[u8]) {
    out.extend_from_slice(name);
    out.extend_from_slice(b": ");
    out.extend_from_slice(value);
    out.extend_from_slice(b"\r\n");
}

fn number(out: &mut Vec<u8>, value: usize) {
    let mut digits = [0; 20];
    let mut at = digits.len();
    let mut left = value;
    loop {
        at -= 1;
        digits[at] = b'0' + (left % 10) as u8;
        left /= 10;
        if left == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn encoded(dialect: Dialect, method: &str, body: usize) -> (String, usize, usize) {
        let url = Url::parse("http://Host:8080/a?b").expect("a URL");
        let request = Request {
            dialect,
            method: &Method::new(method),
            url: &url,
            headers: &Headers::new(),
            cookie: Some(b"c=d"),
            body: &Bytes::from(vec![b'x'; body]),
            first: false,
            fallback_user_agent: "agent",
            to_proxy: None,
        };
        let encoded = request.encode();
        let (head, behind) = encoded.bytes.split_at(encoded.head_length);
        let head = String::from_utf8_lossy(head).into_owned();
        (head, behind.len(), encoded.rest.len())
    }

    #[test]
    fn heads_are_written_as_each_client_writes_them() {
        let by_requests = "POST /a?b HTTP/1.1\r\nHost: host:8080\r\nAccept-Encoding: identity\r\n\
             Content-Length: 10\r\nUser-Agent: agent\r\nCookie: c=d\r\n\r\n";
        let by_ghc = "POST /a?b HTTP/1.1\r\nCookie: c=d\r\nHost: host:8080\r\n\
             Content-Length: 10\r\n\r\n";
        for (dialect, head) in [(Dialect::Requests, by_requests), (Dialect::Ghc, by_ghc)] {
            assert_eq!(encoded(dialect, "POST", 10), (head.to_owned(), 10, 0));
            let of = |method| encoded(dialect, method, 0).0;
            assert!(of("POST").contains("Content-Length: 0\r\n"));
            assert!(!of("GET").contains("Content-Length"));
        }
    }

    #[test]
    fn large_bodies_are_not_copied_behind_the_head() {
        let (_, behind, rest) = encoded(Dialect::Requests, "PUT", SMALL_BODY);
        assert_eq!((behind, rest), (SMALL_BODY, 0));
        let (head, behind, rest) = encoded(Dialect::Requests, "PUT", SMALL_BODY + 1);
        assert_eq!((behind, rest), (0, SMALL_BODY + 1));
        assert!(head.contains("Content-Length: 16385\r\n"), "{head}");
    }
}
