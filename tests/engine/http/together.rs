//! Calls submitted together: the clock of each runs only while it is worked on or waits for the network. What waits for
//! the I/O thread waits before its clock, and is in the lag until it was taken up.

use std::time::{Duration, Instant};

use rlocust_engine::http::{Command, Reply};

use crate::support::{Client, RawServer};

const TOGETHER: usize = 300;
/// Of calls that the I/O thread deals with one after the other, so many may have begun to connect and not gone on yet.
const MOST_AT_ONCE: usize = 8;

/// Of calls on new connections, in the order in which they were taken up.
fn replies() -> Vec<Reply> {
    let server = RawServer::always(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
    let client = Client::start();
    let url = server.url("/");
    let call = |_| Command::Call(client.get(&url));
    client.engine.submit(&mut (0..TOGETHER).map(call).collect());
    let mut replies: Vec<_> = (0..TOGETHER).map(|_| *client.next_reply()).collect();
    assert!(replies.iter().all(|reply| reply.error.is_none()));
    replies.sort_by_key(|reply| reply.timing.taken_up);
    replies
}

/// How many of these spans had begun and not ended, at the worst moment.
fn most_at_once(spans: &[(Instant, Instant)]) -> usize {
    let open = |at: Instant| {
        let is_open = |(from, to): &&(Instant, Instant)| *from <= at && at < *to;
        spans.iter().filter(is_open).count()
    };
    spans.iter().map(|(from, _)| open(*from)).max().unwrap_or(0)
}

/// Through the loopback a connection is there when the system call returns: whose connecting lasts longer waits for the
/// thread, which connects others.
#[test]
fn a_connection_goes_on_before_the_next_is_begun() {
    let replies = replies();
    let connecting: Vec<_> = replies
        .iter()
        .map(|reply| {
            let timing = &reply.timing;
            let connect = timing.connect.expect("a new connection");
            (timing.taken_up, timing.taken_up + connect)
        })
        .collect();
    let most = most_at_once(&connecting);
    assert!(most <= MOST_AT_ONCE, "{most} at once");
}

/// The time that the last waited stands somewhere: not in its response time, but in its lag.
#[test]
fn who_waits_for_the_thread_waits_before_its_clock_starts() {
    let replies = replies();
    let lags: Vec<Duration> = replies
        .iter()
        .map(|reply| reply.timing.taken_up - reply.timing.submitted)
        .collect();
    // Each began after those before it had connected.
    let connects: Duration = replies
        .iter()
        .filter_map(|reply| reply.timing.connect)
        .sum();
    assert!(
        lags[TOGETHER - 1] >= lags[0] + connects / 2,
        "{lags:?} {connects:?}"
    );
}
