//! Single calls, run as a lane runs them.

use std::io::{self, Read as _, Write as _};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use flate2::Compression;
use flate2::write::GzEncoder;
use parking_lot::Mutex;
use tokio::runtime::Runtime;
use tokio::sync::oneshot;

use crate::calls::call::Call;
use crate::calls::call::tests::call;
use crate::calls::job::Job;
use crate::calls::reply::Reply;
use crate::calls::shared::LaneShared;
use crate::calls::sink::Sink;
use crate::errors::error::HttpError;
use crate::errors::memory_fault::MemoryFault;
use crate::memory::budget::BodyBudget;
use crate::net::dns::Dns;
use crate::types::ticket::Ticket;
use crate::urls::url::Url;
use rlocust_core::clock;
use rlocust_core::helpers::Helpers;
use rlocust_testing::waiting::DEADLINE;

use super::options::EngineOptions;

struct Mailbox(Mutex<Sender<Box<Reply>>>);

impl Sink for Mailbox {
    fn answered(&self, _ticket: Ticket, reply: Box<Reply>) {
        drop(self.0.lock().send(reply));
    }
}

/// What the calls of a lane share, and where their replies arrive.
fn lane(options: &EngineOptions) -> (LaneShared, Receiver<Box<Reply>>) {
    let (sender, replies) = channel();
    let dns = Arc::new(Dns::new(options.dns_ttl, Vec::new()));
    let shared = options.shared(Arc::new(Mailbox(Mutex::new(sender))), dns);
    (shared, replies)
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .expect("a runtime")
}

/// A call that is answered with this body in gzip, no smaller than it was; and word that it has been sent.
fn call_for(body: &[u8]) -> (Box<Call>, oneshot::Receiver<()>) {
    let (answer, until) = channel();
    answer.send(()).expect("it is kept");
    call_answered_after(until, body)
}

/// The same, answered when the test says so.
fn call_answered_after(until: Receiver<()>, body: &[u8]) -> (Box<Call>, oneshot::Receiver<()>) {
    let server = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = server.local_addr().expect("an address");
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    encoder.write_all(body).expect("memory");
    let body = encoder.finish().expect("memory");
    let length = body.len();
    let head =
        format!("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\n\r\n");
    let (said, is_said) = oneshot::channel();
    std::thread::spawn(move || {
        let (mut peer, _) = server.accept().expect("a client");
        let length = peer.read(&mut [0; 4096]).expect("a request");
        assert_ne!(length, 0);
        until.recv_timeout(DEADLINE).expect("the test's word");
        let answer = [head.as_bytes(), &body].concat();
        peer.write_all(&answer).expect("a reader");
        said.send(()).ok();
    });
    let mut asked = call();
    asked.url = Url::parse(&format!("http://{address}/")).expect("a URL");
    (asked, is_said)
}

#[test]
fn a_panic_is_answered_like_everything_else() {
    let (shared, replies) = lane(&EngineOptions::default());
    let job = Job::new(Arc::new(shared), call());
    let task = async move {
        let _job = job;
        panic!("a bug");
    };
    let runtime = runtime();
    assert!(runtime.block_on(runtime.spawn(task)).is_err());
    let reply = replies.try_recv().expect("a reply");
    assert_eq!(
        (reply.ticket, reply.error),
        (Ticket(7), Some(HttpError::Panic))
    );
    assert!(replies.try_recv().is_err());
}

/// A body that is undone to more than all bodies may take, on a machine that grants no thread.
#[test]
fn a_fault_of_decoding_is_not_in_the_time() {
    static BEGUN: OnceLock<Instant> = OnceLock::new();
    let (mut shared, replies) = lane(&EngineOptions::default());
    shared.budget = BodyBudget::new(u64::MAX, 100_000);
    let mut threads = Helpers::new("test", 1);
    threads.start_thread = |_, _| {
        BEGUN.set(clock::instant()).ok();
        Err(io::ErrorKind::WouldBlock.into())
    };
    shared.decoding = Arc::new(threads);
    let (asked, _) = call_for(&vec![0; 65_536]);
    runtime().block_on(Job::new(Arc::new(shared), asked).run());
    let reply = replies.try_recv().expect("a reply");
    let fault = MemoryFault::TooManyAtOnce { limit: 100_000 };
    assert_eq!(reply.error, Some(HttpError::OutOfMemory(fault)));
    assert!(reply.finished <= *BEGUN.get().expect("a large body"));
}

const LIMIT: Duration = Duration::from_mins(1);

/// A lane whose answers may take `LIMIT`.
fn limited() -> (LaneShared, Receiver<Box<Reply>>) {
    lane(&EngineOptions {
        max_response_time: Some(LIMIT),
        ..EngineOptions::default()
    })
}

/// The clock goes on for longer than an answer may take, and whoever has a limit looks at it.
async fn let_the_time_be_over() {
    clock::move_ahead(LIMIT + LIMIT / 4);
    let_limits_strike().await;
}

/// Timers go off in their order, and that of a limit is due earlier.
async fn let_limits_strike() {
    tokio::time::sleep(Duration::from_millis(10)).await;
}

/// By then the lane has read what had come before, and dealt with it.
async fn answer_another(shared: &Arc<LaneShared>, replies: &Receiver<Box<Reply>>) {
    for _ in 0..2 {
        let (mut another, _) = call_for(b"other");
        another.ticket = Ticket(8);
        Job::new(Arc::clone(shared), another).run().await;
        assert_eq!(replies.try_recv().expect("a reply").ticket, Ticket(8));
    }
}

#[test]
fn a_call_that_waits_for_its_turn_to_connect_is_not_too_slow() {
    let (shared, replies) = limited();
    let shared = Arc::new(shared);
    let (answer, until) = channel();
    let (asked, _) = call_answered_after(until, b"mine");
    runtime().block_on(async {
        shared.openings.turn().await;
        let called = tokio::spawn(Job::new(Arc::clone(&shared), asked).run());
        tokio::task::yield_now().await; // it has begun
        let_the_time_be_over().await;
        let turns = Arc::clone(&shared);
        tokio::spawn(async move { turns.openings.give_turns().await });
        let_limits_strike().await;
        answer.send(()).expect("a server");
        called.await.expect("a call");
    });
    assert_eq!(replies.try_recv().expect("a reply").error, None);
}

#[test]
fn a_call_that_waits_for_a_thread_to_decode_is_not_too_slow() {
    let (mut shared, replies) = limited();
    let decoding = Arc::new(Helpers::new("test", 1));
    shared.decoding = Arc::clone(&decoding);
    let shared = Arc::new(shared);
    let (asked, said) = call_for(&vec![0; 65_536]);
    let (free, until) = channel::<()>();
    runtime().block_on(async {
        let busy = tokio::spawn(async move { decoding.run(move || until.recv().is_ok()).await });
        let turns = Arc::clone(&shared);
        tokio::spawn(async move { turns.openings.give_turns().await });
        let called = tokio::spawn(Job::new(Arc::clone(&shared), asked).run());
        said.await.expect("a server");
        answer_another(&shared, &replies).await;
        let_the_time_be_over().await;
        free.send(()).expect("a busy thread");
        assert!(busy.await.expect("a task").expect("a thread"));
        called.await.expect("a call");
    });
    assert_eq!(replies.try_recv().expect("a reply").error, None);
}
