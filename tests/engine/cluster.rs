//! Two nodes over loopback: what a worker sends is what a master has, also when one of them is away for a while.
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rlocust_engine::clock;
use rlocust_engine::cluster::{
    Address, Client, HeartbeatTimeouts, Incoming, Message, Secret, Server, written_report,
};
use rlocust_engine::model::State;
use rlocust_engine::run::Run;
use rlocust_engine::stats::{Recorder, ResponseTimesCache};

use rlocust_testing::waiting::wait_until;

/// Silence is seen after a second.
const FAST: HeartbeatTimeouts = HeartbeatTimeouts {
    interval: Duration::from_millis(50),
    liveness: 20,
    dead: -5,
};

/// A run that nobody wakes.
pub(super) struct Node {
    pub recorder: Arc<Recorder>,
    run: Run,
}

impl Node {
    pub fn new(cache: ResponseTimesCache) -> Self {
        let recorder = Recorder::new(cache);
        let run = Run::new(Arc::clone(&recorder), || ());
        Self { recorder, run }
    }

    pub fn server(&self, port: u16) -> Server {
        self.server_with(port, None)
    }

    pub fn server_with(&self, port: u16, secret: Option<&str>) -> Server {
        let (recorder, run) = (Arc::clone(&self.recorder), self.run.handle());
        let wake = Arc::new(|| ());
        let secret = secret.map(|secret| Secret::new(secret.as_bytes()));
        let server = Server::start(
            ("127.0.0.1", port),
            secret,
            FAST,
            recorder,
            run,
            wake,
            |_| None,
        );
        let server = server.expect("a port is free");
        server.set_merging(true);
        server
    }

    fn client(&self, port: u16, identity: &str) -> Client {
        self.client_with(port, identity, None)
    }

    pub fn client_with(&self, port: u16, identity: &str, secret: Option<&str>) -> Client {
        let address = Address {
            secret: secret.map(|secret| Secret::new(secret.as_bytes())),
            host: "127.0.0.1".to_owned(),
            port,
            identity: identity.to_owned(),
        };
        let (recorder, run) = (Arc::clone(&self.recorder), self.run.handle());
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(|| ());
        Client::start(address, FAST.liveness, recorder, run, &wake).expect("a socket is made")
    }
}

/// Words for what comes, one at a time, until one is the one that is waited for: what comes behind it stays.
pub(super) fn await_incoming(take: impl Fn() -> Option<Incoming>, wanted: &str) -> Vec<String> {
    let mut heard = Vec::new();
    let mut is_heard = || {
        while let Some(incoming) = take() {
            let word = match incoming {
                Incoming::Frame { frame, from } => {
                    let message = Message::read(&frame).expect("it was read before");
                    format!("{} {from}", message.kind)
                }
                Incoming::Node { kind, about, .. } => format!("{kind} {about}"),
            };
            let is_wanted = word == wanted;
            heard.push(word);
            if is_wanted {
                return true;
            }
        }
        false
    };
    wait_until(&format!("`{wanted}` is heard"), &mut is_heard);
    heard
}

pub(super) fn from_server(server: &Server) -> impl Fn() -> Option<Incoming> {
    || server.inbox().take(1).0.pop()
}

pub(super) fn from_client(client: &Client) -> impl Fn() -> Option<Incoming> {
    || client.inbox().take(1).0.pop()
}

/// Ready, acknowledged, beating; words for what the worker heard up to its acknowledgement.
pub(super) fn join(server: &Server, client: &Client, id: &str) -> Vec<String> {
    client.send("client_ready", "2.47.0".into(), None);
    await_incoming(from_server(server), &format!("client_ready {id}"));
    server.admit(id, 0, "2.47.0");
    server.send("ack", rmpv::Value::Nil, id);
    let heard = await_incoming(from_client(client), "ack master");
    client.begin_beating(FAST.interval, Duration::MAX);
    heard
}

