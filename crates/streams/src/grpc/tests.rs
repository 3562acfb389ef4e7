//! Calls against a server of this process, which speaks HTTP/2 and does what each test says.
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::Duration;

use bytes::Bytes;
use h2::server::{Connection, SendResponse};
use h2::{Reason, RecvStream};
use http::{HeaderMap, HeaderValue, Request, Response};
use parking_lot::Mutex;
use socket2::{Domain, Socket, Type};
use tokio::net::{TcpListener, TcpStream};

use rlocust_http::{Engine, EngineOptions, Reply, Sink, Ticket, TlsProfile, Url, Wake};

use super::*;
use rlocust_testing::waiting::DEADLINE;

type Peer = Connection<TcpStream, Bytes>;
type Incoming = (Request<RecvStream>, SendResponse<Bytes>);

struct Nobody;

impl Sink for Nobody {
    fn answered(&self, _: Ticket, _: Box<Reply>) {}
}

struct Notified(Mutex<Sender<Ticket>>);

impl Wake for Notified {
    fn woken(&self, ticket: Ticket) {
        self.0.lock().send(ticket).ok();
    }
}

/// A channel, and who is notified.
struct User {
    channel: Channel,
    method: Arc<Method>,
    engine: Engine,
    wake: Arc<Notified>,
    notified: Receiver<Ticket>,
}

fn unary() -> CallOptions {
    CallOptions {
        metadata: Metadata::default(),
        message: Some(Outgoing::plain(b"asked")),
        is_whole: true,
        answers: Answers::One,
        is_packed: false,
        limit: Some(DEADLINE),
        waits_for_ready: false,
    }
}

fn streaming() -> CallOptions {
    CallOptions {
        message: None,
        is_whole: false,
        answers: Answers::Many,
        ..unary()
    }
}

impl User {
    fn of(address: SocketAddr) -> Self {
        let url = Url::parse(&format!("http://{address}/")).expect("a URL");
        let mut target = Target::new(url, TlsProfile::none());
        target.max_receive = 100_000;
        target.connect_limit = DEADLINE;
        let engine = Engine::start(&EngineOptions::default(), Arc::new(Nobody)).expect("threads");
        let (sender, notified) = channel();
        let method = Arc::new(Method::new(&target, "/a.B/C").expect("a path"));
        Self {
            channel: Channel::new(&engine, target),
            method,
            engine,
            wake: Arc::new(Notified(Mutex::new(sender))),
            notified,
        }
    }

    fn call(&self, asked: CallOptions) -> Rpc {
        let wake = Arc::clone(&self.wake) as Arc<dyn Wake>;
        let (rpc, command) = self.channel.call(&self.method, asked, wake);
        self.engine.submit(&mut vec![command]);
        rpc
    }

    fn wait(&self, rpc: &Rpc, awaited: Awaited) {
        let ticket = Ticket(7);
        if rpc.watch(awaited, ticket) {
            let woken = self.notified.recv_timeout(DEADLINE);
            assert_eq!(woken, Ok(ticket), "{awaited:?}");
        }
    }

    fn end(&self, rpc: &Rpc) -> Ending {
        self.wait(rpc, Awaited::End);
        rpc.end().expect("an end")
    }

    fn status(&self, asked: CallOptions) -> (u8, String) {
        let status = self.end(&self.call(asked)).status;
        (status.code.number(), status.details)
    }
}

/// A server on a thread of its own, which has the listener for as long as the test lasts.
fn listen<F: Future<Output = ()>>(
    serve: impl FnOnce(TcpListener) -> F + Send + 'static,
) -> SocketAddr {
    let server = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = server.local_addr().expect("an address");
    server.set_nonblocking(true).expect("a mode");
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(async {
            serve(TcpListener::from_std(server).expect("a listener")).await;
        });
    });
    address
}

async fn meet(server: &TcpListener) -> Peer {
    let (stream, _) = server.accept().await.expect("a client");
    h2::server::handshake(stream).await.expect("HTTP/2")
}

