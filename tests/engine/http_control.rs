//! Cutting calls, waits, limits of a pool, and the engine's end.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rlocust_engine::clock;
use rlocust_engine::http::{
    Attempts, Command, CutPhase, Dialect, Engine, EngineOptions, HttpError, Outcome, PoolOptions,
    SessionOptions, Sink, Ticket,
};

use crate::support::{Client, Event, RawServer, body, wait_until};

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
        session: Some(session.clone()),
    }]);
    let outcome = client.next_outcome();
    assert_eq!(
        outcome.error,
        Some(HttpError::Cut {
            phase: CutPhase::Sent
        })
    );
    assert_eq!(
        outcome.attempts,
        Attempts {
            cut_after_send: 1,
            ..Attempts::default()
        }
    );
    assert!(outcome.unanswered.is_some());
    assert_eq!(session.pool().idle(), 0);
}

#[test]
fn a_call_cut_in_the_answer_says_so() {
    let server = RawServer::start(|peer| {
        peer.read_request();
        peer.send(b"HTTP/1.1 200 OK\r\nSet-Cookie: a=b\r\nContent-Length: 10\r\n\r\n01");
        peer.wait_for_end();
    });
    let client = Client::start();
    let session = client.session();
    // The second call's cut is taken up after the first's answer has begun, or the loop goes on.
    loop {
        let call = client.call(&session, "GET", &server.url("/"));
        let ticket = call.ticket;
        client.submit(call);
        std::thread::park_timeout(Duration::from_millis(5));
        client.engine.submit(&mut vec![Command::Abort {
            ticket,
            session: Some(session.clone()),
        }]);
        let outcome = client.next_outcome();
        if outcome.error
            == Some(HttpError::Cut {
                phase: CutPhase::Answering,
            })
        {
            assert_eq!(
                outcome.attempts,
                Attempts {
                    answered: 1,
                    ..Attempts::default()
                }
            );
            return;
        }
    }
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
        Command::Abort {
            ticket,
            session: Some(session),
        },
    ]);
    let outcome = client.next_outcome();
    assert_eq!(
        outcome.error,
        Some(HttpError::Cut {
            phase: CutPhase::BeforeSend
        })
    );
    assert_eq!(
        outcome.attempts,
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
        session: Some(session.clone()),
    }]);
    assert_eq!(
        body(&client.run(client.call(&session, "GET", &server.url("/")))),
        "ok"
    );
    assert!(client.is_silent());
}

#[test]
fn waits_end_in_order_and_not_early() {
    for io_threads in [1, 3] {
        let client = Client::with(&EngineOptions {
            io_threads,
            ..EngineOptions::default()
        });
        let start = clock::instant();
        let mut batch: Vec<Command> = [30, 10, 20]
            .into_iter()
            .map(|millis| Command::Wait {
                ticket: Ticket(millis),
                due: start + Duration::from_millis(millis),
            })
            .collect();
        client.engine.submit(&mut batch);
        assert!(batch.is_empty());
        for expected in [10, 20, 30] {
            let Event::Woken(ticket, due) = client.next_event() else {
                panic!("no calls were made")
            };
            assert!(clock::instant() >= due);
            assert_eq!(
                (ticket, due),
                (Ticket(expected), start + Duration::from_millis(expected))
            );
        }
    }
}

#[test]
fn a_wait_in_the_past_is_over_at_once_and_one_for_ever_does_no_harm() {
    let client = Client::start();
    let now = clock::instant();
    let for_ever = now + Duration::from_hours(200 * 365 * 24);
    client.engine.submit(&mut vec![
        Command::Wait {
            ticket: Ticket(1),
            due: for_ever,
        },
        Command::Wait {
            ticket: Ticket(2),
            due: now,
        },
    ]);
    assert!(matches!(client.next_event(), Event::Woken(Ticket(2), _)));
    client.engine.submit(&mut vec![Command::Abort {
        ticket: Ticket(1),
        session: None,
    }]);
    client.engine.submit(&mut vec![Command::Wait {
        ticket: Ticket(3),
        due: now,
    }]);
    assert!(matches!(client.next_event(), Event::Woken(Ticket(3), _)));
    client.engine.shutdown();
    assert!(client.is_silent(), "a forgotten wait is not told");
}

