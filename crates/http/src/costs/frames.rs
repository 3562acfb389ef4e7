//! Frames of HTTP/2: floods of small ones, before an answer and inside it.

use crate::fuzz::http2;
use rlocust_testing::cost_budget::{assert_linear, behind, repeated};

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const PRIORITY: u8 = 2;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const PUSH_PROMISE: u8 = 5;
const PING: u8 = 6;
const GOAWAY: u8 = 7;
const WINDOW_UPDATE: u8 = 8;
const CONTINUATION: u8 = 9;
const UNKNOWN: u8 = 11;
const END_HEADERS: u8 = 4;
/// `:status 200` and `:status 103`.
const OK: &[u8] = b"\x88";
const EARLY: &[u8] = b"\x08\x03103";

fn frame(kind: u8, flags: u8, stream: u8, payload: &[u8]) -> Vec<u8> {
    let front = [0, 0, payload.len() as u8, kind, flags, 0, 0, 0, stream];
    [&front, payload].concat()
}

#[test]
fn frames_before_an_answer_cost_what_their_bytes_cost() {
    for (name, frame) in [
        ("PING", frame(PING, 0, 0, b"12345678")),
        ("PING back", frame(PING, 1, 0, b"12345678")),
        ("SETTINGS", frame(SETTINGS, 0, 0, b"")),
        ("window", frame(SETTINGS, 0, 0, b"\0\x04\0\0\xff\xff")),
        ("table", frame(SETTINGS, 0, 0, b"\0\x01\0\0\x10\0")),
        ("SETTINGS back", frame(SETTINGS, 1, 0, b"")),
        ("WINDOW_UPDATE", frame(WINDOW_UPDATE, 0, 0, b"\0\0\0\x01")),
        ("of a stream", frame(WINDOW_UPDATE, 0, 1, b"\0\0\0\x01")),
        ("PRIORITY", frame(PRIORITY, 0, 1, b"\0\0\0\0\x01")),
        ("RST_STREAM", frame(RST_STREAM, 0, 1, b"\0\0\0\x08")),
        ("of another", frame(RST_STREAM, 0, 3, b"\0\0\0\x08")),
        ("PUSH_PROMISE", frame(PUSH_PROMISE, 4, 1, b"\0\0\0\x02")),
        ("GOAWAY", frame(GOAWAY, 0, 0, b"\0\0\0\x01\0\0\0\0")),
        ("unknown", frame(UNKNOWN, 0, 0, b"")),
        ("interim", frame(HEADERS, END_HEADERS, 1, EARLY)),
        ("empty DATA", frame(DATA, 0, 1, b"")),
    ] {
        assert_linear(name, |size| repeated(&frame, size), http2);
    }
}

#[test]
fn frames_of_an_answer_cost_what_their_bytes_cost() {
    let head = frame(HEADERS, END_HEADERS, 1, OK);
    for (name, frame) in [
        ("DATA", frame(DATA, 0, 1, b"x")),
        ("empty DATA", frame(DATA, 0, 1, b"")),
        ("padded DATA", frame(DATA, 8, 1, b"\x04x\0\0\0\0")),
        ("RST_STREAM", frame(RST_STREAM, 0, 1, b"\0\0\0\0")),
        ("trailers", frame(HEADERS, END_HEADERS, 1, b"\0\x01a\x01b")),
        ("WINDOW_UPDATE", frame(WINDOW_UPDATE, 0, 1, b"\0\0\0\x01")),
        ("PING", frame(PING, 0, 0, b"12345678")),
    ] {
        assert_linear(name, |size| behind(&head, &frame, size), http2);
    }
}

#[test]
fn heads_in_many_frames_cost_what_their_bytes_cost() {
    let head = frame(HEADERS, 0, 1, OK);
    // A header in each; none; one that is kept and named again; a value that goes on and on.
    for part in [&b"\0\x01a\x01b"[..], b"", b"\x40\x01a\x01b", b"\xbe"] {
        let next = frame(CONTINUATION, 0, 1, part);
        let name = format!("CONTINUATION of {part:?}");
        assert_linear(&name, |size| behind(&head, &next, size), http2);
    }
    let endless = [
        &head[..],
        &frame(CONTINUATION, 0, 1, b"\0\x01a\x7f\xff\xff\xff\x07"),
    ]
    .concat();
    let piece = frame(CONTINUATION, 0, 1, &[b'v'; 200]);
    assert_linear("a value", |size| behind(&endless, &piece, size), http2);
}
