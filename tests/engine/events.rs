//! Events for the log: what connections, names, TLS, proxies and redirects report, with which fields, and that no secret
//! is in any of them. The log is one for the process: tests look for the events of their own ports.

use std::sync::{Arc, Mutex, OnceLock};

use bytes::Bytes;
use rlocust_engine::http::{Dialect, Proxies, Proxy, ProxyKind, Reply, Tunnel};
use rlocust_engine::logging::{self, Levels, Queue, Record, TRACE};
use tokio::net::TcpSocket;
use tracing::Level;

use crate::http::tls;
use crate::support::{Client, RawServer, SHORT, body, wait_until};

const DONE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone";
const CANARY: &str = "canary-in-a-coal-mine";

static QUEUE: OnceLock<Arc<Queue>> = OnceLock::new();
static SEEN: Mutex<Vec<Record>> = Mutex::new(Vec::new());

/// From now on every event of this process is kept.
fn listen() {
    QUEUE.get_or_init(|| {
        let queue = Arc::new(Queue::new(usize::MAX / 2, || ()));
        logging::begin(Levels::of_loggers(|_| TRACE), Arc::clone(&queue));
        queue
    });
}

fn seen() -> Vec<Record> {
    let mut seen = SEEN.lock().expect("no poison");
    seen.extend(QUEUE.get().expect("listening").take(usize::MAX));
    seen.clone()
}

/// The first event with that message and that field, waited for.
fn event(message: &str, name: &str, value: &str) -> Record {
    let mut found = None;
    let what = format!("there is `{message}` with {name}={value}");
    wait_until(&what, || {
        let is_it = |each: &Record| each.message == message && field(each, name) == Some(value);
        found = seen().into_iter().find(is_it);
        found.is_some()
    });
    found.expect("waited for")
}

fn field<'a>(record: &'a Record, name: &str) -> Option<&'a str> {
    let found = record.fields.iter().find(|(own, _)| *own == name);
    found.map(|(_, value)| value.as_str())
}

fn milliseconds(record: &Record) -> f64 {
    let text = field(record, "duration_ms").expect("a duration");
    text.parse().expect("a number")
}

#[test]
fn a_connection_is_reported_when_it_opens_and_when_it_closes() {
    listen();
    let server = RawServer::always(DONE);
    let client = Client::start();
    let reply = client.run(client.get(&server.url("/")));
    assert_eq!(body(&reply), "done");
    let opened = event("connected", "peer", &server.address.to_string());
    assert_eq!(opened.target, "rlocust::http::connect");
    assert_eq!(opened.level, Level::DEBUG);
    assert!(milliseconds(&opened) < 20_000.0);
    drop((reply, client));
    let closed = event("closed", "peer", &server.address.to_string());
    assert_eq!(field(&closed, "local"), field(&opened, "local"));
}

#[test]
fn cookies_beyond_a_browsers_limits_are_reported_once() {
    listen();
    let large = "v".repeat(5000);
    let answer = format!("HTTP/1.1 200 OK\r\nContent-Length: 0\r\nSet-Cookie: c={large}\r\n\r\n");
    let server = RawServer::start(move |peer| {
        while peer.read_request().is_some() {
            peer.send(answer.as_bytes());
        }
    });
    let client = Client::start();
    for _ in 0..3 {
        client.run(client.get(&server.url("/")));
    }
    let place = server.address.to_string();
    let of_server = |each: &Record| field(each, "host") == Some(&place);
    let found: Vec<Record> = seen().into_iter().filter(of_server).collect();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].target, "rlocust::http::cookies");
    assert_eq!(found[0].level, Level::WARN);
    assert_eq!(field(&found[0], "limit"), Some("4096"));
    assert!(!format!("{found:?}").contains("vvvv"), "no secret is in it");
}

#[test]
fn a_call_is_reported_at_trace_only() {
    listen();
    let server = RawServer::always(DONE);
    let client = Client::start();
    client.run(client.get(&server.url("/found?page=2")));
    let answered = event("answered", "url", &server.url("/found?…"));
    assert_eq!(answered.level, Level::TRACE);
    assert_eq!(answered.target, "rlocust::http::request");
    let text = |name| field(&answered, name).expect("a field");
    assert_eq!(
        [
            text("method"),
            text("status"),
            text("bytes"),
            text("reused")
        ],
        ["GET", "200", "4", "false"]
    );
    let server = RawServer::start(|peer| drop(peer.read_request()));
    client.run(client.get(&server.url("/lost")));
    let failed = event("failed", "url", &server.url("/lost"));
    assert_eq!(field(&failed, "error"), Some("closed without reply"));
    assert_eq!(failed.level, Level::TRACE);
}

#[test]
fn a_refused_connection_is_reported_with_its_error() {
    listen();
    // Bound and not listening: it refuses, and nobody else can take its port.
    let silent = TcpSocket::new_v4().expect("a socket");
    silent
        .bind("127.0.0.1:0".parse().expect("an address"))
        .expect("a free port");
    let address = silent.local_addr().expect("an address");
    let client = Client::start();
    client.run(client.get(&format!("http://{address}/")));
    let refused = event("cannot connect", "peer", &address.to_string());
    assert_eq!(field(&refused, "error"), Some("cannot connect: errno 111"));
}

