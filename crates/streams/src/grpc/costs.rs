//! Messages of a call at their worst inputs that we know: the cost per byte does not grow with what comes
//! (`model::cost_budget`).
use bytes::Bytes;

use super::message::{Encoding, Incoming, Outgoing};
use rlocust_testing::cost_budget::{assert_linear, behind, repeated};

/// Bytes of one DATA frame of HTTP/2.
const FRAME: usize = 16 << 10;

fn read(frame: usize, body: &[u8]) {
    let mut incoming = Incoming::new(Encoding::Gzip, 1 << 30);
    for piece in body.chunks(frame) {
        incoming.take_in(Bytes::copy_from_slice(piece));
        while incoming.next().expect("within the limit").is_some() {}
    }
}

#[test]
fn messages_cost_what_their_bytes_cost() {
    for (name, message) in [
        ("empty messages", Outgoing::plain(b"")),
        ("messages of one byte", Outgoing::plain(b"x")),
        ("packed empty messages", Outgoing::packed(b"")),
        ("packed zeros", Outgoing::packed(&[0; 10_000])),
    ] {
        let message = message.framed();
        let whole = |size: usize| message.repeat(size.div_ceil(message.len()));
        assert_linear(name, whole, |body| read(FRAME, body));
    }
}

#[test]
fn a_message_in_small_frames_costs_what_its_bytes_cost() {
    let unfinished = [0, 0x3f, 0xff, 0xff, 0xff];
    for frame in [10, 100, FRAME] {
        let name = format!("a long message in frames of {frame}");
        let begun = |size| behind(&unfinished, b"x", size);
        assert_linear(&name, begun, |body| read(frame, body));
    }
    assert_linear(
        "no message",
        |size| repeated(&[0], size),
        |body| read(1, body),
    );
}
