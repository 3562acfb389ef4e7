//! Large bodies: undoing their encoding takes long, and nobody else waits for it.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::{Client, RawServer, response};

const MEBIBYTE: usize = 1024 * 1024;

fn zeros(count: usize) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(&vec![0; count]).expect("memory");
    let body = encoder.finish().expect("memory");
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), &body].concat()
}

/// How many calls were taken up after the large answer had come, and answered before it was handed over.
fn answered_meanwhile(count: usize) -> usize {
    let large = zeros(count);
    let server = RawServer::start(move |peer| {
        while let Some(request) = peer.read_request() {
            if request.starts_with(b"GET /large") {
                peer.send(&large);
            } else {
                peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
            }
        }
    });
    let client = Client::start();
    let session = client.session();
    client.run(client.call(&session, "GET", &server.url("/")));
    let call = client.get(&server.url("/large"));
    let ticket = call.ticket;
    client.submit(call);
    let mut meanwhile = Vec::new();
    loop {
        client.submit(client.call(&session, "GET", &server.url("/")));
        let reply = client.next_reply();
        if reply.ticket == ticket {
            assert_eq!(response(&reply).body.len(), count);
            assert!(response(&reply).body.iter().all(|byte| *byte == 0));
            let is_later = |taken_up: &&std::time::Instant| **taken_up > reply.finished;
            return meanwhile.iter().filter(is_later).count();
        }
        meanwhile.push(reply.timing.taken_up);
    }
}

#[test]
fn a_large_body_is_decoded_while_others_are_answered() {
    let count = answered_meanwhile(48 * MEBIBYTE);
    assert!(count >= 3, "{count}");
}

/// Sixteen thousand bytes on the wire.
#[test]
fn a_small_body_that_proves_large_is_decoded_while_others_are_answered() {
    let count = answered_meanwhile(16 * MEBIBYTE);
    assert!(count >= 3, "{count}");
}