#[test]
fn names_are_reported_with_their_addresses_or_the_resolvers_words() {
    listen();
    let server = RawServer::always(DONE);
    let client = Client::start();
    client.run(client.get(&format!("http://localhost:{}/", server.address.port())));
    let found = event("resolved", "host", "localhost");
    let addresses = field(&found, "addresses").expect("addresses");
    assert!(addresses.contains("127.0.0.1"), "{addresses}");
    assert_eq!(found.target, "rlocust::http::dns");
    assert!(milliseconds(&found) >= 0.0);
    client.run(client.get("http://no-such-name.invalid/"));
    let missing = event("cannot resolve", "host", "no-such-name.invalid");
    let error = field(&missing, "error").expect("an error");
    assert!(error.starts_with("cannot resolve host"), "{error}");
}

#[test]
fn a_handshake_is_reported_with_what_was_agreed_on_or_why_not() {
    listen();
    let (address, _seen) = tls::server("server", tls::Clients::Anyone);
    let client = Client::start();
    let url = format!("https://localhost:{}/", address.port());
    tls::get(&client, &tls::trusting("ca.pem"), &url);
    let done = event("handshake done", "host", "localhost");
    assert_eq!(done.target, "rlocust::http::tls");
    assert_eq!(field(&done, "version"), Some("TLSv1_3"));
    assert_eq!(field(&done, "alpn"), Some("none"));
    let (address, _seen) = tls::server("selfsigned", tls::Clients::Anyone);
    tls::get(
        &client,
        &tls::trusting("ca.pem"),
        &format!("https://{address}/"),
    );
    let failed = event("handshake failed", "host", "127.0.0.1");
    assert!(
        field(&failed, "error")
            .expect("an error")
            .starts_with("TLS: ")
    );
    assert!(milliseconds(&failed) >= 0.0);
}

/// The first request goes to `next`, the others are answered.
fn redirecting(next: &str) -> RawServer {
    let next = next.to_owned();
    RawServer::start(move |peer| {
        while let Some(request) = peer.read_request() {
            if request.starts_with(b"GET /start") {
                let head = format!(
                    "HTTP/1.1 302 Found\r\nLocation: {next}\r\nSet-Cookie: session={CANARY}\r\nContent-Length: 0\r\n\r\n"
                );
                peer.send(head.as_bytes());
            } else {
                peer.send(DONE);
            }
        }
    })
}

#[test]
fn a_redirect_is_reported_with_where_from_and_where_to() {
    listen();
    let server = redirecting("/next?token=1");
    let client = Client::start();
    client.run(client.get(&server.url("/start")));
    let followed = event("followed", "from", &server.url("/start"));
    assert_eq!(field(&followed, "to"), Some(server.url("/next?…").as_str()));
    assert_eq!(field(&followed, "status"), Some("302"));
    assert_eq!(
        (followed.level, followed.target),
        (Level::DEBUG, "rlocust::http::redirect")
    );
}

#[test]
fn a_request_that_goes_out_again_is_reported_with_the_fault() {
    listen();
    let server = RawServer::start(|peer| {
        peer.read_request();
        if peer.number > 0 {
            peer.send(DONE);
        }
        peer.wait_for_end();
    });
    let client = Client::start();
    let mut call = client.get(&server.url("/again"));
    (call.dialect, call.max_retries) = (Dialect::Ghc, 1);
    call.timeouts.read = Some(SHORT);
    client.run(call);
    let again = event("sent again", "url", &server.url("/again"));
    assert_eq!(again.level, Level::DEBUG);
    assert!(field(&again, "error").is_some());
}

/// A proxy that lets nobody through.
fn through_proxy(client: &Client, proxy: &RawServer) -> Box<Reply> {
    let authorization = Some(format!("Basic {CANARY}").into_bytes());
    let proxy = Proxy {
        kind: ProxyKind::Http { authorization },
        host: proxy.address.ip().to_string(),
        port: proxy.address.port(),
    };
    let mut call = client.get("https://host.test/");
    call.proxies = Some(Arc::new(Proxies {
        by_key: vec![("all".to_owned(), Arc::new(proxy))],
        tunnel: Tunnel::Http11,
    }));
    client.run(call)
}

#[test]
fn a_proxy_that_refuses_is_reported() {
    listen();
    let proxy = RawServer::always(b"HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    through_proxy(&Client::start(), &proxy);
    let refused = event("leads nowhere", "proxy", &proxy.address.to_string());
    assert_eq!(field(&refused, "host"), Some("host.test"));
    assert!(field(&refused, "error").expect("an error").contains("407"));
}

#[test]
fn no_secret_is_in_any_event() {
    listen();
    let client = Client::start();
    let second = RawServer::always(DONE);
    let elsewhere = format!(
        "http://me:{CANARY}@{}/end?token={CANARY}#{CANARY}",
        second.address
    );
    for next in [
        elsewhere,
        format!("ftp://me:{CANARY}@host/?{CANARY}"),
        format!("http://:{CANARY}/"),
    ] {
        let first = redirecting(&next);
        let url = format!("http://me:{CANARY}@{}/start?key={CANARY}", first.address);
        let mut call = client.get(&url);
        call.headers
            .push("Authorization", format!("Bearer {CANARY}"));
        call.headers.push("Cookie", format!("session={CANARY}"));
        call.body = Bytes::from(CANARY);
        client.run(call);
        let bare = first.url("/start?…");
        wait_until("the call is over", || {
            let is_over = |each: &Record| {
                ["answered", "failed"].contains(&each.message.as_str())
                    && field(each, "url").is_some_and(|url| url == bare || url.contains("/end"))
            };
            seen().iter().any(is_over)
        });
    }
    through_proxy(&client, &RawServer::always(b"HTTP/1.1 403 No\r\n\r\n"));
    event("followed", "to", &second.url("/end?…"));
    for record in seen() {
        assert!(!record.line().contains(CANARY), "{record:?}");
    }
}
