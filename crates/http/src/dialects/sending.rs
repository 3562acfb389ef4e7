//! How the clients differ in opening connections and sending requests.

use std::time::Duration;

use crate::types::limits::Timeouts;
use crate::types::method::Method;
use crate::urls::url::Url;

use super::dialect::Dialect;

impl Dialect {
    /// `http.client` writes `Host` before the given headers, and adds `Accept-Encoding` and `User-Agent` if they are
    /// missing. geventhttpclient writes it behind them, and adds nothing but `Content-Length`.
    pub(crate) fn writes_host_first(self) -> bool {
        self.is_requests()
    }

    /// `Host` names the port, unless that is usual: for the scheme by `http.client`, for either scheme by
    /// geventhttpclient.
    pub(crate) fn names_port(self, url: &Url) -> bool {
        match self {
            Self::Requests => url.has_unusual_port(),
            Self::Ghc => !matches!(url.port(), 80 | 443),
        }
    }

    /// An empty body gets a `Content-Length: 0`: from urllib3 for all methods but those that usually have none, from
    /// geventhttpclient for those that usually have one.
    pub(crate) fn announces_empty_body(self, method: &Method) -> bool {
        match (self, method) {
            (_, Method::Post | Method::Put | Method::Patch) => true,
            (Self::Requests, Method::Other(name)) => !matches!(&**name, "TRACE" | "CONNECT"),
            _ => false,
        }
    }

    /// The limit for each part of a request that is written at once: urllib3 still has the connect limit on the socket.
    pub(crate) fn write_limit(self, timeouts: Timeouts) -> Option<Duration> {
        match self {
            Self::Requests => timeouts.connect,
            Self::Ghc => timeouts.read,
        }
    }

    /// If no address of a host can be reached, urllib3 reports the last one's error, geventhttpclient the first one's.
    pub(crate) fn reports_last_address(self) -> bool {
        self.is_requests()
    }

    /// geventhttpclient's `max_retries` counts for time limits; requests has no retries.
    pub(crate) fn retries_after_timeouts(self) -> bool {
        self.is_ghc()
    }

    /// geventhttpclient sends once more what an idle connection swallowed, if the method allows it.
    pub(crate) fn resends_on_dead_connection(self) -> bool {
        self.is_ghc()
    }
}
