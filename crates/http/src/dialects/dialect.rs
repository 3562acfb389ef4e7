//! Which client's behaviour a call has. The rules in which the two differ are methods, by what they are about:
//! `sending`, `answers`, `following`. No other file asks which of the two it is.

/// Which client's behaviour: order of headers, rules of redirects, retries and cookies.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Dialect {
    /// requests over urllib3 and `http.client`: `Host` first, no retry, `http.client`'s leniency.
    Requests,
    /// geventhttpclient over llhttp: `Host` near the end, one retry on a reused connection that was dead.
    Ghc,
}

impl Dialect {
    pub(super) fn is_requests(self) -> bool {
        self == Self::Requests
    }

    pub(super) fn is_ghc(self) -> bool {
        self == Self::Ghc
    }
}
