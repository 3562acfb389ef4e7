//! What a caller hands in: a `Call` with everything the wire needs, ready quoted and ordered.
//! Nothing here is changed on the way out except by redirects; merging of session defaults,
//! encoding of bodies and quoting of URLs (`quote`) are done before.

use std::sync::Arc;
use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::http::cookies::jar::CookieJar;
use crate::http::net::proxy::{Proxies, Proxy};
use crate::http::net::tls::TlsProfile;
use crate::http::sessions::session::Session;
use crate::http::urls::url::Url;

/// The caller's name for one call. The engine only carries it back, but it must be unique
/// among everything that has not ended yet (index and generation of a slab, say).
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash)]
pub struct Ticket(pub u64);

/// What can be submitted. Commands of one batch for one session are taken up in their order.
pub enum Command {
    /// Do this request; answered exactly once by `Sink::answered`.
    Call(Box<Call>),
    /// Stop a call. It still reports once through the sink, as `HttpError::Cut` with its phase (or
    /// with its real reply if that was quicker), and its connection is dropped.
    Abort {
        /// The ticket of what is to stop.
        ticket: Ticket,
        /// The session of the call.
        session: Session,
    },
    /// A bug: the I/O thread of the session dies of it.
    #[cfg(test)]
    Panic(Session),
}

impl Command {
    /// Whose thread takes it up.
    pub(crate) fn session(&self) -> &Session {
        match self {
            Self::Call(call) => &call.session,
            Self::Abort { session, .. } => session,
            #[cfg(test)]
            Self::Panic(session) => session,
        }
    }
}

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
    /// Whose manners to use.
    pub dialect: Dialect,
    /// Whether to follow redirects.
    pub redirects: Redirects,
    /// Time limits; none by default.
    pub timeouts: Timeouts,
    /// TLS settings, shared by all users with the same ones.
    pub tls: Arc<TlsProfile>,
    /// Ways round, judged for each hop anew; `None` goes straight.
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
    /// The proxy of the hop that is due.
    pub(crate) fn via(&self) -> Option<Arc<Proxy>> {
        self.proxies.as_ref()?.for_url(&self.url)
    }
}

/// A request method, spelt as it goes out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Method {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
    /// `OPTIONS`
    Options,
    /// Any other token, spelt as given.
    Other(Arc<str>),
}

impl Method {
    /// Takes the spelling as it is: callers give upper case where their client sends it.
    pub fn new(name: &str) -> Self {
        match name {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "PATCH" => Self::Patch,
            "DELETE" => Self::Delete,
            "OPTIONS" => Self::Options,
            other => Self::Other(Arc::from(other)),
        }
    }

    /// The spelling on the wire.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
            Self::Options => "OPTIONS",
            Self::Other(name) => name,
        }
    }

    /// RFC 9110 section 5.6.2; both clients refuse methods that are none.
    pub fn is_token(&self) -> bool {
        crate::http::wire::chunk_lines::is_token(self.as_str().as_bytes())
    }

    /// RFC 9110 section 9.2.2: may be sent twice without harm.
    pub fn is_idempotent(&self) -> bool {
        match self {
            Self::Get | Self::Head | Self::Put | Self::Delete | Self::Options => true,
            Self::Post | Self::Patch => false,
            Self::Other(name) => &**name == "TRACE",
        }
    }
}

/// Which client's manners: order of headers, rules of redirects, retries and cookies.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Dialect {
    /// requests over urllib3 and `http.client`: `Host` first, no retry, `http.client`'s leniency.
    Requests,
    /// geventhttpclient: `Host` near the end, one retry on a reused connection that was dead.
    Ghc,
}

/// What to do with an answer that points elsewhere.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub enum Redirects {
    /// Hand it out as it is.
    Never,
    /// Go there, at most `max` times.
    Follow {
        /// How many redirects are allowed before `HttpError::TooManyRedirects`.
        max: u32,
    },
}

