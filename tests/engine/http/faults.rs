//! Answers that are late, short or no HTTP: which kind of error comes of them, with what data.
//! The expectations were seen with requests 2.34.2 and geventhttpclient 2.6.1 on the same bytes.

use std::collections::HashMap;
use std::io::Read;
use std::time::Duration;

use rlocust_engine::http::{
    Attempts, CutPhase, Dialect, EngineOptions, HttpError, Reply, Timeouts,
};
use socket2::{Domain, Socket, Type};

use crate::support::{Client, RawServer, SHORT, body, let_pass, silent_port, wait_until};

/// What comes of a server that sends these bytes and closes.
fn after(answer: &'static [u8], dialect: Dialect) -> Box<Reply> {
    let server = RawServer::start(move |peer| {
        if peer.read_request().is_some() {
            peer.send(answer);
            peer.half_close();
            peer.wait_for_end();
        }
    });
    let client = Client::start();
    let mut call = client.get(&server.url("/"));
    call.dialect = dialect;
    client.run(call)
}

/// The error, the status and the body of the response.
fn seen(reply: &Reply) -> (Option<HttpError>, u16, String) {
    let hop = reply.response();
    let body = hop.map_or(String::new(), |hop| {
        String::from_utf8_lossy(&hop.body).into_owned()
    });
    (reply.error.clone(), hop.map_or(0, |hop| hop.status), body)
}

fn bad_headers(reason: &str, code: i32) -> HttpError {
    HttpError::BadHeaders {
        reason: reason.to_owned(),
        code,
    }
}

#[test]
fn broken_heads_are_reported_as_by_requests() {
    let line = |line: &str| {
        Some(HttpError::BadStatusLine {
            line: line.as_bytes().to_vec(),
        })
    };
    let cases: [(&'static [u8], Option<HttpError>, u16); 10] = [
        (b"", Some(HttpError::ClosedWithoutReply), 0),
        (b"lkjasd\r\n\r\n", line("lkjasd\r\n"), 0),
        (b"HTT", line("HTT"), 0),
        (b"HTTP/1.1 99 X\r\n\r\n", line("HTTP/1.1 99 X\r\n"), 0),
        (
            b"HTTP/2.0 200 OK\r\n\r\n",
            Some(HttpError::UnknownProtocol {
                version: "HTTP/2.0".to_owned(),
            }),
            0,
        ),
        (b"HTTP/1.1 200", None, 200),
        (b"HTTP/1.1 200 OK\r\nA: b\r\nCont", None, 200),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n",
            Some(HttpError::ShortBody {
                read: 0,
                missing: 10,
            }),
            200,
        ),
        (
            b"HTTP/1.1 100 C\r\n\r\n",
            Some(HttpError::ClosedWithoutReply),
            0,
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
            Some(bad_headers(
                "Content-Length contained multiple unmatching values (1, 2)",
                0,
            )),
            0,
        ),
    ];
    for (answer, error, status) in cases {
        let reply = after(answer, Dialect::Requests);
        assert_eq!(
            seen(&reply),
            (error, status, String::new()),
            "{}",
            String::from_utf8_lossy(answer)
        );
        let answered = u32::from(status != 0);
        let expected = Attempts {
            answered,
            failed_after_send: 1 - answered,
            ..Attempts::default()
        };
        assert_eq!(reply.attempts, expected);
    }
}