#[test]
fn reports_of_workers_are_the_sums_of_their_master() {
    let (master, workers) = (
        Node::new(ResponseTimesCache::Kept),
        [(); 2].map(|()| Node::new(ResponseTimesCache::Off)),
    );
    let one = Recorder::new(ResponseTimesCache::Kept);
    let server = master.server(0);
    let clients =
        ["h_1", "h_2"].map(|id| workers[usize::from(id == "h_2")].client(server.port(), id));
    for (client, id) in clients.iter().zip(["h_1", "h_2"]) {
        join(&server, client, id);
        client.begin_reporting(Duration::from_millis(20), vec!["U".to_owned()]);
    }
    for number in 1..2_000_u32 {
        let worker = &workers[number as usize % 2].recorder;
        for recorder in [worker, &one] {
            let time = f64::from(number) * 0.731;
            recorder.log_request("GET", &format!("/{}", number % 5), Some(time), 3, None);
            if number % 9 == 0 {
                recorder.log_error("GET", "/", "bad");
            }
        }
    }
    for (client, id) in clients.iter().zip(["h_1", "h_2"]) {
        client.report_now();
        client.send("quit", rmpv::Value::Nil, None);
        await_incoming(from_server(&server), &format!("quit {id}"));
    }
    let (summed, whole) = (master.recorder.snapshot(), one.snapshot());
    assert_eq!(summed.total.num_requests, 1_999);
    assert_eq!(summed.entries.len(), whole.entries.len());
    for (ours, theirs) in summed.sorted().iter().zip(whole.sorted()) {
        assert_eq!(ours.num_failures, theirs.num_failures);
        assert!(ours.exact.rows().eq(theirs.exact.rows()), "{}", ours.name);
        assert_eq!(ours.exact.max_us(), theirs.exact.max_us());
    }
    assert!(summed.total.exact.rows().eq(whole.total.exact.rows()));
    assert!(!summed.total.is_rounded);
    assert_eq!(summed.errors[0].occurrences, whole.errors[0].occurrences);
}

#[test]
fn a_silent_worker_is_missing_then_dead_and_a_heartbeat_heals_it() {
    let (master, worker) = (
        Node::new(ResponseTimesCache::Kept),
        Node::new(ResponseTimesCache::Off),
    );
    let server = master.server(0);
    let client = worker.client(server.port(), "h_1");
    join(&server, &client, "h_1");
    let state = || {
        let run = master.run.handle().state().borrow().clone();
        run.workers.first().and_then(|worker| worker.state)
    };
    wait_until("a heartbeat says ready", || state() == Some(State::Ready));
    client.begin_reporting(Duration::from_mins(1), Vec::new());
    await_incoming(from_server(&server), "stats h_1");
    master.run.states().test_started(clock::unix_seconds());
    worker.recorder.log_request("GET", "/", Some(1.0), 0, None);
    client.set_beating(false);
    await_incoming(from_server(&server), "missing h_1");
    wait_until("it is missing", || state() == Some(State::Missing));
    let lost = || {
        let run = master.run.handle().state().borrow().clone();
        run.losses
            .first()
            .map(|loss| (loss.worker.clone(), loss.until >= loss.from))
    };
    wait_until("it takes figures with it", || {
        lost() == Some(("h_1".to_owned(), true))
    });
    client.set_state("running");
    client.set_beating(true);
    wait_until("it is back", || {
        state() == Some(State::Running) && lost().is_none()
    });
    client.set_beating(false);
    await_incoming(from_server(&server), "missing h_1");
    await_incoming(from_server(&server), "dead h_1");
    server.forget("h_1", true);
    wait_until("it is gone", || state().is_none());
    assert!(lost().is_some(), "and with it what it had not reported");
}

/// Whose figures the master says it lacks, and how many reports of theirs; 0 where they left without one.
fn lost(master: &Node) -> Vec<(String, u64)> {
    let run = master.run.handle().state().borrow().clone();
    let losses = run.losses.iter();
    losses
        .inspect(|loss| assert!(loss.from <= loss.until, "{loss:?}"))
        .map(|loss| (loss.worker.clone(), loss.reports))
        .collect()
}

#[test]
fn what_a_missing_worker_had_not_reported_is_lost_also_after_the_end_of_the_test() {
    let master = Node::new(ResponseTimesCache::Kept);
    let server = master.server(0);
    let workers = ["h_1", "h_2", "h_3"].map(|id| {
        let node = Node::new(ResponseTimesCache::Off);
        let client = node.client(server.port(), id);
        join(&server, &client, id);
        (node, client)
    });
    master.run.states().test_started(clock::unix_seconds());
    workers[0].1.set_beating(false);
    await_incoming(from_server(&server), "missing h_1");
    master
        .run
        .states()
        .set_state(Some(State::Stopped), clock::unix_seconds());
    workers[2].1.report_now();
    await_incoming(from_server(&server), "stats h_3");
    server.forget("h_3", false);
    server.settle();
    let expected = ["h_1", "h_2"].map(|id| (id.to_owned(), 0));
    let mut found = lost(&master);
    found.sort();
    assert_eq!(found, expected, "h_2 has not reported, h_3 has and left");
    server.settle();
    assert_eq!(lost(&master).len(), 2, "they are lost once");
    let late = Node::new(ResponseTimesCache::Off);
    let client = late.client(server.port(), "h_4");
    join(&server, &client, "h_4");
    server.settle();
    assert_eq!(lost(&master).len(), 2, "h_4 had no part in the test");
}