/// Serves one connection after the other to its end, each call by the same rule.
fn speak(answer: impl Fn(Incoming) + Send + 'static) -> SocketAddr {
    listen(async move |server| {
        loop {
            let mut peer = meet(&server).await;
            while let Some(Ok(incoming)) = peer.accept().await {
                answer(incoming);
            }
        }
    })
}

fn head() -> Response<()> {
    let head = Response::builder().header("content-type", "application/grpc");
    head.header("x", "first").body(()).expect("a head")
}

fn trailers(code: &'static str) -> HeaderMap {
    let mut trailers = HeaderMap::new();
    trailers.insert("grpc-status", HeaderValue::from_static(code));
    trailers.insert("y", HeaderValue::from_static("last"));
    trailers
}

/// Answers with so many messages, and status 0.
fn answered(mut to: SendResponse<Bytes>, messages: &[&[u8]]) {
    let mut stream = to.send_response(head(), false).expect("a head");
    for message in messages {
        let framed = Outgoing::plain(message).framed();
        stream.send_data(framed, false).expect("a message");
    }
    stream.send_trailers(trailers("0")).expect("an end");
}

#[test]
fn a_call_is_answered_and_timed() {
    let user = User::of(speak(|(_, to)| answered(to, &[b"hello"])));
    for _ in 0..2 {
        let rpc = user.call(unary());
        let ending = user.end(&rpc);
        assert_eq!(ending.status.code, Code::OK, "{:?}", ending.status);
        assert_eq!(rpc.take().as_deref(), Some(&b"hello"[..]));
        assert_eq!(ending.received, 5);
        assert!(ending.began < ending.ended);
        let first = |metadata: &Metadata| metadata.pairs().next().map(|(key, _)| key.to_owned());
        assert_eq!(first(&ending.trailing).as_deref(), Some("y"));
        assert_eq!(
            first(&rpc.metadata().expect("a head")).as_deref(),
            Some("x")
        );
    }
}

#[test]
fn the_number_of_messages_is_held_where_there_is_to_be_one() {
    let user = User::of(speak(|(_, to)| answered(to, &[])));
    assert_eq!(
        user.status(unary()),
        (13, "the server sent no message".to_owned())
    );
    let user = User::of(speak(|(_, to)| answered(to, &[b"1", b"2"])));
    let text = "the server sent more than one message";
    assert_eq!(user.status(unary()), (13, text.to_owned()));
}

#[test]
fn a_message_that_is_too_long_ends_its_call() {
    let user = User::of(speak(|(_, to)| answered(to, &[&vec![0; 100_001]])));
    let (code, text) = user.status(unary());
    assert_eq!(code, 8);
    assert!(
        text.contains("100001 bytes") && text.contains("`max_receive_message_length`"),
        "{text}"
    );
}

#[test]
fn a_status_without_messages_may_stand_in_the_head() {
    let user = User::of(speak(|(_, mut to)| {
        let mut head = head();
        head.headers_mut().extend(trailers("5"));
        let text = HeaderValue::from_static("not%20there");
        head.headers_mut().insert("grpc-message", text);
        to.send_response(head, true).expect("a head");
    }));
    assert_eq!(user.status(unary()), (5, "not there".to_owned()));
}

#[test]
fn an_answer_of_another_protocol_says_so() {
    let user = User::of(speak(|(_, mut to)| {
        let head = Response::builder().status(503).body(()).expect("a head");
        to.send_response(head, true).expect("a head");
    }));
    let (code, text) = user.status(unary());
    assert_eq!(code, 14);
    assert!(text.contains("503"), "{text}");
}

#[test]
fn resets_have_the_codes_of_the_protocol() {
    let reasons = [
        (Reason::NO_ERROR, 13),
        (Reason::CANCEL, 1),
        (Reason::ENHANCE_YOUR_CALM, 8),
        (Reason::INADEQUATE_SECURITY, 7),
        (Reason::INTERNAL_ERROR, 13),
    ];
    let left = Mutex::new(reasons.into_iter());
    let address = speak(move |(_, mut to)| {
        let (reason, _) = left.lock().next().expect("a reason");
        to.send_reset(reason);
    });
    let user = User::of(address);
    for (reason, code) in reasons {
        assert_eq!(user.status(unary()).0, code, "{reason:?}");
    }
}

