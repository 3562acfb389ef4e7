//! Plain requests: what goes out, what is understood of what comes back, which connection is used.

use std::sync::Mutex;
use std::sync::mpsc::channel;

use bytes::Bytes;
use rlocust_engine::clock;
use rlocust_engine::http::{Attempts, CutPhase, Dialect, Headers, HttpError, Method, Version};

use crate::support::{
    Client, DEADLINE, RawServer, body, let_pass, response, silent_port, wait_until,
};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello";

#[test]
fn an_answer_comes_back_with_its_parts() {
    let server = RawServer::always(
        b"HTTP/1.1 201 Made It\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 5\r\n\r\nhello",
    );
    let client = Client::start();
    let reply = client.run(client.get(&server.url("/a?b=c#frag")));
    let hop = response(&reply);
    assert_eq!(
        (hop.status, hop.version, hop.head.reason()),
        (201, Version::Http11, &b"Made It"[..])
    );
    assert_eq!(hop.head.get_all("X-A").collect::<Vec<_>>(), [b"1", b"2"]);
    assert_eq!((&hop.body[..], hop.wire_length), (&b"hello"[..], 5));
    assert_eq!(hop.sent.url.as_str(), server.url("/a?b=c#frag"));
    assert_eq!(
        reply.attempts,
        Attempts {
            answered: 1,
            ..Attempts::default()
        }
    );
    assert!(reply.timing.elapsed >= hop.elapsed && reply.timing.connect.is_some());
    let sent: Vec<_> = hop
        .sent
        .headers()
        .map(|(name, _)| String::from_utf8_lossy(name).into_owned())
        .collect();
    assert_eq!(sent, ["Host", "User-Agent", "Accept-Encoding"]);
}

#[test]
fn the_target_goes_out_byte_for_byte() {
    let server = RawServer::always(OK);
    let client = Client::start();
    for target in [
        "/c:%252e%252e%255f.../boot.ini",
        "/a/%2e%2e/b",
        "/x?q={\"a\":1}|`<",
        "/c:.....//.....//etc/passwd%23vt/test",
    ] {
        let reply = client.run(client.get(&server.url(target)));
        assert_eq!(body(&reply), "hello");
        let line = server
            .requests()
            .last()
            .expect("a request")
            .lines()
            .next()
            .map(str::to_owned);
        assert_eq!(line, Some(format!("GET {target} HTTP/1.1")));
    }
}

#[test]
fn each_dialect_has_its_order_of_headers() {
    let server = RawServer::always(OK);
    let client = Client::start();
    let mut call = client.get(&server.url("/"));
    call.method = Method::Post;
    call.body = Bytes::from_static(b"ab");
    call.headers.cookies_go_here();
    call.headers.push("Content-Length", "2");
    client.run(call);
    let mut call = client.get(&server.url("/"));
    call.dialect = Dialect::Ghc;
    call.method = Method::Put;
    client.run(call);
    let mut call = client.get(&server.url("/"));
    call.headers = Headers::new();
    call.method = Method::Patch;
    client.run(call);
    assert_eq!(
        server.requests(),
        [
            "POST / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: test\r\nAccept-Encoding: gzip, deflate\r\n\
             Content-Length: 2\r\n\r\nab",
            "PUT / HTTP/1.1\r\nUser-Agent: test\r\nAccept-Encoding: gzip, deflate\r\nHost: 127.0.0.1:PORT\r\n\
             Content-Length: 0\r\n\r\n",
            "PATCH / HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nAccept-Encoding: identity\r\nContent-Length: 0\r\n\
             User-Agent: python-urllib3/2.8.0\r\n\r\n",
        ]
    );
}

#[test]
fn a_large_body_arrives_whole() {
    let server = RawServer::always(OK);
    let client = Client::start();
    let mut call = client.get(&server.url("/"));
    call.method = Method::Put;
    call.body = Bytes::from(vec![b'x'; 3_000_000]);
    assert_eq!(body(&client.run(call)), "hello");
    assert!(server.requests()[0].ends_with("xxx") && server.requests()[0].len() > 3_000_000);
}

