//! Cutting calls, limits of a pool, and the engine's end.

use std::sync::Barrier;
use std::sync::mpsc::channel;
use std::time::Duration;

use rlocust_engine::http::{
    Attempts, Command, CutPhase, Dialect, EngineOptions, HttpError, PoolOptions, SessionOptions,
};

use crate::support::{Client, DEADLINE, RawServer, body, let_pass, wait_until};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

/// A server that reads requests and never answers.
fn silent() -> RawServer {
    RawServer::start(|peer| {
        peer.read_request();
        peer.wait_for_end();
    })
}

#[test]
fn a_cut_call_reports_how_far_it_was() {
    let client = Client::start();
    let server = silent();
    let session = client.session();
    let call = client.call(&session, "GET", &server.url("/"));
    let ticket = call.ticket;
    client.submit(call);
    wait_until("the request arrived", || server.requests().len() == 1);
    client.engine.submit(&mut vec![Command::Abort {
        ticket,
        session: session.clone(),
    }]);
    let reply = client.next_reply();
    assert_eq!(
        reply.error,
        Some(HttpError::Cut {
            phase: CutPhase::Sent
        })
    );
    assert_eq!(
        reply.attempts,
        Attempts {
            cut_after_send: 1,
            ..Attempts::default()
        }
    );
    assert!(reply.unanswered.is_some());
    assert_eq!(session.pool().idle(), 0);
}

