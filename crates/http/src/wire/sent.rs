//! A request as it went out.

use bytes::Bytes;

use crate::types::method::Method;
use crate::urls::url::Url;

/// A request as it went out.
#[derive(Clone, Debug)]
pub struct Sent {
    /// The method of this hop (redirects may have changed it).
    pub method: Method,
    /// Where it went, fragment included.
    pub url: Url,
    /// Request line and headers with the empty line, byte for byte; over HTTP/2 the same request
    /// as HTTP/1.1 would have spelt it. Empty if there was no connection to send it on.
    pub head: Bytes,
    /// The body; empty if a redirect dropped it.
    pub body: Bytes,
}

impl Sent {
    /// Names and values of the headers in the order sent, `Host` and `Cookie` included.
    pub fn headers(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.head
            .split(|byte| *byte == b'\n')
            .skip(1)
            .filter_map(|line| {
                let line = line.strip_suffix(b"\r").unwrap_or(line);
                let colon = line.iter().position(|byte| *byte == b':')?;
                Some((&line[..colon], line[colon + 1..].trim_ascii()))
            })
    }
}
