//! HTTP/2 on request: one connection per user, the same replies as over HTTP/1.1, and what a
//! server can do to a stream. The server is `h2`'s own, on a thread with a runtime.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use h2::server::SendResponse;
use h2::{Reason, RecvStream};
use http::{Request, Response};
use rlocust_engine::http::{
    Call, Command, CutPhase, HttpError, PoolOptions, Protocol, Reply, Session, SessionOptions,
    Timeouts, TlsProfile, Verify, Version,
};
use tokio::net::{TcpListener, TcpStream};

use crate::support::{Client, LONG, Peer, RawServer, SHORT, body, response};

type Responder = SendResponse<Bytes>;

struct Server {
    address: SocketAddr,
    connections: Arc<AtomicUsize>,
}

impl Server {
    /// Serves each request of each connection by `serve`, which gets its number.
    fn start(
        serve: impl Fn(usize, Request<RecvStream>, Responder) -> Then + Send + Sync + 'static,
    ) -> Self {
        Self::mute_at_first(0, serve)
    }

    /// The first so many connections are accepted, and then nothing more is heard of them.
    fn mute_at_first(
        mute: usize,
        serve: impl Fn(usize, Request<RecvStream>, Responder) -> Then + Send + Sync + 'static,
    ) -> Self {
        let serve = Arc::new(serve);
        let requests = Arc::new(AtomicUsize::new(0));
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        listener.set_nonblocking(true).expect("nonblocking");
        let connections = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&connections);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .expect("a runtime");
            runtime.block_on(async move {
                let listener = TcpListener::from_std(listener).expect("a listener");
                while let Ok((socket, _)) = listener.accept().await {
                    if seen.fetch_add(1, Ordering::SeqCst) < mute {
                        std::mem::forget(socket);
                        continue;
                    }
                    let (serve, requests) = (Arc::clone(&serve), Arc::clone(&requests));
                    tokio::spawn(async move { serve_connection(socket, &requests, &*serve).await });
                }
            });
        });
        Self {
            address,
            connections,
        }
    }

    fn url(&self, target: &str) -> String {
        format!("http://{}{target}", self.address)
    }

    fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

/// What the server does with the connection after a request.
enum Then {
    GoOn,
    SayGoodbye,
    Vanish,
}

async fn serve_connection(
    socket: TcpStream,
    requests: &AtomicUsize,
    serve: &(impl Fn(usize, Request<RecvStream>, Responder) -> Then + Sync),
) {
    let mut line = h2::server::handshake(socket).await.expect("a client");
    while let Some(Ok((request, responder))) = line.accept().await {
        let number = requests.fetch_add(1, Ordering::SeqCst);
        match serve(number, request, responder) {
            Then::GoOn => {}
            Then::SayGoodbye => line.graceful_shutdown(),
            Then::Vanish => return,
        }
    }
}

fn answer(mut responder: Responder, status: u16, headers: &[(&str, &str)], body: &'static [u8]) {
    let mut head = Response::builder().status(status);
    for (name, value) in headers {
        head = head.header(*name, *value);
    }
    let mut stream = responder
        .send_response(head.body(()).expect("a head"), body.is_empty())
        .expect("a stream");
    if !body.is_empty() {
        stream
            .send_data(Bytes::from_static(body), true)
            .expect("a body");
    }
}

fn session(client: &Client, protocol: Protocol) -> Session {
    client.engine.session(SessionOptions {
        own_pool: PoolOptions {
            protocol,
            ..PoolOptions::default()
        },
        pool: None,
    })
}

#[test]
fn requests_share_a_connection_and_answers_look_like_those_of_http_1() {
    let server = Server::start(|_, request, responder| {
        let seen = format!(
            "{} {} {:?} {:?}",
            request.method(),
            request.uri(),
            request.headers().get("connection"),
            request
                .headers()
                .get("x-own")
                .map(|value| value.to_str().expect("text")),
        );
        let body = Box::leak(seen.into_boxed_str()).as_bytes();
        answer(
            responder,
            404,
            &[("x-one", "1"), ("set-cookie", "a=b")],
            body,
        );
        Then::GoOn
    });
    let client = Client::start();
    let session = session(&client, Protocol::Http2);
    for reused in [false, true] {
        let mut call = client.call(&session, "GET", &server.url("/a/%2e%2e/b?q={1}"));
        call.headers.push("Connection", "keep-alive");
        call.headers.push("X-Own", "yes");
        let reply = client.run(call);
        let hop = response(&reply);
        assert_eq!((hop.status, hop.version), (404, Version::Http2));
        assert_eq!(hop.head.reason(), b"Not Found");
        assert_eq!(hop.head.get("x-one"), Some(&b"1"[..]));
        let expected = format!("GET {} None Some(\"yes\")", server.url("/a/%2e%2e/b?q={1}"));
        assert_eq!(body(&reply), expected);
        assert_eq!(reply.timing.reused, reused);
        assert_eq!(reply.timing.connect.is_none(), reused);
    }
    assert_eq!(server.connections(), 1);
    assert_eq!(session.cookies().iter().count(), 1);
}