/// Time limits of socket operations (not of the whole call). `None` waits for ever.
#[derive(Copy, Clone, Debug, Default, Eq, PartialEq)]
pub struct Timeouts {
    /// For each address tried, and for the TLS handshake's steps.
    pub connect: Option<Duration>,
    /// For each wait for the next bytes of the answer.
    pub read: Option<Duration>,
}

/// Header lines in the order and spelling in which they go out. Cheap to clone, so that a caller
/// can keep a session's usual headers ready made.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    lines: Arc<Lines>,
}

#[derive(Clone, Debug, Default)]
struct Lines {
    text: Vec<u8>,
    spans: Vec<Span>,
    known: Known,
    cookie_at: Option<u32>,
}

#[derive(Copy, Clone, Debug)]
struct Span {
    start: u32,
    name: u32,
    value: u32,
}

/// Which of the headers that the writer cares about are present.
#[derive(Copy, Clone, Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "a set of six names")]
pub(crate) struct Known {
    pub host: bool,
    pub cookie: bool,
    pub content_length: bool,
    pub transfer_encoding: bool,
    pub accept_encoding: bool,
    pub user_agent: bool,
}

impl Headers {
    /// No headers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends a line. Name and value are sent as they are; the caller has checked them.
    pub fn push(&mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) {
        let (name, value) = (name.as_ref(), value.as_ref());
        let lines = Arc::make_mut(&mut self.lines);
        let start = lines.text.len() as u32;
        lines.text.extend_from_slice(name);
        lines.text.extend_from_slice(b": ");
        lines.text.extend_from_slice(value);
        lines.text.extend_from_slice(b"\r\n");
        lines.spans.push(Span {
            start,
            name: name.len() as u32,
            value: value.len() as u32,
        });
        lines.known.note(name);
    }

    /// Says that the session's cookies go in here, between the lines before and the lines to come.
    /// Without it they go last. Only the first send of a call heeds it: after a redirect both
    /// clients put them last.
    pub fn cookies_go_here(&mut self) {
        let lines = Arc::make_mut(&mut self.lines);
        lines.cookie_at = Some(lines.text.len() as u32);
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.lines.spans.iter().map(|span| {
            let name_end = (span.start + span.name) as usize;
            let value = name_end + 2;
            (
                &self.lines.text[span.start as usize..name_end],
                &self.lines.text[value..value + span.value as usize],
            )
        })
    }

    /// The first value of a name, whatever its case.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.spans.len()
    }

    /// Whether there is no line at all.
    pub fn is_empty(&self) -> bool {
        self.lines.spans.is_empty()
    }

    /// The same lines without those of the given names.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        let mut kept = Self::new();
        for (name, value) in self.iter() {
            if !names
                .iter()
                .any(|gone| name.eq_ignore_ascii_case(gone.as_bytes()))
            {
                kept.push(name, value);
            }
        }
        kept
    }

    pub(crate) fn known(&self) -> Known {
        self.lines.known
    }

    /// The rendered lines before and after the place of the cookies.
    pub(crate) fn around_cookies(&self) -> (&[u8], &[u8]) {
        let at = self
            .lines
            .cookie_at
            .map_or(self.lines.text.len(), |at| at as usize);
        self.lines.text.split_at(at)
    }
}

impl Known {
    fn note(&mut self, name: &[u8]) {
        let flag = match name.len() {
            4 if name.eq_ignore_ascii_case(b"host") => &mut self.host,
            6 if name.eq_ignore_ascii_case(b"cookie") => &mut self.cookie,
            10 if name.eq_ignore_ascii_case(b"user-agent") => &mut self.user_agent,
            14 if name.eq_ignore_ascii_case(b"content-length") => &mut self.content_length,
            15 if name.eq_ignore_ascii_case(b"accept-encoding") => &mut self.accept_encoding,
            17 if name.eq_ignore_ascii_case(b"transfer-encoding") => &mut self.transfer_encoding,
            _ => return,
        };
        *flag = true;
    }
}
