//! An I/O thread that stands still in the midst of a call: what came meanwhile is no slower for it. The kernel says when
//! it came; the wait is in the lag.
#![cfg(target_os = "linux")]

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use rlocust_engine::http::{Call, Reply, TlsProfile, Verify};

use crate::http::tls::{Clients, server as tls_server};
use crate::support::{Client, DEADLINE, Peer, RawServer, let_pass, wait_until};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const STANDSTILL: Duration = Duration::from_millis(50);

/// Two who wait for each other, once.
struct Meeting {
    here: (Mutex<Sender<()>>, Mutex<Receiver<()>>),
}

impl Meeting {
    fn new() -> Self {
        let (sender, receiver) = channel();
        Self {
            here: (Mutex::new(sender), Mutex::new(receiver)),
        }
    }

    fn come(&self) {
        self.here.0.lock().expect("no poison").send(()).ok();
    }

    fn wait(&self) {
        let here = self.here.1.lock().expect("no poison");
        here.recv_timeout(DEADLINE).expect("the other one");
    }
}

/// What a server does in the midst of a call: it says that it has been asked, waits, answers and says so.
#[derive(Clone)]
struct Midst(Arc<[Meeting; 3]>);

impl Midst {
    fn new() -> Self {
        Self(Arc::new(std::array::from_fn(|_| Meeting::new())))
    }

    fn asked(&self) {
        self.0[0].come();
        self.0[1].wait();
    }

    fn answered(&self) {
        self.0[2].come();
    }
}

/// The call's reply, where its thread stood still when the midst of it was answered.
fn held_up(midst: &Midst, call: impl Fn(&Client) -> Box<Call>) -> Box<Reply> {
    let go = Arc::new(Meeting::new());
    let gone = Arc::clone(&go);
    let first = RawServer::start(move |peer| {
        peer.read_request();
        gone.wait();
        peer.send(OK);
    });
    let (client, standstill) = Client::that_stands();
    client.submit(client.get(&first.url("/")));
    wait_until("the first is asked", || first.requests().len() == 1);
    let call = call(&client);
    let ticket = call.ticket;
    client.submit(call);
    midst.0[0].wait();
    go.come();
    standstill.wait();
    midst.0[1].come();
    midst.0[2].wait();
    let_pass(STANDSTILL);
    standstill.end();
    let mut replies = [client.next_reply(), client.next_reply()];
    replies.sort_by_key(|reply| reply.ticket != ticket);
    let [reply, _] = replies;
    assert_eq!(reply.error, None);
    reply
}

/// The standstill is in the lag. The kernel begins to stamp a little after it is asked to.
fn await_lag(reply: impl Fn() -> Box<Reply>) {
    wait_until("the standstill is in the lag", || {
        let timing = reply().timing;
        timing.taken_up - timing.submitted >= STANDSTILL
    });
}

#[test]
fn a_redirect_that_lay_unread_has_not_taken_longer() {
    await_lag(|| {
        let midst = Midst::new();
        let own = midst.clone();
        let server = RawServer::start(move |peer| {
            while let Some(request) = peer.read_request() {
                if request.starts_with(b"GET /there") {
                    peer.send(OK);
                } else {
                    own.asked();
                    peer.send(
                        b"HTTP/1.1 302 Found\r\nLocation: /there\r\nContent-Length: 0\r\n\r\n",
                    );
                    own.answered();
                }
            }
        });
        held_up(&midst, |client| client.get(&server.url("/")))
    });
}

/// Passes a handshake on, its first answer when it is time.
fn pass_on(peer: &mut Peer, to: SocketAddr, midst: &Midst) -> std::io::Result<()> {
    let mut space = [0; 16 * 1024];
    let mut server = TcpStream::connect(to)?;
    let count = peer.socket.read(&mut space)?;
    midst.asked();
    server.write_all(&space[..count])?;
    let count = server.read(&mut space)?;
    peer.socket.write_all(&space[..count])?;
    midst.answered();
    let (mut from, mut back) = (peer.socket.try_clone()?, server.try_clone()?);
    std::thread::spawn(move || std::io::copy(&mut from, &mut back));
    std::io::copy(&mut server, &mut peer.socket).map(drop)
}

#[test]
fn a_handshake_that_lay_unread_has_not_taken_longer() {
    let (address, _seen) = tls_server("server", Clients::Anyone);
    await_lag(|| {
        let midst = Midst::new();
        let own = midst.clone();
        let server = RawServer::start(move |peer| drop(pass_on(peer, address, &own)));
        let url = server.url("/").replace("http:", "https:");
        let reply = held_up(&midst, |client| {
            let mut call = client.get(&url);
            call.tls = TlsProfile::new(&Verify::Nobody, None).expect("a profile");
            call
        });
        assert!(reply.timing.tls.is_some());
        reply
    });
}
