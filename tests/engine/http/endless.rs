//! Servers that send without end, over both versions of HTTP: that call fails, and calls of others on the same I/O thread
//! are served meanwhile.

use std::time::Duration;

use rlocust_engine::http::{
    Dialect, HttpError, PoolOptions, Protocol, Reply, SessionOptions, Timeouts,
};

use crate::support::{Client, LONG, RawServer, SHORT, body};

/// What a server sends once and then again and again.
#[derive(Clone, Copy)]
struct Endless {
    once: &'static [u8],
    again: &'static [u8],
    /// How long the call waits for bytes.
    limit: Duration,
}

/// The reply to a call of such a server, after another's call on the same thread was served.
fn reply(endless: Endless, dialect: Dialect, protocol: Protocol) -> Box<Reply> {
    let server = RawServer::start(move |peer| {
        let mut request = [0; 4096];
        drop(std::io::Read::read(&mut peer.socket, &mut request));
        send(peer, endless);
    });
    let other = RawServer::always(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nmine");
    let client = Client::start();
    let session = client.engine.session(SessionOptions {
        own_pool: PoolOptions {
            protocol,
            ..PoolOptions::default()
        },
        pool: None,
    });
    let mut call = client.call(&session, "GET", &server.url("/"));
    call.dialect = dialect;
    call.timeouts = Timeouts {
        connect: None,
        read: Some(endless.limit),
    };
    let ticket = call.ticket;
    client.submit(call);
    let mut ended = None;
    for _ in 0..20 {
        client.submit(client.get(&other.url("/")));
        let mut next = client.next_reply();
        if next.ticket == ticket {
            ended = Some(next);
            next = client.next_reply();
        }
        assert_eq!(body(&next), "mine");
    }
    ended.unwrap_or_else(|| client.next_reply())
}

fn send(peer: &mut crate::support::Peer, endless: Endless) {
    use std::io::Write as _;
    let again = endless.again.repeat(1 + 16_384 / endless.again.len());
    let mut sent = peer.socket.write_all(endless.once);
    while sent.is_ok() {
        sent = peer.socket.write_all(&again);
    }
}

fn http1(once: &'static [u8], again: &'static [u8], dialect: Dialect) -> Option<HttpError> {
    let limit = LONG;
    let endless = Endless { once, again, limit };
    reply(endless, dialect, Protocol::Http1).error
}

fn overflow(reason: &str) -> HttpError {
    HttpError::BadHeaders {
        reason: reason.to_owned(),
        code: if reason.starts_with("got") { 0 } else { 24 },
    }
}

fn bad_framing(reason: &str, code: i32) -> HttpError {
    HttpError::BadFraming {
        reason: reason.to_owned(),
        code,
    }
}

#[test]
fn requests_gives_up_what_comes_before_an_answer_and_has_no_end() {
    let of = |once, again| http1(once, again, Dialect::Requests);
    let header = Some(overflow(
        "got more than 65536 bytes when reading header line",
    ));
    assert_eq!(of(b"", b"HTTP/1.1 100 Continue\r\n\r\n"), header);
    assert_eq!(of(b"HTTP/1.1 200 OK\r\nA: ", b"a"), header);
    let status = overflow("got more than 65536 bytes when reading status line");
    assert_eq!(of(b"HTTP/1.1 200 ", b"a"), Some(status));
    let many = overflow("got more than 100 headers");
    assert_eq!(of(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"), Some(many));
}

#[test]
fn geventhttpclient_gives_up_what_comes_before_an_answer_and_has_no_end() {
    let of = |once, again| http1(once, again, Dialect::Ghc);
    let header = Some(overflow("Header overflow"));
    assert_eq!(of(b"", b"HTTP/1.1 103 Early Hints\r\n\r\n"), header);
    assert_eq!(of(b"HTTP/1.1 200 ", b"a"), header);
    assert_eq!(of(b"HTTP/1.1 200 OK\r\n", b"A: b\r\n"), header);
    let chunks = b"HTTP/1.1 199 X\r\nTransfer-Encoding: chunked\r\n\r\n";
    assert_eq!(of(chunks, b"1\r\nx\r\n"), header);
    assert_eq!(of(b"HTTP/1.1 099 X\r\n\r\n", b"x"), header);
}

#[test]
fn size_lines_and_trailers_without_an_end_are_given_up() {
    let head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n";
    let extension = [&head[..], b"1;"].concat().leak();
    let trailers = [&head[..], b"0\r\n"].concat().leak();
    let of = |once, again| http1(once, again, Dialect::Requests);
    let line = |what: &str| {
        let reason = format!("Response chunk {what} line exceeded maximum allowed length");
        Some(bad_framing(&reason, 0))
    };
    assert_eq!(of(extension, b"x"), line("size"));
    assert_eq!(of(trailers, b"T: 1\r\n"), line("trailer"));
    let of = |once, again| http1(once, again, Dialect::Ghc);
    let fault = |reason| Some(bad_framing(reason, 24));
    assert_eq!(of(extension, b"x"), fault("Chunk extensions overflow"));
    assert_eq!(of(trailers, b"T: 1\r\n"), fault("Header overflow"));
}

const SETTINGS: &[u8] = b"\0\0\0\x04\0\0\0\0\0";

/// What comes of a peer that speaks HTTP/2 like this.
fn http2(once: &[u8], again: &'static [u8], limit: Duration) -> Option<HttpError> {
    let once = [SETTINGS, once].concat().leak();
    let endless = Endless { once, again, limit };
    reply(endless, Dialect::Requests, Protocol::Http2).error
}

fn is_http2(error: Option<&HttpError>) -> bool {
    matches!(error, Some(HttpError::Http2 { .. }))
}

#[test]
fn a_hostile_http2_peer_fails_its_own_call_only() {
    // Names without an index, none kept: a header of 2 bytes and its value.
    let continued = b"\0\0\x05\x09\0\0\0\0\x01\0\x01a\x01b";
    let begun = b"\0\0\x01\x01\0\0\0\0\x01\x88";
    let floods: [(&str, &[u8], &'static [u8]); 6] = [
        ("continuations", begun, continued),
        (
            "frames of no kind in a head",
            begun,
            b"\0\0\0\x40\0\0\0\0\x01",
        ),
        ("bytes", b"", b"HTTP/1.1 400 Bad Request\r\n\r\n"),
        ("data before a head", b"", b"\0\0\x01\0\0\0\0\0\x01x"),
        ("frames too large", b"", b"\xff\xff\xff\0\0\0\0\0\x01x"),
        ("pushes", b"", b"\0\0\x05\x05\x04\0\0\0\x01\0\0\0\x02\x88"),
    ];
    for (name, once, again) in floods {
        let error = http2(once, again, LONG);
        assert!(is_http2(error.as_ref()), "{name}: {error:?}");
    }
}

#[test]
fn an_http2_peer_that_only_makes_work_is_cut_off() {
    let floods: [(&str, &'static [u8]); 3] = [
        ("pings", b"\0\0\x08\x06\0\0\0\0\0abcdefgh"),
        ("settings", b"\0\0\0\x04\0\0\0\0\0"),
        ("windows of nobody", b"\0\0\x04\x08\0\0\0\0\0\0\0\0\x01"),
    ];
    for (name, again) in floods {
        let error = http2(b"", again, LONG);
        let is_flood =
            matches!(&error, Some(HttpError::Http2 { reason, .. }) if reason.contains("flood"));
        assert!(is_flood, "{name}: {error:?}");
    }
}

#[test]
fn an_http2_peer_that_only_hints_is_late() {
    let error = http2(b"", b"\0\0\x04\x01\x04\0\0\0\x01\x08\x03103", SHORT);
    let is_late = matches!(error, Some(HttpError::ReadTimeoutBeforeHeaders { .. }));
    assert!(is_late || is_http2(error.as_ref()), "{error:?}");
}