/// One request each, with the number that the recorder has counted to.
fn report_of(node: &Node) -> rmpv::Value {
    node.recorder.log_request("GET", "/", Some(1.0), 0, None);
    rmpv::Value::Map(written_report(&node.recorder.take_report()))
}

#[test]
fn a_report_that_never_came_is_lost_and_one_that_comes_twice_counts_once() {
    let (master, worker) = (
        Node::new(ResponseTimesCache::Kept),
        Node::new(ResponseTimesCache::Off),
    );
    let server = master.server(0);
    let client = worker.client(server.port(), "h_1");
    join(&server, &client, "h_1");
    master.run.states().test_started(clock::unix_seconds());
    let reports: Vec<_> = (0..6).map(|_| report_of(&worker)).collect();
    let requests_after = |numbers: &[usize]| {
        for number in numbers {
            client.send("stats", reports[*number].clone(), None);
        }
        client.send("said", rmpv::Value::Nil, None); // behind them
        await_incoming(from_server(&server), "said h_1");
        master.recorder.snapshot().total.num_requests
    };
    let lost_reports = || {
        let of_silence = |loss: &(String, u64)| loss.1 == 0; // a slow machine may miss it for a while
        let mut losses = lost(&master);
        losses.retain(|loss| !of_silence(loss));
        losses
    };
    let one = |reports: u64| vec![("h_1".to_owned(), reports)];
    assert_eq!(requests_after(&[0, 1, 4]), 3);
    wait_until("two are lost", || lost_reports() == one(2));
    assert_eq!(requests_after(&[4, 0]), 3, "both have come before");
    assert_eq!(requests_after(&[2]), 4);
    wait_until("one of them came late", || lost_reports() == one(1));
    assert_eq!(requests_after(&[5]), 5);
    let restarted = Node::new(ResponseTimesCache::Off);
    join(&server, &client, "h_1");
    client.send("stats", report_of(&restarted), None);
    assert_eq!(requests_after(&[]), 6, "another process counts anew");
    assert_eq!(lost_reports(), one(1));
}

#[test]
fn what_locusts_workers_report_leaves_the_account_open() {
    let (master, worker) = (
        Node::new(ResponseTimesCache::Kept),
        Node::new(ResponseTimesCache::Off),
    );
    let server = master.server(0);
    let client = worker.client(server.port(), "h_1");
    join(&server, &client, "h_1");
    let rmpv::Value::Map(mut report) = report_of(&worker) else {
        panic!("a report is a map");
    };
    report.retain(|(key, _)| key.as_str() != Some("rlocust"));
    assert!(master.recorder.accounting().sees_every_end());
    client.send("stats", rmpv::Value::Map(report), None);
    await_incoming(from_server(&server), "stats h_1");
    let account = master.recorder.accounting();
    assert_eq!((account.ok, account.by_locust_workers), (1, 1));
    assert!(!account.sees_every_end(), "nobody knows what was cut there");
    assert_eq!(account.samples_of_unknown_attempts(), 1);
}

#[test]
fn a_worker_finds_a_master_that_came_back_and_loses_no_sample() {
    let worker = Node::new(ResponseTimesCache::Off);
    let first = Node::new(ResponseTimesCache::Kept);
    let server = first.server(0);
    let port = server.port();
    let client = worker.client(port, "h_1");
    join(&server, &client, "h_1");
    client.begin_reporting(Duration::from_millis(20), Vec::new());
    wait_until("the master is heard", || client.silence() > Duration::ZERO);
    worker.recorder.log_request("GET", "/", Some(1.0), 0, None);
    wait_until("it is reported", || {
        first.recorder.snapshot().total.num_requests == 1
    });
    server.close(Duration::from_secs(1));
    await_incoming(from_client(&client), "silent master");
    worker.recorder.log_request("GET", "/", Some(2.0), 0, None);
    let second = Node::new(ResponseTimesCache::Kept);
    let server = second.server(port);
    // It beats already: the answer to a heartbeat may come before the acknowledgement.
    if !join(&server, &client, "h_1").contains(&"heard master".to_owned()) {
        await_incoming(from_client(&client), "heard master");
    }
    wait_until("the rest is reported", || {
        second.recorder.snapshot().total.num_requests == 1
    });
}