#[test]
fn a_call_that_was_refused_is_sent_once_more_and_only_once() {
    let seen = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&seen);
    let user = User::of(speak(move |(_, mut to)| {
        *counted.lock() += 1;
        if *counted.lock() == 1 {
            to.send_reset(Reason::REFUSED_STREAM);
        } else {
            answered(to, &[b"after all"]);
        }
    }));
    assert_eq!(user.status(unary()).0, 0);
    assert_eq!(*seen.lock(), 2);
    let seen = Arc::new(Mutex::new(0));
    let counted = Arc::clone(&seen);
    let user = User::of(speak(move |(_, mut to)| {
        *counted.lock() += 1;
        to.send_reset(Reason::REFUSED_STREAM);
    }));
    assert_eq!(user.status(unary()).0, 14);
    assert_eq!(*seen.lock(), 2);
}

#[test]
fn a_server_that_says_goodbye_is_met_again_by_the_next_call() {
    let address = listen(async move |server| {
        loop {
            let mut peer = meet(&server).await;
            let incoming = peer.accept().await;
            let (_, to) = incoming.expect("a call").expect("a call");
            answered(to, &[b"one each"]);
            peer.graceful_shutdown();
            while peer.accept().await.is_some() {}
        }
    });
    let user = User::of(address);
    for _ in 0..5 {
        assert_eq!(user.status(unary()).0, 0);
    }
}

#[test]
fn a_connection_that_breaks_is_said_and_replaced() {
    let address = listen(async move |server| {
        let mut peer = meet(&server).await;
        let incoming = peer.accept().await;
        assert!(incoming.is_some_and(|incoming| incoming.is_ok()));
        drop(peer);
        let mut peer = meet(&server).await;
        while let Some(Ok((_, to))) = peer.accept().await {
            answered(to, &[b"again"]);
        }
    });
    let user = User::of(address);
    let (code, text) = user.status(unary());
    assert_eq!(code, 14, "{text}");
    assert_eq!(user.status(unary()).0, 0);
}

/// A port where nobody listens yet, and which nobody else can take.
fn silent_port() -> (Socket, SocketAddr) {
    let socket = Socket::new(Domain::IPV4, Type::STREAM, None).expect("a socket");
    let any: SocketAddr = "127.0.0.1:0".parse().expect("an address");
    socket.bind(&any.into()).expect("a free port");
    let address = socket.local_addr().ok().and_then(|own| own.as_socket());
    (socket, address.expect("bound"))
}

#[test]
fn a_server_that_is_not_there_is_unavailable_or_waited_for() {
    let (server, address) = silent_port();
    let user = User::of(address);
    let refused = (14, "cannot connect: Connection refused".to_owned());
    assert_eq!(user.status(unary()), refused);
    let patient = |limit| CallOptions {
        waits_for_ready: true,
        limit: Some(limit),
        ..unary()
    };
    assert_eq!(user.status(patient(Duration::from_secs(1))).0, 4);
    let rpc = user.call(patient(DEADLINE));
    server.listen(16).expect("a backlog");
    let server = std::net::TcpListener::from(server);
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        runtime.expect("a runtime").block_on(async {
            server.set_nonblocking(true).expect("a mode");
            let server = TcpListener::from_std(server).expect("a listener");
            let mut peer = meet(&server).await;
            while let Some(Ok((_, to))) = peer.accept().await {
                answered(to, &[b"here"]);
            }
        });
    });
    assert_eq!(user.end(&rpc).status.code, Code::OK);
}

