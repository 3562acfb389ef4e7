//! Frames at their worst inputs that we know: the cost per byte does not grow with what comes (`model::cost_budget`).
use std::io::Cursor;

use tokio_tungstenite::tungstenite::protocol::{Role, WebSocket};

use super::opening::config;
use rlocust_testing::cost_budget::{assert_linear, behind, repeated};

const TEXT: u8 = 1;
const BINARY: u8 = 2;
const PONG: u8 = 10;
const LAST: u8 = 0x80;

fn frame(kind: u8, payload: &[u8]) -> Vec<u8> {
    [&[kind, payload.len() as u8], payload].concat()
}

/// As the task of a connection reads them; answers to pings go into memory, behind what is read.
fn read(frames: &[u8]) {
    let connection = Cursor::new(frames.to_vec());
    let mut socket = WebSocket::from_raw_socket(connection, Role::Client, Some(config(1 << 30)));
    while socket.read().is_ok() {}
}

#[test]
fn frames_cost_what_their_bytes_cost() {
    for (name, frame) in [
        ("empty texts", frame(TEXT | LAST, b"")),
        ("texts", frame(TEXT | LAST, "größer".as_bytes())),
        ("empty binaries", frame(BINARY | LAST, b"")),
        ("binaries", frame(BINARY | LAST, &[0xff; 100])),
        ("pongs", frame(PONG | LAST, b"")),
    ] {
        assert_linear(name, |size| repeated(&frame, size), read);
    }
}

#[test]
fn fragments_of_one_message_cost_what_their_bytes_cost() {
    for kind in [TEXT, BINARY] {
        for fragment in [frame(0, b""), frame(0, b"x"), frame(0, &[b'x'; 100])] {
            let name = format!("fragments of {} bytes, kind {kind}", fragment.len());
            let whole = |size| behind(&frame(kind, b"x"), &fragment, size);
            assert_linear(&name, whole, read);
        }
    }
    let head = [BINARY | LAST, 127, 0, 0, 0, 0, 0x3f, 0xff, 0xff, 0xff];
    assert_linear("a long frame", |size| behind(&head, b"x", size), read);
}