#[test]
fn what_no_master_survives_costs_a_count_and_the_worker_its_connection() {
    let (master, worker) = (
        Node::new(ResponseTimesCache::Kept),
        Node::new(ResponseTimesCache::Off),
    );
    let server = master.server(0);
    let client = worker.client(server.port(), "h_1");
    join(&server, &client, "h_1");
    let wrong = [
        "logs",
        "exception",
        "spawning_complete",
        "stats",
        "locustfile",
    ];
    for (number, kind) in wrong.into_iter().enumerate() {
        client.send(kind, rmpv::Value::Nil, None);
        wait_until("it is counted", || server.malformed() == number as u64 + 1);
    }
    // The connection is a new one, and nothing is forgotten.
    client.send("custom", 1.into(), None);
    await_incoming(from_server(&server), "custom h_1");
    // What is sent into a connection that the worker is about to leave is lost, as with every node of this wire.
    let has_come = || {
        server.send("other", 2.into(), "h_1");
        let taken = client.inbox().take(100).0;
        taken.iter().any(|incoming| match incoming {
            Incoming::Frame { frame, .. } => Message::read(frame).is_ok_and(|m| m.kind == "other"),
            Incoming::Node { .. } => false,
        })
    };
    wait_until("messages come by the new connection", has_come);
}

#[test]
fn a_stranger_that_floods_keeps_nobody_from_joining() {
    let (master, worker) = (
        Node::new(ResponseTimesCache::Kept),
        Node::new(ResponseTimesCache::Off),
    );
    let server = master.server(0);
    let first = worker.client(server.port(), "h_1");
    join(&server, &first, "h_1");
    let stranger = Node::new(ResponseTimesCache::Off);
    let flood = stranger.client(server.port(), "s_1");
    flood.send("client_ready", "x".repeat(2 << 20).into(), None);
    for _ in 0..30_000 {
        flood.send("nonsense", rmpv::Value::Nil, None);
    }
    wait_until("most of it is thrown away", || server.malformed() > 5_000);
    let late = worker.client(server.port(), "h_2");
    late.send("client_ready", "2.47.0".into(), None);
    let heard = await_incoming(from_server(&server), "client_ready h_2");
    assert!(
        !heard.contains(&"client_ready s_1".to_owned()),
        "too long for a stranger"
    );
}

#[test]
fn a_port_that_is_taken_is_an_error_with_its_number() {
    let node = Node::new(ResponseTimesCache::Kept);
    let server = node.server(0);
    let (recorder, run) = (Arc::clone(&node.recorder), node.run.handle());
    let taken = Server::start(
        ("127.0.0.1", server.port()),
        None,
        FAST,
        recorder,
        run,
        Arc::new(|| ()),
        |_| None,
    );
    assert!(taken.err().and_then(|error| error.number()).is_some());
}

#[test]
fn the_script_is_woken_for_what_waits() {
    let node = Node::new(ResponseTimesCache::Kept);
    let woken = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&woken);
    let wake = Arc::new(move || {
        count.fetch_add(1, Ordering::SeqCst);
    });
    let (recorder, run) = (Arc::clone(&node.recorder), node.run.handle());
    let server = Server::start(("::1", 0), None, FAST, recorder, run, wake, |_| None);
    let Ok(server) = server else {
        return; // a machine without IPv6
    };
    let address = Address {
        host: "::1".to_owned(),
        port: server.port(),
        identity: "h_6".to_owned(),
        secret: None,
    };
    let worker = Node::new(ResponseTimesCache::Off);
    let (recorder, run) = (Arc::clone(&worker.recorder), worker.run.handle());
    let silent: Arc<dyn Fn() + Send + Sync> = Arc::new(|| ());
    let client = Client::start(address, 3, recorder, run, &silent).expect("a socket is made");
    client.send("hello", rmpv::Value::Nil, None);
    wait_until("it is woken", || woken.load(Ordering::SeqCst) > 0);
    await_incoming(from_server(&server), "hello h_6");
}