/// Below and above what is read at once and what is reserved at once, each on the connection of the one before.
#[test]
fn large_answers_arrive_whole_one_after_the_other() {
    let bytes = |length: usize| (0..length).map(|at| (at / 3) as u8).collect::<Vec<u8>>();
    let server = RawServer::start(move |peer| {
        while let Some(request) = peer.read_request() {
            let request = String::from_utf8_lossy(&request).into_owned();
            let path = request.split(['/', ' ']).nth(2).expect("a path");
            let length = path.parse().expect("a length");
            peer.send(format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n").as_bytes());
            peer.send(&bytes(length));
        }
    });
    let client = Client::start();
    let session = client.session();
    for length in [
        65_000,
        100_000,
        262_144,
        1_000_000,
        999_999,
        5_000_000,
        1 << 20,
        9_000_000,
        70_000,
    ] {
        let reply = client.run(client.call(&session, "GET", &server.url(&format!("/{length}"))));
        assert!(response(&reply).body == bytes(length), "{length}");
        assert_eq!(response(&reply).wire_length, length as u64);
    }
    assert_eq!(server.connections(), 1);
}

#[test]
fn one_connection_is_used_again_and_again() {
    let server = RawServer::always(OK);
    let client = Client::start();
    let session = client.session();
    for round in 0..5 {
        let reply = client.run(client.call(&session, "GET", &server.url("/")));
        assert_eq!(reply.timing.reused, round > 0);
        assert_eq!(reply.timing.connect.is_some(), round == 0);
    }
    assert_eq!((server.connections(), session.pool().idle()), (1, 1));
    session.close_idle();
    client.run(client.call(&session, "GET", &server.url("/")));
    assert_eq!(server.connections(), 2);
}

#[test]
fn a_connection_is_kept_only_if_the_answer_says_so() {
    let cases: [(&[u8], usize); 7] = [
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            2,
        ),
        (b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", 2),
        (
            b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\nConnection: keep-alive\r\n\r\n",
            1,
        ),
        (
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            1,
        ),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 1),
        (
            b"HTTP/1.1 304 Not Modified\r\nContent-Length: 50\r\n\r\n",
            1,
        ),
        // Both clients throw away what they have read beyond an answer.
        (b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabehind", 1),
    ];
    for (answer, connections) in cases {
        let server = RawServer::always(answer);
        let client = Client::start();
        let session = client.session();
        for _ in 0..2 {
            response(&client.run(client.call(&session, "GET", &server.url("/"))));
        }
        assert_eq!(
            server.connections(),
            connections,
            "{}",
            String::from_utf8_lossy(answer)
        );
    }
}

#[test]
fn requests_hands_early_hints_out_and_geventhttpclient_reads_on() {
    let answer = b"HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    for (dialect, expected) in [(Dialect::Requests, 103), (Dialect::Ghc, 200)] {
        let server = RawServer::always(answer);
        let client = Client::start();
        let session = client.session();
        for _ in 0..2 {
            let mut call = client.call(&session, "GET", &server.url("/"));
            call.dialect = dialect;
            assert_eq!(response(&client.run(call)).status, expected);
        }
        assert_eq!(server.connections(), 1);
    }
}