/// `packed`, by gzip.
const PACKED: &[u8] = &[
    31, 139, 8, 0, 0, 0, 0, 0, 2, 3, 43, 72, 76, 206, 78, 77, 1, 0, 16, 180, 246, 33, 6, 0, 0, 0,
];

#[test]
fn redirects_cookies_and_encodings_are_the_shared_ones() {
    let server = Server::start(|_, request, responder| {
        if request.uri().path() == "/from" {
            let headers = [("location", "/to"), ("set-cookie", "k=v")];
            answer(responder, 302, &headers, b"");
        } else {
            assert_eq!(request.method(), "GET");
            assert_eq!(request.headers()["cookie"], "k=v");
            answer(responder, 200, &[("content-encoding", "gzip")], PACKED);
        }
        Then::GoOn
    });
    let client = Client::start();
    let session = session(&client, Protocol::Http2);
    let mut call = client.call(&session, "POST", &server.url("/from"));
    call.body = Bytes::from_static(b"a body");
    let reply = client.run(call);
    assert_eq!(reply.hops.len(), 2);
    assert_eq!(reply.attempts.answered, 2);
    assert_eq!(body(&reply), "packed");
    assert_eq!(response(&reply).wire_length, 26);
}

#[test]
fn concurrent_requests_of_a_user_open_one_connection_and_users_have_their_own() {
    let server = Server::start(|_, _, responder| {
        answer(responder, 200, &[], b"ok");
        Then::GoOn
    });
    let client = Client::start();
    for users in 1..3 {
        let session = session(&client, Protocol::Http2);
        for _ in 0..5 {
            client.submit(client.call(&session, "GET", &server.url("/")));
        }
        for _ in 0..5 {
            assert_eq!(body(&client.next_reply()), "ok");
        }
        assert_eq!(server.connections(), users);
    }
}

#[test]
fn a_large_body_passes_in_both_directions() {
    let server = Server::start(|_, request, mut responder| {
        let mut body = request.into_body();
        tokio::spawn(async move {
            let mut length = 0;
            while let Some(Ok(piece)) = body.data().await {
                length += piece.len();
                drop(body.flow_control().release_capacity(piece.len()));
            }
            let mut stream = responder
                .send_response(Response::new(()), false)
                .expect("a stream");
            stream
                .send_data(Bytes::from(vec![b'y'; length]), true)
                .expect("a body");
        });
        Then::GoOn
    });
    let client = Client::start();
    let mut call = client.call(&session(&client, Protocol::Http2), "POST", &server.url("/"));
    call.body = Bytes::from(vec![b'x'; 5_000_000]);
    let reply = client.run(call);
    assert_eq!(response(&reply).body.len(), 5_000_000);
}

#[test]
fn what_the_server_promised_not_to_touch_is_sent_again() {
    let server = Server::start(|number, _, mut responder| {
        if number == 0 {
            responder.send_reset(Reason::REFUSED_STREAM);
        } else {
            answer(responder, 200, &[], b"ok");
        }
        Then::GoOn
    });
    let client = Client::start();
    let call = client.call(&session(&client, Protocol::Http2), "POST", &server.url("/"));
    let reply = client.run(call);
    assert_eq!(body(&reply), "ok");
    assert_eq!(reply.attempts.resent, 1);
}

fn ended_during(reply: &Reply) -> Option<CutPhase> {
    match &reply.error {
        Some(HttpError::Http2 { during, .. }) => Some(*during),
        _ => None,
    }
}

