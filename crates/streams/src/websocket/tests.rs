//! Connections against a server of this process, which does what each test says.
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread::JoinHandle;
use std::time::Duration;

use parking_lot::Mutex;
use tokio_tungstenite::tungstenite::protocol::CloseFrame;
use tokio_tungstenite::tungstenite::{self, Message as Frame};

use rlocust_core::clock;
use rlocust_http::{
    Engine, EngineOptions, Proxies, Proxy, ProxyKind, Reply, SessionOptions, Sink, Ticket,
    TlsProfile, Tunnel, Url, Wake,
};
use rlocust_testing::waiting::{DEADLINE, wait_until};

use super::*;

type Peer = tungstenite::WebSocket<TcpStream>;

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

/// One connection, and who is notified.
struct User {
    engine: Engine,
    socket: WebSocket,
    notified: Receiver<Ticket>,
}

impl User {
    fn of(address: SocketAddr, limits: impl FnOnce(&mut Options)) -> Self {
        let url = Url::parse(&format!("http://{address}/")).expect("a URL");
        let mut options = Options::new(url, TlsProfile::none(), &[], &[]).expect("fit to send");
        options.connect_limit = DEADLINE;
        limits(&mut options);
        let engine = Engine::start(&EngineOptions::default(), Arc::new(Nobody)).expect("threads");
        let (sender, notified) = channel();
        let wake = Arc::new(Notified(Mutex::new(sender)));
        let session = engine.session(SessionOptions::default());
        let socket = WebSocket::open(&engine, session, options, wake);
        Self {
            engine,
            socket,
            notified,
        }
    }

    fn wait(&self, awaited: Awaited) {
        let ticket = Ticket(7);
        if self.socket.watch(awaited, ticket) {
            assert_eq!(
                self.notified.recv_timeout(DEADLINE),
                Ok(ticket),
                "{awaited:?}"
            );
        }
    }

    fn end(&self) -> Fault {
        self.wait(Awaited::End);
        self.socket.end().expect("an end").0
    }

    fn say(&self, text: &str) {
        let count = self.socket.post(Payload::Text(text.to_owned()));
        self.wait(Awaited::Written(count.expect("it is open")));
    }

    fn next(&self) -> Message {
        self.wait(Awaited::Message);
        self.socket.take(clock::instant()).expect("a message")
    }
}

/// A server for one connection.
fn listen(serve: impl FnOnce(TcpStream) + Send + 'static) -> (SocketAddr, JoinHandle<()>) {
    let server = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = server.local_addr().expect("an address");
    let thread = std::thread::spawn(move || serve(server.accept().expect("a client").0));
    (address, thread)
}

/// The same, of this protocol.
fn speak(serve: impl FnOnce(&mut Peer) + Send + 'static) -> (SocketAddr, JoinHandle<()>) {
    listen(|stream| serve(&mut tungstenite::accept(stream).expect("a handshake")))
}

/// Takes frames in until the client is gone; what they were.
fn drain(peer: &mut Peer) -> Vec<Frame> {
    std::iter::from_fn(|| peer.read().ok()).collect()
}

/// A proxy that answers so to each `CONNECT`, and what it was asked.
fn proxy(answer: &'static str) -> (Arc<Proxies>, JoinHandle<String>) {
    let server = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = server.local_addr().expect("an address").port();
    let thread = std::thread::spawn(move || {
        let mut client = server.accept().expect("a client").0;
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            client.read_exact(&mut byte).expect("more of it");
            head.extend(byte);
        }
        client.write_all(answer.as_bytes()).expect("a reader");
        if let Ok(mut peer) = tungstenite::accept(client) {
            drain(&mut peer);
        }
        String::from_utf8(head).expect("text")
    });
    let authorization = Some(b"Basic eA==".to_vec());
    let proxy = Proxy {
        kind: ProxyKind::Http { authorization },
        host: "127.0.0.1".to_owned(),
        port,
    };
    let proxies = Proxies {
        by_key: vec![("http".to_owned(), Arc::new(proxy))],
        tunnel: Tunnel::Http11,
    };
    (Arc::new(proxies), thread)
}

const NOWHERE: ([u8; 4], u16) = ([192, 0, 2, 1], 81);

#[test]
fn a_proxy_is_asked_for_a_tunnel_to_a_server_without_tls_too() {
    let (proxies, asked) = proxy("HTTP/1.1 200 OK\r\n\r\n");
    let user = User::of(NOWHERE.into(), |options| options.proxies = Some(proxies));
    user.wait(Awaited::Opening);
    assert!(user.socket.opened().is_some());
    user.socket.close(1000, String::new());
    user.end();
    let head = "CONNECT 192.0.2.1:81 HTTP/1.1\r\nProxy-Authorization: Basic eA==\r\nHost: 192.0.2.1:81\r\n\r\n";
    assert_eq!(asked.join().expect("a proxy"), head);
}

#[test]
fn a_proxy_that_refuses_is_named() {
    let (proxies, asked) = proxy("HTTP/1.1 407 Who are you\r\n\r\n");
    let user = User::of(NOWHERE.into(), |options| options.proxies = Some(proxies));
    let text = "proxy: tunnel connection failed: HTTP/1.1 407 Who are you";
    assert_eq!(user.end(), Fault::Unreachable(text.to_owned()));
    asked.join().expect("a proxy");
}

