//! Nodes with a secret over loopback: who knows it works as ever, nobody else is heard.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;

use rlocust_engine::cluster::{Client, Incoming, Message, Server, written_message};
use rlocust_engine::stats::ResponseTimesCache;
use rmpv::Value;
use zmq::{Context, DONTWAIT, POLLIN, Socket, SocketType};

use super::cluster::{Node, await_incoming, from_client, from_server, join};
use rlocust_testing::waiting::wait_until;

const SECRET: Option<&str> = Some("kanarien7vogel");

fn nodes() -> (Node, Node) {
    (
        Node::new(ResponseTimesCache::Kept),
        Node::new(ResponseTimesCache::Off),
    )
}

/// A worker without the node's code, as Locust's or a stranger's.
fn stranger(port: u16, identity: &str) -> Socket {
    let socket = Context::new().socket(SocketType::DEALER).expect("a socket");
    socket.set_linger(0).expect("an option");
    socket.set_rcvtimeo(30_000).expect("an option");
    socket.set_identity(identity.as_bytes()).expect("a name");
    let address = format!("tcp://127.0.0.1:{port}");
    socket.connect(&address).expect("an address");
    socket
}

/// What the script has of the wire; the node's own words are not.
fn messages(take: impl Fn() -> Option<Incoming>) -> usize {
    std::iter::from_fn(take)
        .filter(|incoming| matches!(incoming, Incoming::Frame { .. }))
        .count()
}

fn assert_works(server: &Server, client: &Client, id: &str) {
    client.send("hello", Value::Nil, None);
    await_incoming(from_server(server), &format!("hello {id}"));
    server.send("hello", Value::Nil, id);
    await_incoming(from_client(client), "hello master");
}

#[test]
fn nodes_of_one_secret_work_as_without() {
    let (master, worker) = nodes();
    let server = master.server_with(0, SECRET);
    let client = worker.client_with(server.port(), "h_1", SECRET);
    join(&server, &client, "h_1");
    client.begin_reporting(Duration::from_millis(20), Vec::new());
    worker.recorder.log_request("GET", "/", Some(1.0), 0, None);
    wait_until("it is reported", || {
        master.recorder.snapshot().total.num_requests == 1
    });
    client.reconnect();
    // What goes into the connection that is left may be lost; what comes by the new one is not refused.
    let is_heard = || {
        client.send("again", Value::Nil, None);
        let taken = from_server(&server)();
        taken
            .iter()
            .any(|incoming| format!("{incoming:?}").contains("h_1"))
    };
    wait_until("it is heard by a new connection", is_heard);
    wait_until("and hears", || {
        server.send("again", Value::Nil, "h_1");
        from_client(&client)().is_some()
    });
    assert_eq!((server.malformed(), client.malformed()), (0, 0));
}

#[test]
fn a_worker_without_the_secret_or_with_another_is_told_so_and_never_heard() {
    let (master, worker) = nodes();
    let server = master.server_with(0, SECRET);
    for (secret, word) in [(None, "wanted"), (Some("other"), "other")] {
        let client = worker.client_with(server.port(), "h_1", secret);
        client.send("client_ready", "2.47.0".into(), None);
        await_incoming(from_client(&client), &format!("refused {word}"));
    }
    let stock = stranger(server.port(), "h_2");
    let ready = written_message("client_ready", "2.47.0".into(), "h_2");
    let before = server.malformed();
    stock.send(ready, 0).expect("it is sent");
    let told = stock.recv_bytes(0).expect("an answer");
    let told = Message::read(&told).expect("a message").kind.to_owned();
    assert_eq!(told, "refused_for_want_of_the_master_secret");
    assert!(server.malformed() > before);
    // Those who know it go on.
    let client = worker.client_with(server.port(), "h_3", SECRET);
    let heard = messages(from_server(&server));
    assert_eq!(heard, 0, "the script hears none of them");
    join(&server, &client, "h_3");
    assert_works(&server, &client, "h_3");
}

#[test]
fn a_worker_with_a_secret_tells_a_master_without_one_nothing() {
    let (master, worker) = nodes();
    let server = master.server(0);
    let client = worker.client_with(server.port(), "h_1", SECRET);
    client.send("client_ready", "2.47.0".into(), None);
    await_incoming(from_client(&client), "refused unasked");
    server.send("ack", Value::Nil, "h_1");
    wait_until("what is not proven is counted", || client.malformed() > 0);
    assert_eq!(messages(from_client(&client)), 0);
    assert_eq!(messages(from_server(&server)), 0);
}