/// Never answers; tells by which reason its calls were reset.
fn silent() -> (SocketAddr, Receiver<Option<Reason>>) {
    let (sender, reasons) = channel();
    let address = listen(async move |server| {
        let mut peer = meet(&server).await;
        while let Some(Ok((_, mut to))) = peer.accept().await {
            let sender = sender.clone();
            tokio::spawn(async move {
                let reset = std::future::poll_fn(|task| to.poll_reset(task)).await;
                sender.send(reset.ok()).ok();
            });
        }
    });
    (address, reasons)
}

#[test]
fn a_deadline_holds_and_the_server_learns_of_it() {
    let (address, reasons) = silent();
    let user = User::of(address);
    let limit = Some(Duration::from_secs(1));
    let asked = CallOptions { limit, ..unary() };
    assert_eq!(user.status(asked), (4, "Deadline Exceeded".to_owned()));
    assert_eq!(reasons.recv_timeout(DEADLINE), Ok(Some(Reason::CANCEL)));
}

#[test]
fn a_deadline_that_is_over_tries_nothing() {
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = nobody.local_addr().expect("it has one");
    drop(nobody);
    let user = User::of(address);
    for _ in 0..20 {
        let limit = Some(Duration::ZERO);
        let asked = CallOptions { limit, ..unary() };
        assert_eq!(user.status(asked), (4, "Deadline Exceeded".to_owned()));
    }
}

#[test]
fn who_is_dropped_or_cancelled_resets_its_call() {
    let (address, reasons) = silent();
    let user = User::of(address);
    let rpc = user.call(unary());
    assert!(rpc.end().is_none());
    rpc.cancel();
    assert_eq!(user.end(&rpc).status.code, Code::CANCELLED);
    // The first one may have ended before it was sent.
    let other = user.call(streaming());
    other.post(Outgoing::plain(b"sent"));
    user.wait(&other, Awaited::Sent(1));
    drop(other);
    assert_eq!(reasons.recv_timeout(DEADLINE), Ok(Some(Reason::CANCEL)));
}

#[test]
fn the_end_of_the_channel_or_of_the_threads_ends_every_call() {
    let (address, _reasons) = silent();
    let user = User::of(address);
    let rpc = user.call(unary());
    user.channel.close();
    assert_eq!(user.end(&rpc).status.details, "the channel was closed");
    assert_eq!(
        user.status(unary()),
        (1, "the channel was closed".to_owned())
    );
    let (address, _reasons) = silent();
    let user = User::of(address);
    let rpc = user.call(unary());
    user.engine.shutdown();
    assert_eq!(user.end(&rpc).status.code, Code::CANCELLED);
}

#[test]
fn messages_go_both_ways_and_stay_until_they_are_taken() {
    let address = listen(async move |server| {
        let mut peer = meet(&server).await;
        while let Some(Ok((request, mut to))) = peer.accept().await {
            tokio::spawn(async move {
                let mut stream = to.send_response(head(), false).expect("a head");
                let mut body = request.into_body();
                while let Some(Ok(piece)) = body.data().await {
                    drop(body.flow_control().release_capacity(piece.len()));
                    stream.send_data(piece, false).expect("a message");
                }
                stream.send_trailers(trailers("0")).expect("an end");
            });
        }
    });
    let user = User::of(address);
    let rpc = user.call(streaming());
    user.wait(&rpc, Awaited::Metadata);
    assert!(rpc.metadata().is_some());
    // More than windows and queues hold: it goes on as it is taken.
    let message = vec![7; 90_000];
    let count = 50;
    let mut posted = 0;
    for _ in 0..count {
        posted = rpc.post(Outgoing::plain(&message));
    }
    rpc.finish();
    let mut came = 0;
    while came < count {
        user.wait(&rpc, Awaited::Message);
        while let Some(taken) = rpc.take() {
            assert_eq!(taken, message);
            came += 1;
        }
    }
    assert!(rpc.has_sent(posted));
    let ending = user.end(&rpc);
    assert_eq!(
        (ending.status.code, ending.received),
        (Code::OK, 50 * 90_000)
    );
}