#[test]
fn broken_heads_are_reported_as_by_geventhttpclient() {
    let cases: [(&'static [u8], Option<HttpError>); 8] = [
        (b"", Some(HttpError::ClosedWithoutReply)),
        (
            b"\r\n",
            Some(bad_headers(
                "connection closed before end of the headers",
                -1,
            )),
        ),
        (
            b"lkjasd\r\n\r\n",
            Some(bad_headers("Expected HTTP/, RTSP/ or ICE/", 8)),
        ),
        (
            b"not http and no line end",
            Some(bad_headers("Expected HTTP/, RTSP/ or ICE/", 8)),
        ),
        (
            b"HTTP/1.1 200 OK\r\nA: b\r\n",
            Some(HttpError::HeadersCutOff {
                is_incomplete: false,
            }),
        ),
        (
            b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n",
            Some(HttpError::HeadersCutOff {
                is_incomplete: true,
            }),
        ),
        (
            b"HTTP/1.1 100 C\r\n\r\n",
            Some(HttpError::HeadersCutOff {
                is_incomplete: true,
            }),
        ),
        (
            b"HTTP/1.1 200 OK\nContent-Length: 1\n\na",
            Some(bad_headers("Missing expected CR after response line", 25)),
        ),
    ];
    for (answer, error) in cases {
        let reply = after(answer, Dialect::Ghc);
        assert_eq!(
            seen(&reply),
            (error, 0, String::new()),
            "{}",
            String::from_utf8_lossy(answer)
        );
    }
}

#[test]
fn a_short_body_comes_with_what_there_was_of_it() {
    for dialect in [Dialect::Requests, Dialect::Ghc] {
        let reply = after(
            b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789",
            dialect,
        );
        let error = Some(HttpError::ShortBody {
            read: 10,
            missing: 90,
        });
        assert_eq!(seen(&reply), (error, 200, "0123456789".to_owned()));
        assert_eq!(
            reply.attempts,
            Attempts {
                answered: 1,
                ..Attempts::default()
            }
        );
        let reply = after(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n",
            dialect,
        );
        let error = Some(HttpError::TruncatedChunked {
            read: 3,
            piece: None,
        });
        assert_eq!(seen(&reply), (error, 200, "abc".to_owned()));
    }
}

#[test]
fn garbage_between_chunks_is_named() {
    let reply = after(
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\nxyz\r\n",
        Dialect::Requests,
    );
    let error = Some(HttpError::BadChunk {
        line: b"xyz\r\n".to_vec(),
        read: 3,
    });
    assert_eq!(seen(&reply), (error, 200, "abc".to_owned()));
}

#[test]
fn a_reset_inside_the_body_keeps_what_came() {
    let server = RawServer::start(|peer| {
        peer.read_request();
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n0123456789");
        peer.reset();
    });
    let client = Client::start();
    let reply = client.run(client.get(&server.url("/")));
    let error = HttpError::Reset {
        errno: 104,
        during: CutPhase::Answering,
    };
    assert_eq!(seen(&reply), (Some(error), 200, "0123456789".to_owned()));
}

fn timeouts(connect: Option<Duration>, read: Option<Duration>) -> Timeouts {
    Timeouts { connect, read }
}

#[test]
fn silence_before_and_inside_the_answer_is_kept_apart() {
    let server = RawServer::start(|peer| {
        let request = peer.read_request().unwrap_or_default();
        if request.starts_with(b"GET /body") {
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\n01");
        } else if request.starts_with(b"GET /head") {
            peer.send(b"HTTP/1.1 200 OK\r\nConte");
        }
        peer.wait_for_end();
    });
    let client = Client::start();
    let limit = SHORT;
    let before = HttpError::ReadTimeoutBeforeHeaders { limit };
    let inside = HttpError::ReadTimeoutInBody { limit };
    let mut expected = HashMap::new();
    for (target, error, status) in [
        ("/", &before, 0),
        ("/head", &before, 0),
        ("/body", &inside, 200),
    ] {
        let mut call = client.get(&server.url(target));
        call.timeouts = timeouts(None, Some(limit));
        expected.insert(call.ticket, (Some(error), status));
        client.submit(call);
    }
    for _ in 0..3 {
        let reply = client.next_reply();
        let found = (reply.error.as_ref(), seen(&reply).1);
        assert_eq!(found, expected[&reply.ticket]);
        assert!(reply.timing.elapsed >= limit);
    }
}

#[test]
fn clock_a_trickle_is_no_timeout_however_long_it_takes() {
    let server = RawServer::start(|peer| {
        peer.read_request();
        peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 8\r\n\r\n");
        for byte in b"trickled" {
            // Each pause is within the limit, their sum is not.
            let_pass(SHORT / 5);
            peer.send(&[*byte]);
        }
    });
    let client = Client::start();
    let mut call = client.get(&server.url("/"));
    call.timeouts = timeouts(None, Some(SHORT));
    assert_eq!(body(&client.run(call)), "trickled");
}

#[test]
fn a_whole_answer_has_a_limit_where_one_is_given() {
    let server = RawServer::start(|peer| {
        if peer.read_request().is_some() {
            peer.send(b"HTTP/1.1 200 OK\r\n\r\nbegun");
            peer.wait_for_end();
        }
    });
    let limit = SHORT;
    let client = Client::with(&EngineOptions {
        max_response_time: Some(limit),
        ..EngineOptions::default()
    });
    let reply = client.run(client.get(&server.url("/")));
    assert_eq!(reply.error, Some(HttpError::TooSlow { limit }));
    assert!(reply.timing.elapsed >= limit);
    let attempts = Attempts {
        answered: 1,
        ..Attempts::default()
    };
    assert_eq!(reply.attempts, attempts);
}

#[test]
fn connecting_has_its_own_limit() {
    // Connections to a full backlog are neither accepted nor refused.
    let (socket, address) = silent_port();
    socket.listen(0).expect("a backlog");
    let first = std::net::TcpStream::connect(address).expect("there is room for one");
    let others = [(); 3].map(|()| {
        let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
        socket.set_nonblocking(true).expect("a mode");
        socket.connect(&address.into()).ok(); // it goes on without us
        socket
    });
    let client = Client::start();
    let mut call = client.get(&format!("http://{address}/"));
    call.timeouts = timeouts(Some(SHORT), None);
    let reply = client.run(call);
    assert_eq!(
        reply.error,
        Some(HttpError::ConnectTimeout { limit: SHORT })
    );
    assert_eq!(
        reply.attempts,
        Attempts {
            failed_before_send: 1,
            ..Attempts::default()
        }
    );
    drop((first, others));
}

#[test]
fn writing_a_body_has_one_limit_and_not_one_per_piece() {
    let server = RawServer::start(|peer| {
        socket2::SockRef::from(&peer.socket)
            .set_recv_buffer_size(65536)
            .expect("a size");
        let mut space = vec![0; 256 * 1024];
        // Each pause is within the limit, their sum is not.
        let_pass(Duration::from_millis(10));
        while matches!(peer.socket.read(&mut space), Ok(count) if count > 0) {
            let_pass(Duration::from_millis(10));
        }
    });
    let client = Client::start();
    for (dialect, connect, read) in [
        (Dialect::Requests, Some(SHORT), None),
        (Dialect::Ghc, None, Some(SHORT)),
    ] {
        let mut call = client.get(&server.url("/"));
        call.method = rlocust_engine::http::Method::new("POST");
        call.dialect = dialect;
        call.body = vec![b'x'; SLOWLY_READ].into();
        call.timeouts = timeouts(connect, read);
        client.submit(call);
    }
    for _ in 0..2 {
        assert_eq!(client.next_reply().error, Some(HttpError::WriteTimeout));
    }
}

/// More than systems buffer on the way, and than the reader above takes within the limit.
const SLOWLY_READ: usize = 60_000_000;

#[test]
fn geventhttpclients_max_retries_are_for_time_limits() {
    let retries = |method, requests| {
        let server = RawServer::start(|peer| {
            peer.read_request();
            peer.wait_for_end();
        });
        let client = Client::start();
        let mut call = client.get(&server.url("/"));
        call.method = rlocust_engine::http::Method::new(method);
        call.dialect = Dialect::Ghc;
        call.max_retries = 2;
        call.timeouts = timeouts(None, Some(SHORT));
        let reply = client.run(call);
        assert!(matches!(
            reply.error,
            Some(HttpError::ReadTimeoutBeforeHeaders { .. })
        ));
        wait_until("the server has read them", || {
            server.requests().len() >= requests
        });
        assert_eq!(server.requests().len(), requests);
        let resent = requests as u32 - 1;
        let expected = Attempts {
            failed_after_send: requests as u32,
            resent,
            ..Attempts::default()
        };
        assert_eq!(reply.attempts, expected);
    };
    std::thread::scope(|scope| {
        scope.spawn(|| retries("GET", 3));
        scope.spawn(|| retries("POST", 1));
    });
}

#[test]
fn a_body_that_cannot_be_decoded_is_handed_out_raw() {
    let reply = after(
        b"HTTP/1.1 200 OK\r\nContent-Length: 15\r\nContent-Encoding: gzip\r\n\r\nnot gzip at all",
        Dialect::Requests,
    );
    let error = HttpError::Decode {
        encoding: "gzip".to_owned(),
        failed: "gzip".to_owned(),
        detail: "Error -3 while decompressing data: incorrect header check".to_owned(),
    };
    assert_eq!(
        seen(&reply),
        (Some(error), 200, "not gzip at all".to_owned())
    );
}

#[test]
fn a_call_that_asks_for_no_decoding_gets_none() {
    let server = RawServer::always(
        b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Encoding: gzip\r\n\r\nbody",
    );
    let client = Client::start();
    let mut call = client.get(&server.url("/"));
    call.decode = false;
    assert_eq!(body(&client.run(call)), "body");
}
