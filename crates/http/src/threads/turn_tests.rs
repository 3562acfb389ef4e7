//! How often an I/O thread asks the network what is ready: a system call each time, and a turn of all that waits.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::sync::mpsc::{Sender, channel};
use std::time::Duration;

use parking_lot::Mutex;

use crate::calls::call::tests::call;
use crate::calls::command::Command;
use crate::calls::reply::Reply;
use crate::calls::sink::Sink;
use crate::sessions::idle::looks;
use crate::sessions::session::SessionOptions;
use crate::types::ticket::Ticket;
use crate::urls::url::Url;
use rlocust_testing::waiting::{DEADLINE, let_pass};

use super::engine::Engine;
use super::options::EngineOptions;

/// Is told how often the I/O thread had looked when a call was answered.
struct Mailbox(Mutex<Sender<u64>>);

impl Sink for Mailbox {
    fn answered(&self, _ticket: Ticket, reply: Box<Reply>) {
        assert_eq!(reply.error, None);
        self.0.lock().send(looks()).ok();
    }
}

/// By then the I/O thread sleeps, unless it has no core: what it would have done before is in the count.
fn let_it_sleep() {
    let_pass(Duration::from_millis(2));
}

/// Answers what comes on one connection.
fn serve() -> SocketAddr {
    let server = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = server.local_addr().expect("an address");
    std::thread::spawn(move || {
        let (mut peer, _) = server.accept().expect("a client");
        while matches!(peer.read(&mut [0; 4096]), Ok(1..)) {
            let_it_sleep();
            let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
            peer.write_all(answer).expect("a reader");
        }
    });
    address
}

const CALLS: u64 = 50;

/// One look finds the call, the next one its answer. A limit that wakes the runtime when it is armed takes a third.
#[test]
fn a_call_with_a_limit_takes_two_looks_at_the_network() {
    let (sender, received) = channel();
    let sink = Arc::new(Mailbox(Mutex::new(sender)));
    let engine = Engine::start(&EngineOptions::default(), sink).expect("an engine");
    let session = engine.session(SessionOptions::default());
    let url = Url::parse(&format!("http://{}/", serve())).expect("a URL");
    let looked: Vec<u64> = (0..=CALLS)
        .map(|_| {
            let mut asked = call();
            (asked.session, asked.url) = (session.clone(), url.clone());
            asked.timeouts.read = Some(Duration::from_mins(1));
            let_it_sleep();
            engine.submit(&mut vec![Command::Call(asked)]);
            received.recv_timeout(DEADLINE).expect("a reply")
        })
        .collect();
    let looks = looked[looked.len() - 1] - looked[0];
    assert!((CALLS..=CALLS * 5 / 2).contains(&looks), "{looks}");
}
