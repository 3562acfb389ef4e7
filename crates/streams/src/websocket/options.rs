//! What a connection is opened with, checked before anything is sent.
use std::sync::Arc;
use std::time::Duration;

use http::header::{HeaderName, HeaderValue, InvalidHeaderValue};
use http::{HeaderMap, Request, Uri};
use thiserror::Error;
use tokio_tungstenite::tungstenite::handshake::client::generate_key;

use rlocust_http::{Proxies, Scheme, TlsProfile, Url};

/// What a connection is opened with.
pub struct Options {
    pub(super) url: Url,
    pub(super) request: Request<()>,
    pub(super) tls: Arc<TlsProfile>,
    /// One of which may be on the way.
    pub proxies: Option<Arc<Proxies>>,
    /// From the first packet to the server's answer.
    pub connect_limit: Duration,
    /// Bytes in one message that comes.
    pub max_message: usize,
    /// Messages that have come and were not taken out.
    pub max_queued: usize,
}

/// A value that no request can carry.
#[derive(Clone, Debug, Error, Eq, PartialEq)]
pub enum InvalidOption {
    #[error("the URL `{0}` cannot be sent")]
    Url(String),
    #[error(
        "a WebSocket URL with user and password: give `headers={{\"Authorization\": …}}` instead"
    )]
    UserInfo,
    #[error("invalid header `{0}`")]
    Header(String),
    #[error("the header `{0}` is set by the handshake{1}")]
    OwnHeader(String, &'static str),
}

/// Headers that the handshake sets itself, and what to do instead.
const OWN: [(&str, &str); 6] = [
    ("connection", ""),
    ("upgrade", ""),
    ("sec-websocket-key", ""),
    ("sec-websocket-version", ""),
    ("sec-websocket-protocol", ": give `subprotocols=`"),
    // A server that took the offer would send what is not understood here.
    ("sec-websocket-extensions", ", which offers none"),
];

impl Options {
    /// For a URL whose scheme is http or https: ws and wss are the same to the network.
    pub fn new(
        url: Url,
        tls: Arc<TlsProfile>,
        headers: &[(String, String)],
        subprotocols: &[String],
    ) -> Result<Self, InvalidOption> {
        let request = request(&url, headers, subprotocols)?;
        Ok(Self {
            url,
            request,
            tls,
            proxies: None,
            connect_limit: Duration::from_secs(10),
            max_message: 16 << 20,
            max_queued: 1_000,
        })
    }
}

fn request(
    url: &Url,
    headers: &[(String, String)],
    subprotocols: &[String],
) -> Result<Request<()>, InvalidOption> {
    let mut request = Request::new(());
    *request.uri_mut() = uri(url)?;
    let fields = request.headers_mut();
    let host = value("Host", url.place())?;
    fields.insert("Host", host);
    for (name, text) in headers {
        add(fields, name, text)?;
    }
    if !subprotocols.is_empty() {
        let offered = value("Sec-WebSocket-Protocol", &subprotocols.join(", "))?;
        fields.insert("Sec-WebSocket-Protocol", offered);
    }
    fields.insert("Connection", HeaderValue::from_static("Upgrade"));
    fields.insert("Upgrade", HeaderValue::from_static("websocket"));
    fields.insert("Sec-WebSocket-Version", HeaderValue::from_static("13"));
    let key = value("Sec-WebSocket-Key", &generate_key())?;
    fields.insert("Sec-WebSocket-Key", key);
    Ok(request)
}

fn uri(url: &Url) -> Result<Uri, InvalidOption> {
    if url.authority() != url.place() {
        return Err(InvalidOption::UserInfo);
    }
    let scheme = match url.scheme() {
        Scheme::Http => "ws",
        Scheme::Https => "wss",
    };
    let text = format!("{scheme}://{}{}", url.place(), url.wire_target());
    text.parse().map_err(|_| InvalidOption::Url(text))
}

fn add(fields: &mut HeaderMap, name: &str, text: &str) -> Result<(), InvalidOption> {
    let known = HeaderName::from_bytes(name.as_bytes())
        .map_err(|_| InvalidOption::Header(name.to_owned()))?;
    if let Some((_, remedy)) = OWN.iter().find(|(own, _)| known == *own) {
        return Err(InvalidOption::OwnHeader(name.to_owned(), remedy));
    }
    if known == "host" {
        fields.insert(known, value(name, text)?);
    } else {
        fields.append(known, value(name, text)?);
    }
    Ok(())
}

fn value(name: &str, text: &str) -> Result<HeaderValue, InvalidOption> {
    HeaderValue::from_bytes(text.as_bytes())
        .map_err(|_: InvalidHeaderValue| InvalidOption::Header(format!("{name}: {text}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(url: &str, headers: &[(&str, &str)]) -> Result<Options, InvalidOption> {
        let headers: Vec<_> = headers
            .iter()
            .map(|(name, text)| ((*name).to_owned(), (*text).to_owned()))
            .collect();
        let url = Url::parse(url).expect("a URL");
        Options::new(url, TlsProfile::none(), &headers, &["chat".to_owned()])
    }

    #[test]
    fn a_request_has_what_the_script_gave_and_what_the_handshake_needs() {
        let headers = [
            ("Cookie", "a=1"),
            ("Host", "other"),
            ("X-Many", "1"),
            ("X-Many", "2"),
        ];
        let options = asked("http://localhost:81/feed?x=1", &headers).expect("fit to send");
        assert_eq!(options.request.uri(), "ws://localhost:81/feed?x=1");
        let fields = options.request.headers();
        assert_eq!(
            (&fields["cookie"], &fields["host"]),
            (
                &HeaderValue::from_static("a=1"),
                &HeaderValue::from_static("other")
            )
        );
        assert_eq!(fields.get_all("x-many").iter().count(), 2);
        assert_eq!(fields["sec-websocket-protocol"], "chat");
    }

    #[test]
    fn what_no_request_can_carry_is_refused_by_name() {
        let refused = |url, headers: &[_]| asked(url, headers).err().map(|error| error.to_string());
        let said = |text: &str| Some(text.to_owned());
        let url = "http://h/";
        assert_eq!(
            refused(url, &[("Upgrade", "x")]),
            said("the header `Upgrade` is set by the handshake")
        );
        assert_eq!(
            refused(url, &[("Sec-WebSocket-Protocol", "x")]),
            said(
                "the header `Sec-WebSocket-Protocol` is set by the handshake: give `subprotocols=`"
            )
        );
        assert_eq!(
            refused(url, &[("Sec-WebSocket-Extensions", "permessage-deflate")]),
            said(
                "the header `Sec-WebSocket-Extensions` is set by the handshake, which offers none"
            )
        );
        assert_eq!(refused(url, &[("a b", "x")]), said("invalid header `a b`"));
        assert_eq!(
            refused(url, &[("a", "x\ny")]),
            said("invalid header `a: x\ny`")
        );
        assert_eq!(
            refused("http://h/a b", &[]),
            said("the URL `ws://h/a b` cannot be sent")
        );
        assert!(refused("http://me:secret@h/", &[]).is_some_and(|text| !text.contains("secret")));
    }
}
