//! Bodies without an end, or longer than they may be: that one call fails, what came of it goes at once, and others go on.

use std::sync::Arc;

use rlocust_engine::http::{Dialect, EngineOptions, HttpError, MemoryFault, Reply};

use crate::support::{Client, Peer, RawServer, body};

const LIMIT: u64 = 1 << 20;

/// Sends a head and then pieces, as long as somebody takes them.
fn pour(peer: &mut Peer, head: &str, piece: &[u8]) {
    use std::io::Write as _;
    peer.send(head.as_bytes());
    while peer.socket.write_all(piece).is_ok() {}
}

fn server() -> RawServer {
    let piece = Arc::new(vec![b'a'; 64 << 10]);
    let chunk = Arc::new([b"10000\r\n".as_slice(), &piece, b"\r\n"].concat());
    RawServer::start(move |peer| {
        if let Some(request) = peer.read_request() {
            let head = "HTTP/1.1 200 OK\r\n";
            match request.get(5) {
                Some(b'a') => pour(
                    peer,
                    &format!("{head}Content-Length: 99999999999\r\n\r\n"),
                    &piece,
                ),
                Some(b's') => {
                    peer.send(format!("{head}Content-Length: 99999999999\r\n\r\nfour").as_bytes());
                }
                Some(b'c') => pour(
                    peer,
                    &format!("{head}Transfer-Encoding: chunked\r\n\r\n"),
                    &chunk,
                ),
                Some(b'e') => pour(peer, &format!("{head}\r\n"), &piece),
                _ => peer.send(format!("{head}Content-Length: 4\r\n\r\nfine").as_bytes()),
            }
        }
    })
}

fn client() -> Client {
    Client::with(&EngineOptions {
        max_body: LIMIT,
        ..EngineOptions::default()
    })
}

fn of(client: &Client, url: &str, dialect: Dialect) -> Box<Reply> {
    let mut call = client.get(url);
    call.dialect = dialect;
    client.run(call)
}

#[test]
fn a_body_without_an_end_fails_its_call_and_nothing_else() {
    let (server, client) = (server(), client());
    let too_long = HttpError::OutOfMemory(MemoryFault::TooLong { limit: LIMIT });
    for dialect in [Dialect::Requests, Dialect::Ghc] {
        for target in ["/announced", "/chunked", "/ends-never"] {
            let reply = of(&client, &server.url(target), dialect);
            assert_eq!(reply.error, Some(too_long.clone()), "{target}");
            assert_eq!(reply.attempts.answered, 1);
            let hop = reply.response().expect("a head had come");
            assert_eq!((hop.status, hop.body.len()), (200, 0), "{target}");
        }
        assert_eq!(body(&of(&client, &server.url("/fine"), dialect)), "fine");
    }
}

#[test]
fn what_a_server_announces_and_does_not_send_takes_no_memory() {
    let (server, client) = (server(), client());
    for dialect in [Dialect::Requests, Dialect::Ghc] {
        let reply = of(&client, &server.url("/short"), dialect);
        let missing = 99_999_999_999 - 4;
        assert_eq!(reply.error, Some(HttpError::ShortBody { read: 4, missing }));
        assert_eq!(reply.response().expect("a head had come").body, "four");
    }
}