#[test]
fn a_message_comes_back_stamped_after_it_was_sent() {
    let (address, server) = speak(|peer| {
        let frame = peer.read().expect("a message");
        peer.send(frame).expect("a reader");
        drain(peer);
    });
    let user = User::of(address, |_| ());
    user.wait(Awaited::Opening);
    assert!(user.socket.opened().is_some());
    user.say("hello");
    let message = user.next();
    assert_eq!(message.payload, Payload::Text("hello".to_owned()));
    let sent = user.socket.last_sent().expect("it was sent");
    assert!(sent <= message.arrived && message.arrived <= clock::instant());
    user.socket.close(1000, String::new());
    let (code, reason) = (1000, String::new());
    assert_eq!(user.end(), Fault::Closed { code, reason });
    server.join().expect("no panic");
}

#[test]
fn what_came_before_is_no_answer() {
    let (address, _) = speak(|peer| {
        peer.send(Frame::text("before")).expect("a reader");
        let frame = peer.read().expect("a message");
        peer.send(frame).expect("a reader");
        drain(peer);
    });
    let user = User::of(address, |_| ());
    user.wait(Awaited::Message);
    user.say("now");
    assert!(!user.next().is_since_post);
    assert!(user.next().is_since_post);
}

#[test]
fn a_message_that_came_too_late_stays() {
    let (address, _) = speak(|peer| {
        peer.send(Frame::text("late")).expect("a reader");
        drain(peer);
    });
    let too_early = clock::instant();
    let user = User::of(address, |_| ());
    user.wait(Awaited::Message);
    assert_eq!(user.socket.take(too_early), None);
    assert_eq!(user.next().payload, Payload::Text("late".to_owned()));
}

#[test]
fn what_came_before_the_end_is_there_after_it() {
    let (address, _) = speak(|peer| {
        peer.send(Frame::text("last words")).expect("a reader");
        let (code, reason) = (4001.into(), "enough".into());
        peer.close(Some(CloseFrame { code, reason }))
            .expect("a reader");
        drain(peer);
    });
    let user = User::of(address, |_| ());
    let (code, reason) = (4001, "enough".to_owned());
    assert_eq!(user.end(), Fault::Closed { code, reason });
    assert_eq!(user.next().payload, Payload::Text("last words".to_owned()));
    assert!(user.socket.post(Payload::Text(String::new())).is_err());
}

#[test]
fn limits_end_a_connection() {
    let (address, _) = speak(|peer| {
        peer.send(Frame::text("12345")).expect("a reader");
        drain(peer);
    });
    let user = User::of(address, |limits| limits.max_message = 4);
    assert_eq!(user.end(), Fault::TooLong { size: 5, limit: 4 });

    let (address, _) = speak(|peer| {
        for text in ["1", "2", "3"] {
            peer.send(Frame::text(text)).expect("a reader");
        }
        drain(peer);
    });
    let user = User::of(address, |limits| limits.max_queued = 2);
    assert_eq!(user.end(), Fault::TooMany { limit: 2 });
    assert_eq!(user.next().payload, Payload::Text("1".to_owned()));
}

#[test]
fn a_ping_is_answered_without_the_user() {
    let (address, server) = speak(|peer| {
        peer.send(Frame::Ping("there?".into())).expect("a reader");
        assert_eq!(peer.read().ok(), Some(Frame::Pong("there?".into())));
    });
    let _user = User::of(address, |_| ());
    server.join().expect("a pong");
}

#[test]
fn a_server_that_pings_and_reads_nothing_loses_its_connection_alone() {
    let (address, server) = speak(|peer| {
        // A ping with 120 bytes, as long as somebody takes them.
        let ping = [&[0x89, 120][..], &[b'x'; 120]].concat().repeat(1000);
        while peer.get_mut().write_all(&ping).is_ok() {}
    });
    let user = User::of(address, |_| {});
    assert_eq!(
        user.end().to_string(),
        Fault::Lost("the server sends pings and reads no answers".to_owned()).to_string()
    );
    server.join().expect("a server");
}

#[test]
fn who_is_dropped_says_goodbye() {
    let (address, server) = speak(|peer| {
        let goodbye = drain(peer).pop();
        let Some(Frame::Close(Some(frame))) = goodbye else {
            panic!("no goodbye: {goodbye:?}");
        };
        assert_eq!(u16::from(frame.code), 1001);
    });
    let User { engine, socket, .. } = User::of(address, |_| ());
    wait_until("it is open", || socket.opened().is_some());
    drop(socket);
    server.join().expect("a goodbye");
    drop(engine);
}

#[test]
fn a_server_that_says_nothing_has_so_long() {
    let (hold, until) = channel::<()>();
    let (address, _) = listen(move |_stream| assert!(until.recv().is_err()));
    let limit = Duration::from_secs(1);
    let user = User::of(address, |limits| limits.connect_limit = limit);
    assert_eq!(user.end(), Fault::TooSlow { limit });
    drop(hold);
}

#[test]
fn a_server_that_does_not_answer_a_goodbye_has_so_long() {
    let (hold, until) = channel::<()>();
    let (address, _) = speak(move |_| assert!(until.recv().is_err()));
    let user = User::of(address, |_| ());
    user.wait(Awaited::Opening);
    user.socket.close(1000, String::new());
    let text = "the server did not answer the close frame within 2 s";
    assert_eq!(user.end(), Fault::Lost(text.to_owned()));
    drop(hold);
}

#[test]
fn the_end_of_the_threads_ends_every_wait() {
    let (hold, until) = channel::<()>();
    let (address, _) = speak(move |_| assert!(until.recv().is_err()));
    let user = User::of(address, |_| ());
    user.wait(Awaited::Opening);
    user.engine.shutdown();
    assert_eq!(user.end(), Fault::GivenUp);
    drop(hold);
}
