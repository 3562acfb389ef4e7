//! The version of HTTP that an answer came in.

/// The protocol version of an answer.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Version {
    /// `HTTP/1.0` (`http.client`'s `version` 10)
    Http10,
    /// `HTTP/1.1` (`http.client`'s `version` 11)
    Http11,
    /// `HTTP/2` (urllib3's `version` 20)
    Http2,
}
