//! Faults of HTTP/2: what HTTP/1.1 would call them, where there is such a thing.

use std::io;

use h2::Reason;

use super::flood::is_flood;
use crate::errors::error::HttpError;
use rlocust_core::model::CutPhase;

/// A fault before a head: what HTTP/1.1 would call it where there is such a thing.
pub(crate) fn fault_of(error: &h2::Error, during: CutPhase) -> HttpError {
    if let Some(lost) = error.get_io() {
        return lost_connection(lost, during);
    }
    let reason = error.reason().unwrap_or(Reason::INTERNAL_ERROR);
    HttpError::Http2 {
        reason: error.to_string(),
        during,
        is_untouched: error.is_remote()
            && (reason == Reason::REFUSED_STREAM
                || (error.is_go_away() && reason == Reason::NO_ERROR)),
    }
}

fn lost_connection(error: &io::Error, during: CutPhase) -> HttpError {
    if let Some(fault) = crate::tls::fault::fault_of(error) {
        return fault;
    }
    if is_flood(error) {
        return HttpError::Http2 {
            reason: error.to_string(),
            during,
            is_untouched: false,
        };
    }
    match error.raw_os_error() {
        Some(errno) => HttpError::Reset { errno, during },
        None => HttpError::ClosedWithoutReply,
    }
}

/// A fault inside a body.
pub(crate) fn broken_body(error: &h2::Error, read: u64, announced: Option<u64>) -> HttpError {
    let is_end = error
        .get_io()
        .is_some_and(|lost| lost.raw_os_error().is_none() && !is_flood(lost));
    match announced {
        Some(length) if is_end && length > read => HttpError::ShortBody {
            read,
            missing: length - read,
        },
        _ if is_end => HttpError::TruncatedChunked { read, piece: None },
        _ => fault_of(error, CutPhase::Answering),
    }
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use http::{Request, Response};
    use tokio::io::{DuplexStream, duplex};
    use tokio::sync::oneshot;

    use super::*;

    /// Sends the beginning of a body and is gone as soon as that has come.
    async fn vanish_in_a_body(line: DuplexStream, has_come: oneshot::Receiver<()>) {
        let mut line = h2::server::handshake(line).await.expect("a client");
        let asked = line.accept().await.expect("a request");
        let (_, mut responder) = asked.expect("a request");
        let mut stream = responder
            .send_response(Response::new(()), false)
            .expect("a head");
        let half = Bytes::from_static(b"half");
        stream.send_data(half, false).expect("half a body");
        tokio::select! {
            _ = line.accept() => panic!("one request"),
            _ = has_come => {}
        }
    }

    #[tokio::test]
    async fn a_connection_that_ends_inside_a_body_says_how_much_is_missing() {
        let (near, far) = duplex(1 << 16);
        let (come, has_come) = oneshot::channel();
        tokio::spawn(vanish_in_a_body(far, has_come));
        let (mut sender, line) = h2::client::handshake(near).await.expect("a server");
        tokio::spawn(line);
        let request = Request::get("http://a/").body(()).expect("a request");
        let (response, _) = sender.send_request(request, true).expect("a stream");
        let mut body = response.await.expect("a head").into_body();
        assert_eq!(body.data().await.expect("a half").expect("a half"), "half");
        come.send(()).expect("a server");
        let error = body.data().await.expect("an end").expect_err("half");
        let (read, missing) = (4, 6);
        assert_eq!(
            broken_body(&error, read, Some(10)),
            HttpError::ShortBody { read, missing }
        );
        let torn = HttpError::TruncatedChunked { read, piece: None };
        for announced in [None, Some(4)] {
            assert_eq!(broken_body(&error, read, announced), torn);
        }
    }
}
