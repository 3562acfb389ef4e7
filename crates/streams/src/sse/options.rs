//! What a stream is asked for with, checked before anything is sent.
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{HeaderName, HeaderValue};
use thiserror::Error;

use rlocust_http::{Headers, Method, Proxies, StreamRequest, TlsProfile, Url};
use rlocust_stats::stats::StreamLedger;

/// What a stream is asked for with.
pub struct Options {
    pub(super) asked: StreamRequest,
    /// What the script gave, without an id.
    headers: Headers,
    /// Where its figures go.
    pub ledger: Arc<StreamLedger>,
    /// Connections that may be made one after the other without an event between them, after the first has answered.
    pub reconnect: u32,
    /// What the server is told to go on behind.
    pub last_event_id: String,
    /// Before a new connection, unless the server says otherwise.
    pub retry: Duration,
    /// Bytes of a line, and of the data of an event.
    pub max_event: usize,
    /// Events that have come and were not taken out.
    pub max_queued: usize,
}

/// A value that no request can carry.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum InvalidOption {
    #[error("a URL with user and password: give `headers={{\"Authorization\": …}}` instead")]
    UserInfo,
    #[error("invalid method `{0}`")]
    Method(String),
    #[error("invalid header `{0}`")]
    Header(String),
    #[error("the header `{0}` is set by the client{1}")]
    OwnHeader(String, &'static str),
}

/// Headers that the client sets itself.
const OWN: [(&str, &str); 4] = [
    ("connection", ""),
    ("content-length", ""),
    ("transfer-encoding", ""),
    ("last-event-id", ": give `last_event_id=`"),
];

impl Options {
    pub fn new(
        url: Url,
        tls: Arc<TlsProfile>,
        method: &str,
        given: &[(String, String)],
        body: Bytes,
        ledger: Arc<StreamLedger>,
    ) -> Result<Self, InvalidOption> {
        if url.authority() != url.place() {
            return Err(InvalidOption::UserInfo);
        }
        let method = Method::new(method);
        if !method.is_token() {
            return Err(InvalidOption::Method(method.as_str().to_owned()));
        }
        let headers = headers(given)?;
        Ok(Self {
            asked: StreamRequest {
                url,
                tls,
                method,
                headers: headers.clone(),
                body,
                user_agent: format!("rlocust/{}", env!("CARGO_PKG_VERSION")),
                proxies: None,
                connect_limit: Duration::from_secs(10),
                read_limit: Duration::from_secs(30),
            },
            headers,
            ledger,
            reconnect: 0,
            last_event_id: String::new(),
            retry: Duration::from_secs(3),
            max_event: 1 << 20,
            max_queued: 10_000,
        })
    }

    /// For each address tried and for the handshake, and for each wait for more of the answer.
    pub fn set_limits(&mut self, connect: Duration, read: Duration) {
        (self.asked.connect_limit, self.asked.read_limit) = (connect, read);
    }

    /// One of which may be on the way.
    pub fn set_proxies(&mut self, proxies: Option<Arc<Proxies>>) {
        self.asked.proxies = proxies;
    }

    /// The same request, to go on behind that event.
    pub(super) fn ask_behind(&mut self, last_id: &str) {
        let mut headers = self.headers.clone();
        if !last_id.is_empty() {
            headers.push("Last-Event-ID", last_id);
        }
        self.asked.headers = headers;
    }
}

fn headers(given: &[(String, String)]) -> Result<Headers, InvalidOption> {
    let mut headers = Headers::new();
    for (name, value) in given {
        let known = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| InvalidOption::Header(name.clone()))?;
        if let Some((_, remedy)) = OWN.iter().find(|(own, _)| known == *own) {
            return Err(InvalidOption::OwnHeader(name.clone(), remedy));
        }
        HeaderValue::from_bytes(value.as_bytes())
            .map_err(|_| InvalidOption::Header(format!("{name}: {value}")))?;
        headers.push(name, value);
    }
    if headers.get("accept").is_none() {
        headers.push("Accept", "text/event-stream");
    }
    Ok(headers)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_stats::stats::{Recorder, ResponseTimesCache};

    fn asked(url: &str, method: &str, headers: &[(&str, &str)]) -> Result<Options, InvalidOption> {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let headers: Vec<_> = headers.iter().map(own).collect();
        let ledger = Recorder::new(ResponseTimesCache::Off).stream_ledger(method, "/");
        let url = Url::parse(url).expect("a URL");
        Options::new(
            url,
            TlsProfile::none(),
            method,
            &headers,
            Bytes::new(),
            ledger,
        )
    }

    #[test]
    fn the_script_s_headers_go_out_with_what_a_stream_needs() {
        let mut options = asked("http://h/", "GET", &[("X-A", "1")]).expect("fit to send");
        options.ask_behind("7");
        let sent: Vec<_> = options.asked.headers.iter().collect();
        let expected: [(&[u8], &[u8]); 3] = [
            (b"X-A", b"1"),
            (b"Accept", b"text/event-stream"),
            (b"Last-Event-ID", b"7"),
        ];
        assert_eq!(sent, expected);
        options.ask_behind("");
        assert_eq!(options.asked.headers.len(), 2);
        let own = asked("http://h/", "GET", &[("accept", "*/*")]).expect("fit to send");
        assert_eq!(own.asked.headers.len(), 1);
    }

    #[test]
    fn what_no_request_can_carry_is_refused_by_name() {
        let refused = |url, method, headers: &[_]| {
            let refused = asked(url, method, headers).err();
            refused.map(|error| error.to_string()).expect("refused")
        };
        let header = |name, value| refused("http://h/", "GET", &[(name, value)]);
        assert_eq!(header("a b", "x"), "invalid header `a b`");
        assert_eq!(header("a", "x\ny"), "invalid header `a: x\ny`");
        assert_eq!(
            header("Content-Length", "3"),
            "the header `Content-Length` is set by the client"
        );
        assert_eq!(
            header("Last-Event-ID", "3"),
            "the header `Last-Event-ID` is set by the client: give `last_event_id=`"
        );
        assert_eq!(refused("http://h/", "G T", &[]), "invalid method `G T`");
        assert!(!refused("http://me:secret@h/", "GET", &[]).contains("secret"));
    }
}