#[test]
fn a_master_that_came_back_is_greeted_anew_and_nothing_is_lost() {
    let (first, worker) = nodes();
    let server = first.server_with(0, SECRET);
    let port = server.port();
    let client = worker.client_with(port, "h_1", SECRET);
    join(&server, &client, "h_1");
    client.begin_reporting(Duration::from_millis(20), Vec::new());
    wait_until("the master is heard", || client.silence() > Duration::ZERO);
    server.close(Duration::from_secs(1));
    await_incoming(from_client(&client), "silent master");
    worker.recorder.log_request("GET", "/", Some(2.0), 0, None);
    let second = Node::new(ResponseTimesCache::Kept);
    let server = second.server_with(port, SECRET);
    if !join(&server, &client, "h_1").contains(&"heard master".to_owned()) {
        await_incoming(from_client(&client), "heard master");
    }
    wait_until("the rest is reported", || {
        second.recorder.snapshot().total.num_requests == 1
    });
}

/// Between a worker and its master: everything arrives, and beside it what an attacker makes of it.
struct Attacker {
    port: u16,
    has_ended: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Attacker {
    fn between(port: u16) -> Self {
        let context = Context::new();
        let near = context.socket(SocketType::ROUTER).expect("a socket");
        near.set_linger(0).expect("an option");
        near.bind("tcp://127.0.0.1:*").expect("a port");
        let bound = near.get_last_endpoint().expect("one").expect("a text");
        let (_, bound) = bound.rsplit_once(':').expect("a port");
        let bound = bound.parse().expect("a number");
        let has_ended = Arc::new(AtomicBool::new(false));
        let until = Arc::clone(&has_ended);
        let thread = std::thread::spawn(move || {
            let far = stranger(port, "h_1");
            while !until.load(Ordering::Acquire) {
                pass_on(&near, &far);
            }
        });
        Self {
            port: bound,
            has_ended,
            thread: Some(thread),
        }
    }
}

impl Drop for Attacker {
    fn drop(&mut self) {
        self.has_ended.store(true, Ordering::Release);
        self.thread.take().map(JoinHandle::join);
    }
}

/// Each frame twice, altered and back to its sender.
fn pass_on(near: &Socket, far: &Socket) {
    let mut items = [near.as_poll_item(POLLIN), far.as_poll_item(POLLIN)];
    zmq::poll(&mut items, 10).expect("two sockets");
    if let Ok(parts) = near.recv_multipart(DONTWAIT) {
        let frame = parts.last().expect("a frame");
        for frame in [frame.clone(), frame.clone(), altered(frame)] {
            far.send(frame, 0).expect("it is sent");
        }
        near.send_multipart([&b"h_1"[..], frame], 0).expect("back");
    }
    if let Ok(frame) = far.recv_bytes(DONTWAIT) {
        for copy in [&frame, &frame, &altered(&frame)] {
            near.send_multipart([&b"h_1"[..], copy], 0)
                .expect("it is sent");
        }
        far.send(frame, 0).expect("back");
    }
}

/// What it carries is another.
fn altered(frame: &[u8]) -> Vec<u8> {
    let mut frame = frame.to_vec();
    let middle = frame.len() / 2;
    frame[middle] ^= 1;
    frame
}

#[test]
fn what_is_sent_again_altered_or_sent_back_is_thrown_away() {
    let (master, worker) = nodes();
    let server = master.server_with(0, SECRET);
    let attacker = Attacker::between(server.port());
    let client = worker.client_with(attacker.port, "h_1", SECRET);
    client.send("client_ready", "2.47.0".into(), None);
    for number in 0..20 {
        client.send("to the master", number.into(), None);
    }
    client.send("last", Value::Nil, None);
    let heard = await_incoming(from_server(&server), "last h_1");
    let heard: Vec<_> = heard
        .iter()
        .filter(|word| !word.starts_with("warning"))
        .collect();
    let expected = ["client_ready h_1"].into_iter();
    let expected = expected.chain([(); 20].map(|()| "to the master h_1"));
    assert_eq!(heard, expected.chain(["last h_1"]).collect::<Vec<_>>());
    for number in 0..20 {
        server.send("to the worker", number.into(), "h_1");
    }
    server.send("last", Value::Nil, "h_1");
    let heard = await_incoming(from_client(&client), "last master");
    let told = heard.iter().filter(|word| *word == "to the worker master");
    assert_eq!(told.count(), 20, "{heard:?}"); // beside it, what a spoilt greeting was answered with
    wait_until("they are counted", || {
        server.malformed() >= 2 * 22 && client.malformed() >= 2 * 21
    });
    assert_eq!(messages(from_client(&client)), 0);
    assert_eq!(messages(from_server(&server)), 0);
}