#[test]
fn a_call_cut_in_the_answer_says_so() {
    let (said, is_said) = channel();
    let server = RawServer::start(move |peer| {
        peer.read_request();
        peer.send(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 10\r\n\r\n01");
        said.send(()).ok();
        peer.wait_for_end();
    });
    let client = Client::start();
    let session = client.session();
    let call = client.call(&session, "GET", &server.url("/"));
    let ticket = call.ticket;
    client.submit(call);
    is_said.recv_timeout(DEADLINE).expect("half an answer");
    client.look_at_the_network();
    client
        .engine
        .submit(&mut vec![Command::Abort { ticket, session }]);
    let reply = client.next_reply();
    let phase = CutPhase::Answering;
    assert_eq!(reply.error, Some(HttpError::Cut { phase }));
    let attempts = Attempts {
        answered: 1,
        ..Attempts::default()
    };
    assert_eq!(reply.attempts, attempts);
}

#[test]
fn a_cut_in_the_same_batch_finds_the_call() {
    let client = Client::start();
    let server = silent();
    let session = client.session();
    let call = client.call(&session, "GET", &server.url("/"));
    let ticket = call.ticket;
    client.engine.submit(&mut vec![
        Command::Call(call),
        Command::Abort { ticket, session },
    ]);
    let reply = client.next_reply();
    assert_eq!(
        reply.error,
        Some(HttpError::Cut {
            phase: CutPhase::BeforeSend
        })
    );
    assert_eq!(
        reply.attempts,
        Attempts {
            failed_before_send: 1,
            ..Attempts::default()
        }
    );
}

#[test]
fn a_late_cut_is_ignored() {
    let client = Client::start();
    let server = RawServer::always(OK);
    let session = client.session();
    let call = client.call(&session, "GET", &server.url("/"));
    let ticket = call.ticket;
    client.run(call);
    client.engine.submit(&mut vec![Command::Abort {
        ticket,
        session: session.clone(),
    }]);
    assert_eq!(
        body(&client.run(client.call(&session, "GET", &server.url("/")))),
        "ok"
    );
    assert!(client.is_silent());
}

#[test]
fn the_end_of_the_engine_ends_every_call() {
    let client = Client::with(&EngineOptions {
        io_threads: 2,
        ..EngineOptions::default()
    });
    let server = silent();
    for _ in 0..4 {
        client.submit(client.get(&server.url("/")));
    }
    wait_until("the requests arrived", || server.requests().len() == 4);
    client.engine.shutdown();
    for _ in 0..4 {
        assert_eq!(
            client.next_reply().error,
            Some(HttpError::Cut {
                phase: CutPhase::Sent
            })
        );
    }
    let late = client.run(client.get(&server.url("/")));
    assert_eq!(
        late.error,
        Some(HttpError::Cut {
            phase: CutPhase::BeforeSend
        })
    );
}

#[test]
fn a_limited_pool_lets_one_request_in_at_a_time_and_counts_the_waiting() {
    let server = RawServer::start(|peer| {
        while peer.read_request().is_some() {
            let_pass(Duration::from_millis(30));
            peer.send(OK);
        }
    });
    let client = Client::with(&EngineOptions {
        io_threads: 2,
        ..EngineOptions::default()
    });
    let pool = client.engine.pool(PoolOptions {
        limit_per_host: Some(1),
        ..PoolOptions::default()
    });
    for _ in 0..3 {
        let session = client.engine.session(SessionOptions {
            pool: Some(pool.clone()),
            ..SessionOptions::default()
        });
        let mut call = client.call(&session, "GET", &server.url("/"));
        call.dialect = Dialect::Ghc;
        client.submit(call);
    }
    let mut elapsed: Vec<Duration> = (0..3).map(|_| client.next_reply().timing.elapsed).collect();
    elapsed.sort();
    assert_eq!(server.connections(), 1);
    assert!(elapsed[2] >= Duration::from_millis(90), "{elapsed:?}");
}

#[test]
fn an_unlimited_pool_keeps_ten_connections_to_a_host() {
    let all_have_asked = Barrier::new(14);
    let server = RawServer::start(move |peer| {
        while peer.read_request().is_some() {
            all_have_asked.wait();
            peer.send(OK);
        }
    });
    let client = Client::start();
    let session = client.session();
    for _ in 0..14 {
        client.submit(client.call(&session, "GET", &server.url("/")));
    }
    for _ in 0..14 {
        client.next_reply();
    }
    assert_eq!((server.connections(), session.pool().idle()), (14, 10));
}

#[test]
fn fixed_addresses_go_before_the_resolver() {
    let server = RawServer::always(OK);
    let resolve = vec![(
        "shop.example".to_owned(),
        server.address.port(),
        server.address.ip(),
    )];
    let client = Client::with(&EngineOptions {
        resolve,
        ..EngineOptions::default()
    });
    let url = format!("http://shop.example:{}/", server.address.port());
    assert_eq!(body(&client.run(client.get(&url))), "ok");
    assert!(server.requests()[0].contains("Host: shop.example:PORT"));
}

#[test]
fn every_call_is_answered_exactly_once_whatever_is_cut_when() {
    let server = RawServer::start(|peer| {
        while let Some(request) = peer.read_request() {
            // Some answers come at once, some in two pieces, some never.
            match request.len() % 3 {
                0 => peer.send(OK),
                1 => {
                    peer.send(&OK[..20]);
                    peer.send(&OK[20..]);
                }
                _ => return peer.wait_for_end(),
            }
        }
    });
    let client = Client::with(&EngineOptions {
        io_threads: 2,
        ..EngineOptions::default()
    });
    let sessions: Vec<_> = (0..20).map(|_| client.session()).collect();
    let mut open = std::collections::HashSet::new();
    let mut totals = (0, 0);
    for round in 0..15 {
        let mut batch = Vec::new();
        let mut cuts = Vec::new();
        for (index, session) in sessions.iter().enumerate() {
            let padding = "x".repeat((index + round) % 3);
            let call = client.call(session, "GET", &server.url(&format!("/{padding}")));
            open.insert(call.ticket);
            cuts.push(Command::Abort {
                ticket: call.ticket,
                session: session.clone(),
            });
            batch.push(Command::Call(call));
        }
        let before = server.requests().len();
        client.engine.submit(&mut batch);
        wait_until("some have asked", || {
            server.requests().len() >= before + round
        });
        client.engine.submit(&mut cuts);
        for _ in 0..sessions.len() {
            let reply = client.next_reply();
            assert!(
                open.remove(&reply.ticket),
                "answered twice: {:?}",
                reply.ticket
            );
            assert!(
                matches!(reply.error, None | Some(HttpError::Cut { .. })),
                "{:?}",
                reply.error
            );
            totals.0 += reply.attempts.answered;
            totals.1 += reply.attempts.answered + reply.attempts.cut_after_send;
        }
    }
    assert!(open.is_empty() && client.is_silent());
    let seen = server.requests().len() as u32;
    assert!(totals.0 <= seen && seen <= totals.1, "{totals:?} {seen}");
}
