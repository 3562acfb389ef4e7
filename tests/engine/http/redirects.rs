//! Redirects on the wire: methods, headers, cookies and the history, in both dialects.

use bytes::Bytes;
use rlocust_engine::http::{Attempts, Dialect, Headers, HttpError, Method, Redirects, Reply};

use crate::support::{Client, RawServer, body, response};

const DONE: &[u8] = b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone";

/// `/to/<status>/<location>` redirects there; all else answers `done`.
fn server() -> RawServer {
    RawServer::start(|peer| {
        while let Some(request) = peer.read_request() {
            let text = String::from_utf8_lossy(&request).into_owned();
            let target = text.split(' ').nth(1).unwrap_or_default();
            match target
                .strip_prefix("/to/")
                .and_then(|rest| rest.split_once('/'))
            {
                Some((status, location)) => {
                    let body = if text.starts_with("HEAD") {
                        ""
                    } else {
                        "moved"
                    };
                    peer.send(
                        format!(
                            "HTTP/1.1 {status} Moved\r\nLocation: /{location}\r\nSet-Cookie: hop={status}; Path=/\r\n\
                             Content-Length: 5\r\n\r\n{body}"
                        )
                        .as_bytes(),
                    );
                }
                None => peer.send(DONE),
            }
        }
    })
}

fn lines(server: &RawServer) -> Vec<String> {
    server
        .requests()
        .iter()
        .map(|request| request.lines().next().unwrap_or_default().to_owned())
        .collect()
}

fn run(
    client: &Client,
    server: &RawServer,
    dialect: Dialect,
    method: &str,
    target: &str,
) -> Box<Reply> {
    let mut call = client.get(&server.url(target));
    call.dialect = dialect;
    call.method = Method::new(method);
    if matches!(method, "POST" | "PUT") {
        call.body = Bytes::from_static(b"payload");
        call.headers.push("Content-Type", "text/plain");
        call.headers.push("Content-Length", "7");
    }
    client.run(call)
}

#[test]
fn the_history_holds_every_hop() {
    for dialect in [Dialect::Requests, Dialect::Ghc] {
        let (server, client) = (server(), Client::start());
        let reply = run(&client, &server, dialect, "GET", "/to/302/to/301/end?x=1");
        assert_eq!(body(&reply), "done");
        let statuses: Vec<u16> = reply.hops.iter().map(|hop| hop.status).collect();
        assert_eq!(statuses, [302, 301, 200]);
        assert_eq!(&reply.hops[0].body[..], b"moved");
        assert_eq!(
            reply.hops[1].sent.url.as_str(),
            server.url("/to/301/end?x=1")
        );
        assert_eq!(
            reply.attempts,
            Attempts {
                answered: 3,
                ..Attempts::default()
            }
        );
        assert_eq!(server.connections(), 1);
        assert!(reply.cookies_changed);
        assert!(reply.timing.elapsed >= reply.timing.last_hop_headers);
    }
}

#[test]
fn methods_are_rewritten_by_each_clients_rules() {
    // Status, method, then the method of the second request for requests and geventhttpclient.
    let cases = [
        (301, "POST", "GET", "GET"),
        (301, "PUT", "PUT", "GET"),
        (302, "POST", "GET", "GET"),
        (302, "PUT", "GET", "GET"),
        (303, "PUT", "GET", "GET"),
        (303, "HEAD", "HEAD", "HEAD"),
        (302, "DELETE", "GET", "GET"),
        (307, "POST", "POST", "POST"),
        (308, "PUT", "PUT", "PUT"),
    ];
    for (status, method, by_requests, by_ghc) in cases {
        for (dialect, expected) in [(Dialect::Requests, by_requests), (Dialect::Ghc, by_ghc)] {
            let (server, client) = (server(), Client::start());
            run(
                &client,
                &server,
                dialect,
                method,
                &format!("/to/{status}/end"),
            );
            assert_eq!(
                lines(&server)[1],
                format!("{expected} /end HTTP/1.1"),
                "{status} {method} {dialect:?}"
            );
            let keeps_body = status >= 307;
            assert_eq!(server.requests()[1].ends_with("payload"), keeps_body);
            assert_eq!(server.requests()[1].contains("Content-Type"), keeps_body);
        }
    }
}

#[test]
fn the_second_request_is_written_as_each_client_writes_it() {
    let (server, client) = (server(), Client::start());
    for (dialect, expected) in [
        (
            Dialect::Requests,
            "GET /end HTTP/1.1\r\nHost: 127.0.0.1:PORT\r\nUser-Agent: test\r\nAccept-Encoding: gzip, deflate\r\n\
             Cookie: hop=302\r\n\r\n",
        ),
        (
            Dialect::Ghc,
            "GET /end HTTP/1.1\r\nUser-Agent: test\r\nAccept-Encoding: gzip, deflate\r\nCookie: hop=302\r\n\
             Host: 127.0.0.1:PORT\r\n\r\n",
        ),
    ] {
        run(&client, &server, dialect, "POST", "/to/302/end");
        assert_eq!(server.requests().last().map(String::as_str), Some(expected));
    }
}

