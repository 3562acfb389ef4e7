//! Streams at the worst that we know: the cost per byte does not grow with what comes (`model::cost_budget`), and what is
//! too long is refused before it is kept.
use super::parser::Parser;
use rlocust_testing::cost_budget::{assert_linear, behind, numbered, repeated};

/// As it comes from a connection.
const PIECE: usize = 4 * 1024;

fn read(stream: &[u8]) {
    let mut parser = Parser::new(1 << 30, String::new());
    for bytes in stream.chunks(PIECE) {
        parser.feed(bytes, |_| Ok(())).expect("within the limit");
    }
}

#[test]
fn lines_and_events_cost_what_their_bytes_cost() {
    assert_linear("an endless line", |size| repeated(b"x", size), read);
    assert_linear(
        "an endless value",
        |size| behind(b"data:", b"x", size),
        read,
    );
    assert_linear(
        "an endless event",
        |size| repeated(b"data: x\n", size),
        read,
    );
    assert_linear("no lines", |size| repeated(b"\n", size), read);
    assert_linear("no utf-8", |size| behind(b"data:", b"\xff", size), read);
    let events = |size| numbered(|at| format!("id: {at}\ndata: {at}\n\n"), size);
    assert_linear("events", events, read);
}

#[test]
fn an_id_that_stays_is_not_paid_for_by_every_event() {
    let long = format!("id: {}\n", "x".repeat(200));
    assert_linear(
        "a long id",
        |size| behind(long.as_bytes(), b"\n", size),
        read,
    );
}
