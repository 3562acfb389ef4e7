//! How the demo server's misbehaving routes look from the other end of the wire.

use std::io::ErrorKind;

use rlocust_engine::demo::Background;

use crate::demo_client::{Client, demo};

/// Asks for a fault and reads to the end of the connection: what came, and whether it ended by a reset.
fn ask(demo: &Background, kind: &str) -> (String, bool) {
    let mut client = Client::new(demo);
    client.send(format!("GET /fault/{kind} HTTP/1.1\r\n\r\n"));
    let (bytes, end) = client.rest();
    let was_reset = match end {
        Ok(()) => false,
        Err(error) if error.kind() == ErrorKind::ConnectionReset => true,
        Err(error) => panic!("{kind}: {error}"),
    };
    (String::from_utf8(bytes).expect("text"), was_reset)
}

#[test]
fn resets_and_closes_come_before_any_answer() {
    let demo = demo();
    assert_eq!(ask(&demo, "reset"), (String::new(), true));
    assert_eq!(ask(&demo, "close"), (String::new(), false));
}

#[test]
fn bodies_break_off() {
    let demo = demo();
    let (short, was_reset) = ask(&demo, "short-body");
    assert!(
        short.contains("content-length: 100\r\n") && short.ends_with("\r\n\r\n0123456789"),
        "{short}"
    );
    assert!(!was_reset);
    let (chunked, _) = ask(&demo, "short-chunked");
    assert!(
        chunked.ends_with("\r\n\r\na\r\n0123456789\r\n"),
        "{chunked}"
    );
    assert!(ask(&demo, "reset-in-body").1, "a reset");
    assert!(!ask(&demo, "cut-head").0.contains("\r\n\r\n"));
    assert_eq!(ask(&demo, "garbage").0, "this is not HTTP\r\n\r\n");
}

#[test]
fn a_half_closed_connection_still_counts_what_arrives() {
    let demo = demo();
    let mut client = Client::new(&demo);
    assert_eq!(client.get("/fault/half-close").text(), "bye\n");
    assert!(matches!(client.rest(), (bytes, Ok(())) if bytes.is_empty()));
    client.send("GET /text HTTP/1.1\r\n\r\n");
    let mut other = Client::new(&demo);
    other.wait_for_total(2);
    assert_eq!(
        demo.counters().read().answered,
        2,
        "half-close and this page, not the late one"
    );
}

#[test]
fn a_hanging_request_is_counted_and_never_answered() {
    let demo = demo();
    let mut hanging = Client::new(&demo);
    hanging.send("GET /fault/hang HTTP/1.1\r\n\r\n");
    let mut stalled = Client::new(&demo);
    stalled.send("GET /fault/stall HTTP/1.1\r\n\r\n");
    let mut other = Client::new(&demo);
    other.wait_for_total(2);
    drop(demo); // and the server does not wait for them
    assert!(hanging.rest().0.is_empty());
    assert!(stalled.rest().0.ends_with(b"0123456789"));
}

#[test]
fn every_nth_flaky_request_is_reset() {
    let demo = demo();
    let resets: Vec<_> = (0..6)
        .map(|_| {
            let mut client = Client::new(&demo);
            client.send("GET /fault/flaky/3 HTTP/1.1\r\nConnection: close\r\n\r\n");
            client.rest().1.is_err()
        })
        .collect();
    assert_eq!(resets, [false, false, true, false, false, true]);
    assert_eq!(demo.counters().read().of("/fault/flaky/3"), 6);
}