#[test]
fn cookies_go_where_the_caller_said_on_the_first_request() {
    let (server, client) = (server(), Client::start());
    let session = client.session();
    client.run(client.call(&session, "GET", &server.url("/to/302/end")));
    let mut call = client.call(&session, "POST", &server.url("/end"));
    call.headers = Headers::new();
    call.headers.push("User-Agent", "test");
    call.headers.push("Accept-Encoding", "x");
    call.headers.cookies_go_here();
    call.headers.push("Content-Length", "0");
    client.run(call);
    let request = server.requests().pop().unwrap_or_default();
    assert!(
        request.contains("Accept-Encoding: x\r\nCookie: hop=302\r\nContent-Length: 0\r\n\r\n"),
        "{request}"
    );
}

#[test]
fn authorization_does_not_travel_to_another_origin() {
    for dialect in [Dialect::Requests, Dialect::Ghc] {
        let (other, client) = (server(), Client::start());
        let location = format!(
            "HTTP/1.1 302 Found\r\nLocation: {}\r\nContent-Length: 0\r\n\r\n",
            other.url("/end")
        );
        let first = RawServer::start(move |peer| {
            while peer.read_request().is_some() {
                peer.send(location.as_bytes());
            }
        });
        let mut call = client.get(&first.url("/"));
        call.dialect = dialect;
        call.headers.push("Authorization", "Basic eDp5");
        client.run(call);
        assert!(first.requests()[0].contains("Authorization"));
        assert!(!other.requests()[0].contains("Authorization"));
        let (same, client) = (server(), Client::start());
        let mut call = client.get(&same.url("/to/302/end"));
        call.dialect = dialect;
        call.headers.push("Authorization", "Basic eDp5");
        client.run(call);
        assert!(same.requests()[1].contains("Authorization"));
    }
}

#[test]
fn one_redirect_too_many_ends_the_call_with_all_its_hops() {
    for dialect in [Dialect::Requests, Dialect::Ghc] {
        let server = RawServer::always(
            b"HTTP/1.1 302 Found\r\nLocation: /again\r\nContent-Length: 0\r\n\r\n",
        );
        let client = Client::start();
        let mut call = client.get(&server.url("/"));
        call.dialect = dialect;
        call.redirects = Redirects::Follow { max: 5 };
        let reply = client.run(call);
        assert_eq!(reply.error, Some(HttpError::TooManyRedirects { limit: 5 }));
        assert_eq!((reply.hops.len(), server.requests().len()), (6, 6));
    }
}

#[test]
fn a_redirect_out_of_http_is_refused() {
    for dialect in [Dialect::Requests, Dialect::Ghc] {
        let server = RawServer::always(
            b"HTTP/1.1 302 Found\r\nLocation: ftp://h/x\r\nContent-Length: 0\r\n\r\n",
        );
        let client = Client::start();
        let mut call = client.get(&server.url("/"));
        call.dialect = dialect;
        let reply = client.run(call);
        let error = HttpError::RedirectScheme {
            scheme: "ftp".to_owned(),
            url: "ftp://h/x".to_owned(),
        };
        assert_eq!(reply.error, Some(error));
    }
}

#[test]
fn a_redirect_to_a_dead_host_says_where_it_led() {
    let server = RawServer::always(
        b"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:1/x\r\nContent-Length: 0\r\n\r\n",
    );
    let client = Client::start();
    let reply = client.run(client.get(&server.url("/")));
    assert_eq!(reply.error, Some(HttpError::Connect { errno: 111 }));
    assert_eq!(reply.hops.len(), 1);
    assert_eq!(
        reply.unanswered.map(|sent| sent.url.to_string()),
        Some("http://127.0.0.1:1/x".to_owned())
    );
}

#[test]
fn nothing_is_followed_unless_asked_for() {
    let (server, client) = (server(), Client::start());
    let mut call = client.get(&server.url("/to/302/end"));
    call.redirects = Redirects::Never;
    assert_eq!(response(&client.run(call)).status, 302);
    assert_eq!(server.requests().len(), 1);
}

#[test]
fn a_broken_body_on_the_way_does_not_stop_requests() {
    let server = RawServer::start(|peer| {
        if let Some(request) = peer.read_request() {
            if request.starts_with(b"GET /end") {
                peer.send(DONE);
            } else {
                peer.send(
                    b"HTTP/1.1 302 Found\r\nLocation: /end\r\nContent-Length: 50\r\n\r\nshort",
                );
            }
        }
    });
    let client = Client::start();
    for dialect in [Dialect::Requests, Dialect::Ghc] {
        let mut call = client.get(&server.url("/"));
        call.dialect = dialect;
        let reply = client.run(call);
        assert_eq!(body(&reply), "done");
        assert_eq!(&reply.hops[0].body[..], b"short");
    }
}

#[test]
fn a_fragment_is_inherited() {
    let (server, client) = (server(), Client::start());
    let reply = client.run(client.get(&server.url("/to/302/end#part")));
    assert_eq!(response(&reply).sent.url.as_str(), server.url("/end#part"));
}