#[test]
fn bodies_end_where_their_framing_says() {
    let cases: [(&'static [u8], &str); 5] = [
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2\r\nde\r\n0\r\nT: x\r\n\r\n", "abcde"),
        (b"HTTP/1.1 200 OK\r\n\r\nuntil the end", "until the end"),
        (b"HTTP/1.0 200 OK\r\n\r\nuntil the end", "until the end"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 100 Go on\r\nLink: x\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", "ok"),
        (b"HTTP/1.1 200 OK\nContent-Length: 2\n\nok", "ok"),
    ];
    for (answer, expected) in cases {
        let server = RawServer::once_and_close(answer);
        let client = Client::start();
        assert_eq!(body(&client.run(client.get(&server.url("/")))), expected);
    }
}

#[test]
fn head_has_no_body_whatever_its_headers_say() {
    let server = RawServer::always(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n");
    let client = Client::start();
    let session = client.session();
    for _ in 0..2 {
        let reply = client.run(client.call(&session, "HEAD", &server.url("/")));
        assert_eq!(body(&reply), "");
    }
    assert_eq!(server.connections(), 1);
}

#[test]
fn an_answer_in_single_bytes_is_understood() {
    let server = RawServer::start(|peer| {
        peer.socket.set_nodelay(true).expect("nodelay");
        while peer.read_request().is_some() {
            for byte in
                b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n"
            {
                peer.send(&[*byte]);
            }
        }
    });
    let client = Client::start();
    let session = client.session();
    for _ in 0..3 {
        assert_eq!(
            body(&client.run(client.call(&session, "GET", &server.url("/")))),
            "hello"
        );
    }
    assert_eq!(server.connections(), 1);
}

#[test]
fn a_connection_that_died_while_idle_is_not_used() {
    for dialect in [Dialect::Requests, Dialect::Ghc] {
        let server = RawServer::once_and_close(OK);
        let client = Client::start();
        let session = client.session();
        for round in 1..=3 {
            let mut call = client.call(&session, "POST", &server.url("/"));
            call.dialect = dialect;
            let reply = client.run(call);
            assert_eq!(body(&reply), "hello");
            assert_eq!(
                reply.attempts,
                Attempts {
                    answered: 1,
                    ..Attempts::default()
                }
            );
            wait_until("the server has closed", || {
                server.connections() == round && !session.pool().has_quiet_connection()
            });
        }
    }
}

/// A server that takes a second request on its first connection and closes without a word.
fn server_that_drops_the_second_request() -> RawServer {
    RawServer::start(|peer| {
        let mut left = if peer.number == 0 { 1 } else { usize::MAX };
        while peer.read_request().is_some() && left > 0 {
            left -= 1;
            peer.send(OK);
        }
    })
}

#[test]
fn geventhttpclient_sends_once_more_after_a_dead_reused_connection() {
    let server = server_that_drops_the_second_request();
    let client = Client::start();
    let session = client.session();
    let send = |method: &str| {
        let mut call = client.call(&session, method, &server.url("/"));
        call.dialect = Dialect::Ghc;
        client.run(call)
    };
    send("GET");
    let reply = send("GET");
    assert_eq!(body(&reply), "hello");
    assert_eq!(
        reply.attempts,
        Attempts {
            answered: 1,
            failed_after_send: 1,
            resent: 1,
            ..Attempts::default()
        }
    );
    assert_eq!(server.requests().len(), 3);
}

#[test]
fn other_requests_are_never_sent_twice() {
    for (dialect, method) in [(Dialect::Ghc, "POST"), (Dialect::Requests, "GET")] {
        let server = server_that_drops_the_second_request();
        let client = Client::start();
        let session = client.session();
        let send = || {
            let mut call = client.call(&session, method, &server.url("/"));
            call.dialect = dialect;
            client.run(call)
        };
        send();
        let reply = send();
        assert_eq!(reply.error, Some(HttpError::ClosedWithoutReply));
        assert_eq!(
            reply.attempts,
            Attempts {
                failed_after_send: 1,
                ..Attempts::default()
            }
        );
        assert!(
            reply
                .unanswered
                .as_ref()
                .is_some_and(|sent| !sent.head.is_empty())
        );
    }
}

#[test]
fn a_fresh_connection_is_tried_once_only() {
    let server = RawServer::start(|peer| drop(peer.read_request()));
    let client = Client::start();
    let mut call = client.get(&server.url("/"));
    call.dialect = Dialect::Ghc;
    let reply = client.run(call);
    assert_eq!(reply.error, Some(HttpError::ClosedWithoutReply));
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_reset_is_reported_with_its_number() {
    let server = RawServer::start(|peer| {
        peer.read_request();
        peer.reset();
    });
    let client = Client::start();
    let reply = client.run(client.get(&server.url("/")));
    assert_eq!(
        reply.error,
        Some(HttpError::Reset {
            errno: 104,
            during: CutPhase::Sent
        })
    );
}

#[test]
fn an_early_answer_to_a_large_upload_is_read() {
    let server = RawServer::start(|peer| {
        peer.send(b"HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        peer.half_close();
        peer.wait_for_end();
    });
    let client = Client::start();
    let mut call = client.get(&server.url("/"));
    call.method = Method::Post;
    call.body = Bytes::from(vec![b'x'; 1_000_000]);
    assert_eq!(response(&client.run(call)).status, 413);
}

#[test]
fn refused_and_unresolved_hosts_are_kept_apart() {
    let client = Client::start();
    let (_own, port) = silent_port();
    let reply = client.run(client.get(&format!("http://{port}/")));
    assert_eq!(reply.error, Some(HttpError::Connect { errno: 111 }));
    assert_eq!(
        reply.attempts,
        Attempts {
            failed_before_send: 1,
            ..Attempts::default()
        }
    );
    assert!(reply.hops.is_empty() && reply.unanswered.is_some_and(|sent| sent.head.is_empty()));
    let reply = client.run(client.get("http://no-such-host.invalid/"));
    assert!(
        matches!(reply.error, Some(HttpError::Resolve { code: -2 | -3, .. })),
        "{:?}",
        reply.error
    );
}

#[test]
fn the_clock_runs_from_taking_up_to_the_last_byte() {
    let pause = std::time::Duration::from_millis(40);
    let ((said, is_said), (read, is_read)) = (channel(), channel());
    let is_read = Mutex::new(is_read);
    let server = RawServer::start(move |peer| {
        peer.read_request();
        let_pass(pause);
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhe");
        said.send(()).ok();
        let is_read = is_read.lock().expect("no poison");
        is_read.recv_timeout(DEADLINE).expect("a reader");
        let_pass(pause);
        peer.send(b"llo");
    });
    let client = Client::start();
    let begun = clock::instant();
    client.submit(client.get(&server.url("/")));
    is_said.recv_timeout(DEADLINE).expect("half an answer");
    client.look_at_the_network();
    read.send(()).expect("a server");
    let reply = client.next_reply();
    let timing = reply.timing;
    let (ttfb, rest) = (
        timing.ttfb.expect("a first byte"),
        timing.body.expect("a last byte"),
    );
    assert!(ttfb >= pause && rest >= pause, "{timing:?}");
    assert!(
        timing.elapsed >= ttfb + rest && timing.last_hop_headers >= ttfb,
        "{timing:?}"
    );
    assert!(timing.taken_up >= timing.submitted && reply.finished >= begun + 2 * pause);
    assert!(timing.last_hop_headers < timing.elapsed && !timing.reused);
}

/// What geventhttpclient makes of two answers to one request, and what comes of the next request.
fn after_two_answers(both: &'static [u8]) -> (Vec<String>, usize) {
    let server = RawServer::start(move |peer| {
        let mut answers = if peer.number == 0 { both } else { OK };
        while peer.read_request().is_some() {
            peer.send(answers);
            answers = OK;
        }
    });
    let client = Client::start();
    let session = client.session();
    let bodies = (0..2).map(|_| {
        let mut call = client.call(&session, "GET", &server.url("/"));
        call.dialect = Dialect::Ghc;
        let reply = client.run(call);
        assert_eq!(reply.error, None);
        body(&reply)
    });
    (bodies.collect(), server.connections())
}

#[test]
fn geventhttpclient_joins_an_answer_that_nobody_asked_for() {
    let (bodies, connections) = after_two_answers(
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nbc",
    );
    assert_eq!(bodies, ["abc", "hello"]);
    assert_eq!(connections, 1);
}

#[test]
fn half_an_answer_that_nobody_asked_for_is_not_left_for_the_next_request() {
    let (bodies, connections) = after_two_answers(
        b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nb",
    );
    assert_eq!(bodies, ["ab", "hello"]);
    assert_eq!(connections, 2);
}
