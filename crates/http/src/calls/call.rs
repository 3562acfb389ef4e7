//! What a caller hands in: a `Call` with everything the wire needs, ready quoted and ordered.
//! Nothing here is changed on the way out except by redirects; merging of session defaults,
//! encoding of bodies and quoting of URLs (`quote`) are done before.

use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;

use crate::cookies::jar::CookieJar;
use crate::cookies::site::Site;
use crate::dialects::dialect::Dialect;
use crate::http1::read_context::ReadContext;
use crate::proxies::choice::Proxies;
use crate::proxies::proxy::Proxy;
use crate::sessions::session::Session;
use crate::tls::profile::TlsProfile;
use crate::types::headers::Headers;
use crate::types::limits::{Redirects, Timeouts};
use crate::types::method::Method;
use crate::types::ticket::Ticket;
use crate::urls::url::Url;

use super::reply::Reply;

/// One request as the script asked for it, redirects included.
pub struct Call {
    /// The caller's name for the call.
    pub ticket: Ticket,
    /// Whose connections and cookies are used; decides the I/O thread.
    pub session: Session,
    /// When the caller handed the call in. The engine does not use it: it travels back in
    /// `Timing::submitted`, for the scheduling lag.
    pub submitted: Instant,
    /// The method as sent.
    pub method: Method,
    /// Where to; the target is sent byte for byte.
    pub url: Url,
    /// All headers in wire order, except `Host` and `Cookie` (unless the script set them itself).
    /// `Dialect::Requests` callers include `Content-Length`; for `Dialect::Ghc` it is added after
    /// `Host` where geventhttpclient does so.
    pub headers: Headers,
    /// The body, encoded; empty for none.
    pub body: Bytes,
    /// Which client's behaviour it has.
    pub dialect: Dialect,
    /// Whether to follow redirects.
    pub redirects: Redirects,
    /// Time limits; none by default.
    pub timeouts: Timeouts,
    /// TLS settings, shared by all users with the same ones.
    pub tls: Arc<TlsProfile>,
    /// Proxies, judged for each hop anew; `None` goes straight.
    pub proxies: Option<Arc<Proxies>>,
    /// Undo `Content-Encoding` (also of the hops before a redirect).
    pub decode: bool,
    /// Extra attempts after a time limit was hit, idempotent methods only (geventhttpclient's
    /// `max_retries`; requests: 0).
    pub max_retries: u32,
    /// Cookies for this call in place of the session's (requests' `cookies=`: the caller merges
    /// the session's into it). Answers still store into the session's jar.
    pub cookies: Option<Box<CookieJar>>,
}

impl Call {
    /// A reply to this call, to which nothing has happened yet.
    pub(crate) fn blank_reply(&self, now: Instant) -> Box<Reply> {
        Box::new(Reply::blank(self.ticket, self.submitted, now))
    }

    /// What decides how an answer to it is read.
    pub(crate) fn asked(&self) -> ReadContext<'_> {
        ReadContext {
            method: &self.method,
            dialect: self.dialect,
            redirects: self.redirects,
            timeouts: self.timeouts,
        }
    }

    /// What a jar looks at in its request to `url`.
    pub(crate) fn site(&self, url: &Url) -> Site {
        Site::of(url, self.headers.get("host"), self.dialect)
    }

    /// The proxy of the hop that is due.
    pub(crate) fn via(&self) -> Option<Arc<Proxy>> {
        self.proxies.as_ref()?.for_url(&self.url)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::sessions::options::PoolOptions;
    use crate::sessions::pool::Pool;
    use rlocust_core::clock;

    use super::*;

    /// A call of no consequence.
    pub fn call() -> Box<Call> {
        Box::new(Call {
            ticket: Ticket(7),
            session: Session::new(Pool::new(0, None, PoolOptions::default())),
            submitted: clock::instant(),
            method: Method::Get,
            url: Url::parse("http://h/").expect("a URL"),
            headers: Headers::new(),
            body: Bytes::new(),
            dialect: Dialect::Requests,
            redirects: Redirects::Never,
            timeouts: Timeouts::default(),
            tls: TlsProfile::none(),
            proxies: None,
            decode: true,
            max_retries: 0,
            cookies: None,
        })
    }
}
