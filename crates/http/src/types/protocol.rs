//! Which version of HTTP a user speaks. Locust knows HTTP/1.1 alone; HTTP/2 is ours, on request.

/// The versions a session's connections may speak.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq, Hash)]
pub enum Protocol {
    /// HTTP/1.1, as Locust.
    #[default]
    Http1,
    /// HTTP/2 alone: by ALPN over TLS, by prior knowledge in the clear (RFC 9113 section 3.3).
    Http2,
    /// Over TLS what the server prefers of both; HTTP/1.1 in the clear.
    Best,
}

impl Protocol {
    /// The protocol of these words of a suite: `1.1`, `2` or `auto`.
    pub fn from_words(words: &str) -> Option<Self> {
        match words {
            "1.1" => Some(Self::Http1),
            "2" => Some(Self::Http2),
            "auto" => Some(Self::Best),
            _ => None,
        }
    }

    /// What is offered in the TLS handshake (ALPN, RFC 7301), the most wanted first.
    pub(crate) fn offered(self) -> Vec<Vec<u8>> {
        let names: &[&[u8]] = match self {
            Self::Http1 => &[b"http/1.1"],
            Self::Http2 => &[b"h2"],
            Self::Best => &[b"h2", b"http/1.1"],
        };
        names.iter().map(|name| name.to_vec()).collect()
    }
}