#[test]
fn a_stream_reset_before_its_head_is_a_fault_of_one_request() {
    let server = Server::start(|number, _, mut responder| {
        if number == 0 {
            responder.send_reset(Reason::INTERNAL_ERROR);
        } else {
            answer(responder, 200, &[], b"ok");
        }
        Then::GoOn
    });
    let client = Client::start();
    let session = session(&client, Protocol::Http2);
    let reply = client.run(client.call(&session, "GET", &server.url("/")));
    assert_eq!(ended_during(&reply), Some(CutPhase::Sent));
    assert_eq!(reply.attempts.failed_after_send, 1);
    let reply = client.run(client.call(&session, "GET", &server.url("/")));
    assert_eq!(body(&reply), "ok");
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_stream_reset_inside_its_body_keeps_what_came() {
    let half_sent = Mutex::new(None);
    let server = Server::start(move |_, request, mut responder| {
        let mut half_sent = half_sent.lock().expect("no poison");
        if request.uri().path() == "/half" {
            let mut stream = responder
                .send_response(Response::new(()), false)
                .expect("a stream");
            stream
                .send_data(Bytes::from_static(b"half"), false)
                .expect("half a body");
            *half_sent = Some(stream);
            return Then::GoOn;
        }
        if request.uri().path() == "/reset" {
            half_sent
                .as_mut()
                .expect("a stream")
                .send_reset(Reason::INTERNAL_ERROR);
        }
        answer(responder, 200, &[], b"ok");
        Then::GoOn
    });
    let client = Client::start();
    let session = session(&client, Protocol::Http2);
    client.submit(client.call(&session, "GET", &server.url("/half")));
    // When this is answered, the half that was sent before it has come as well.
    let reply = client.run(client.call(&session, "GET", &server.url("/next")));
    assert_eq!(body(&reply), "ok");
    client.submit(client.call(&session, "GET", &server.url("/reset")));
    let replies = [client.next_reply(), client.next_reply()];
    let broken = replies
        .iter()
        .find(|reply| reply.error.is_some())
        .expect("a fault");
    assert_eq!(ended_during(broken), Some(CutPhase::Answering));
    assert_eq!(broken.hops[0].body, Bytes::from_static(b"half"));
}

#[test]
fn a_lost_connection_is_reported_as_on_http_1() {
    let server = Server::start(|_, _, _| Then::Vanish);
    let client = Client::start();
    let call = client.call(&session(&client, Protocol::Http2), "GET", &server.url("/"));
    let reply = client.run(call);
    assert!(
        matches!(
            reply.error,
            Some(HttpError::ClosedWithoutReply | HttpError::Reset { .. })
        ),
        "{:?}",
        reply.error
    );
}

#[test]
fn after_a_goodbye_the_next_request_takes_a_new_connection() {
    let server = Server::start(|_, _, responder| {
        answer(responder, 200, &[], b"ok");
        Then::SayGoodbye
    });
    let client = Client::start();
    let session = session(&client, Protocol::Http2);
    for _ in 0..3 {
        let reply = client.run(client.call(&session, "POST", &server.url("/")));
        assert_eq!(body(&reply), "ok");
    }
    assert_eq!(server.connections(), 3);
}

fn silent_call(client: &Client, session: &Session, url: &str) -> Box<Call> {
    let mut call = client.call(session, "GET", url);
    call.timeouts = Timeouts {
        connect: None,
        read: Some(SHORT),
    };
    call
}

fn is_late(reply: &Reply) -> bool {
    matches!(
        reply.error,
        Some(HttpError::ReadTimeoutBeforeHeaders { .. })
    )
}

#[test]
fn time_limits_end_a_stream_and_not_a_connection_that_lives() {
    let server = Server::start(|_, request, responder| {
        if request.uri().path() == "/silent" {
            std::mem::forget(responder);
        } else {
            answer(responder, 200, &[], b"ok");
        }
        Then::GoOn
    });
    let client = Client::start();
    let session = session(&client, Protocol::Http2);
    let usual = || client.call(&session, "GET", &server.url("/"));
    client.submit(silent_call(&client, &session, &server.url("/silent")));
    assert_eq!(body(&client.run(usual())), "ok");
    assert!(is_late(&client.next_reply()));
    assert_eq!(body(&client.run(usual())), "ok");
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_connection_that_has_fallen_silent_is_given_up() {
    let server = Server::mute_at_first(1, |_, _, responder| {
        answer(responder, 200, &[], b"ok");
        Then::GoOn
    });
    let client = Client::start();
    let session = session(&client, Protocol::Http2);
    let mut call = silent_call(&client, &session, &server.url("/"));
    assert!(is_late(&client.run(call)));
    call = silent_call(&client, &session, &server.url("/"));
    call.timeouts.read = Some(LONG);
    assert_eq!(body(&client.run(call)), "ok");
    assert_eq!(server.connections(), 2);
}

#[test]
fn a_failure_to_connect_is_shared_by_all_who_have_waited_for_it() {
    // Accepts, and never answers the TLS handshake.
    let server = RawServer::start(Peer::wait_for_end);
    let client = Client::start();
    let session = session(&client, Protocol::Http2);
    let url = server.url("/").replace("http:", "https:");
    let tls = TlsProfile::new(&Verify::Nobody, None).expect("a profile");
    let call = || {
        let mut call = client.call(&session, "GET", &url);
        call.tls = Arc::clone(&tls);
        call.timeouts = Timeouts {
            connect: Some(SHORT),
            read: None,
        };
        call
    };
    for attempts in 1..3 {
        let mut together = [(); 5].map(|()| Command::Call(call())).into();
        client.engine.submit(&mut together);
        for _ in 0..5 {
            let reply = client.next_reply();
            assert!(matches!(
                reply.error,
                Some(HttpError::HandshakeTimeout { .. })
            ));
            assert_eq!(reply.attempts.failed_before_send, 1);
        }
        assert_eq!(server.connections(), attempts);
    }
}

#[test]
fn in_the_clear_both_versions_means_http_1() {
    let server = RawServer::always(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let client = Client::start();
    let call = client.call(&session(&client, Protocol::Best), "GET", &server.url("/"));
    let reply = client.run(call);
    assert_eq!(response(&reply).version, Version::Http11);
}