#[test]
fn the_end_of_the_engine_ends_every_call_and_wait() {
    let client = Client::with(&EngineOptions {
        io_threads: 2,
        ..EngineOptions::default()
    });
    let server = silent();
    for _ in 0..4 {
        client.submit(client.get(&server.url("/")));
    }
    let far = clock::instant() + Duration::from_hours(1);
    client.engine.submit(&mut vec![
        Command::Wait {
            ticket: Ticket(900),
            due: far,
        },
        Command::Wait {
            ticket: Ticket(901),
            due: far,
        },
    ]);
    wait_until("the requests arrived", || server.requests().len() == 4);
    client.engine.shutdown();
    let (mut cut, mut woken) = (0, 0);
    for _ in 0..6 {
        match client.next_event() {
            Event::Answered(outcome) => {
                assert_eq!(
                    outcome.error,
                    Some(HttpError::Cut {
                        phase: CutPhase::Sent
                    })
                );
                cut += 1;
            }
            Event::Woken(_, due) => {
                assert_eq!(due, far);
                woken += 1;
            }
        }
    }
    assert_eq!((cut, woken), (4, 2));
    let late = client.run(client.get(&server.url("/")));
    assert_eq!(
        late.error,
        Some(HttpError::Cut {
            phase: CutPhase::BeforeSend
        })
    );
    client.engine.submit(&mut vec![Command::Wait {
        ticket: Ticket(902),
        due: far,
    }]);
    assert!(matches!(client.next_event(), Event::Woken(Ticket(902), _)));
}

#[test]
fn a_limited_pool_lets_one_request_in_at_a_time_and_counts_the_waiting() {
    let server = RawServer::start(|peer| {
        while peer.read_request().is_some() {
            std::thread::park_timeout(Duration::from_millis(30));
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
    let mut elapsed: Vec<Duration> = (0..3)
        .map(|_| client.next_outcome().timing.elapsed)
        .collect();
    elapsed.sort();
    assert_eq!(server.connections(), 1);
    assert!(elapsed[2] >= Duration::from_millis(90), "{elapsed:?}");
}

#[test]
fn an_unlimited_pool_keeps_ten_connections_to_a_host() {
    let server = RawServer::start(|peer| {
        while peer.read_request().is_some() {
            std::thread::park_timeout(Duration::from_millis(50));
            peer.send(OK);
        }
    });
    let client = Client::start();
    let session = client.session();
    for _ in 0..14 {
        client.submit(client.call(&session, "GET", &server.url("/")));
    }
    for _ in 0..14 {
        client.next_outcome();
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
                    std::thread::yield_now();
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
                session: Some(session.clone()),
            });
            batch.push(Command::Call(call));
        }
        client.engine.submit(&mut batch);
        for _ in 0..round {
            std::thread::yield_now();
        }
        client.engine.submit(&mut cuts);
        for _ in 0..sessions.len() {
            let outcome = client.next_outcome();
            assert!(
                open.remove(&outcome.ticket),
                "told twice: {:?}",
                outcome.ticket
            );
            assert!(
                matches!(outcome.error, None | Some(HttpError::Cut { .. })),
                "{:?}",
                outcome.error
            );
            totals.0 += outcome.attempts.answered;
            totals.1 += outcome.attempts.answered + outcome.attempts.cut_after_send;
        }
    }
    assert!(open.is_empty() && client.is_silent());
    let seen = server.requests().len() as u32;
    assert!(totals.0 <= seen && seen <= totals.1, "{totals:?} {seen}");
}

/// A sink with a bug: it panics on the first thing it is told.
struct Faulty {
    is_broken: AtomicBool,
    told: Mutex<Vec<String>>,
}

impl Sink for Faulty {
    fn answered(&self, ticket: Ticket, outcome: Box<Outcome>) {
        let told = format!("answered {} {:?}", ticket.0, outcome.error);
        self.told.lock().expect("no poison").push(told);
    }

    fn woken(&self, ticket: Ticket, _due: Instant) {
        assert!(
            self.is_broken.swap(true, Ordering::SeqCst),
            "a bug in the sink"
        );
        self.told
            .lock()
            .expect("no poison")
            .push(format!("woken {}", ticket.0));
    }

    fn thread_died(&self, message: String) {
        self.told.lock().expect("no poison").push(message);
    }
}

#[test]
fn a_dead_thread_is_told_and_leaves_nobody_waiting() {
    let sink = Arc::new(Faulty {
        is_broken: AtomicBool::new(false),
        told: Mutex::default(),
    });
    let engine = Engine::start(
        &EngineOptions::default(),
        Arc::clone(&sink) as Arc<dyn Sink>,
    )
    .expect("an engine");
    let now = clock::instant();
    engine.submit(&mut vec![
        Command::Wait {
            ticket: Ticket(1),
            due: now + Duration::from_hours(1),
        },
        Command::Wait {
            ticket: Ticket(2),
            due: now,
        },
    ]);
    let told = |expected: &str| {
        sink.told
            .lock()
            .expect("no poison")
            .iter()
            .any(|told| told.contains(expected))
    };
    wait_until("the thread's death was told", || told("a bug in the sink"));
    assert!(told("woken 1"));
    engine.submit(&mut vec![Command::Wait {
        ticket: Ticket(3),
        due: now + Duration::from_hours(1),
    }]);
    assert!(told("woken 3"));
}
