//! Which connections serve another call: only those whose answer came whole. Whatever a server still owes on another
//! would be taken for the answer to a later call.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use rlocust_engine::http::{Dialect, HttpError};

use crate::support::{Client, RawServer, SHORT, body};

const TWO_INTERIM: &[u8] = b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n";
const UPGRADE: &[u8] = b"HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 101 Up\r\nUpgrade: x\r\n\r\n";
const GARBAGE: &[u8] = b"HTTP/1.1 102 Processing\r\n\r\nno HTTP at all\r\n\r\n";

/// A server that says `first` to its first request, and says the rest of its answer when the second has come.
fn server_that_owes(first: &'static [u8]) -> RawServer {
    let asked = Arc::new(AtomicUsize::new(0));
    RawServer::start(move |peer| {
        let mut owes = false;
        while peer.read_request().is_some() {
            if asked.fetch_add(1, Ordering::SeqCst) == 0 {
                peer.send(first);
                owes = true;
                continue;
            }
            if std::mem::take(&mut owes) {
                peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nfirst");
            }
            peer.send(b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nsecond");
        }
    })
}

#[test]
fn an_answer_that_comes_too_late_is_not_taken_for_the_next_one() {
    let serve = |first| {
        let server = server_that_owes(first);
        let client = Client::start();
        let session = client.session();
        let send = |limit| {
            let mut call = client.call(&session, "GET", &server.url("/"));
            call.dialect = Dialect::Ghc;
            call.timeouts.read = limit;
            client.run(call)
        };
        let late = send(Some(SHORT)).error;
        let expected = matches!(
            late,
            Some(HttpError::ReadTimeoutBeforeHeaders { .. } | HttpError::BadHeaders { .. })
        );
        assert!(expected, "{late:?}");
        assert_eq!(body(&send(None)), "second");
        assert_eq!(server.connections(), 2);
    };
    std::thread::scope(|scope| {
        for first in [TWO_INTERIM, UPGRADE, GARBAGE] {
            scope.spawn(move || serve(first));
        }
    });
}
