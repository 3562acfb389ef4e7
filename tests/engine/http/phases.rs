//! What an exchange spent its time on: phases of connections are summed over the hops, and do not
//! occur where a connection was there already.

use std::collections::VecDeque;

use rlocust_engine::clock;
use rlocust_engine::model::Phases;

use crate::support::{Client, DEADLINE, RawServer, response, silent_port, wait_until};

fn phases(client: &Client, session: &rlocust_engine::http::Session, url: &str) -> Phases {
    client.run(client.call(session, "GET", url)).timing.phases()
}

#[test]
fn a_new_connection_has_phases_and_a_reused_one_has_none() {
    let server = RawServer::always(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let client = Client::start();
    let session = client.session();
    let first = phases(&client, &session, &server.url("/"));
    // An address needs no resolver.
    assert_eq!((first.dns, first.tls, first.reused), (None, None, false));
    assert!(first.connect.is_some() && first.first_byte.is_some() && first.body.is_some());
    let second = phases(&client, &session, &server.url("/"));
    assert_eq!((second.connect, second.reused), (None, true));
    assert!(second.first_byte.is_some());
    let by_name = server.url("/").replace("127.0.0.1", "localhost");
    assert!(phases(&client, &session, &by_name).dns.is_some());
}

#[test]
fn connections_of_all_hops_are_summed_and_the_last_hop_has_the_rest() {
    let last = RawServer::always(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let there = format!(
        "HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
        last.url("/")
    );
    let first = RawServer::start(move |peer| {
        while peer.read_request().is_some() {
            peer.send(there.as_bytes());
        }
    });
    let client = Client::start();
    let session = client.session();
    let warm = phases(&client, &session, &last.url("/"));
    assert!(!warm.reused);
    // The first hop connects, the second finds a connection.
    let reply = client.run(client.call(&session, "GET", &first.url("/")));
    assert_eq!(response(&reply).status, 200);
    let phases = reply.timing.phases();
    assert!(phases.connect.is_some());
    assert!(phases.reused);
    assert!(phases.connect <= Some(reply.timing.elapsed));
}

#[test]
fn a_refused_connection_says_how_long_the_refusal_took() {
    let (_own, address) = silent_port();
    let client = Client::start();
    let reply = client.run(client.get(&format!("http://{address}/")));
    assert!(reply.error.is_some());
    let phases = reply.timing.phases();
    assert!(phases.connect.is_some());
    assert_eq!((phases.first_byte, phases.body), (None, None));
}

/// The server's write returns after its bytes have reached the other end of the loopback; a thread that waits for them
/// gets to read them later. The kernel begins to stamp a little after it is asked to, hence not all.
#[cfg(target_os = "linux")]
#[test]
fn an_answer_ends_when_it_came_not_when_it_was_read() {
    let (sender, written) = std::sync::mpsc::channel();
    let server = RawServer::start(move |peer| {
        while peer.read_request().is_some() {
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            sender.send(clock::instant()).expect("somebody listens");
        }
    });
    let client = Client::start();
    let session = client.session();
    let mut of_late = VecDeque::from([false; 50]);
    wait_until("40 of the last 50 answers do", || {
        let reply = client.run(client.call(&session, "GET", &server.url("/")));
        let written = written.recv_timeout(DEADLINE).expect("it was written");
        of_late.pop_front();
        of_late.push_back(reply.finished <= written);
        of_late.iter().filter(|is_so| **is_so).count() >= 40
    });
}
