//! Bodies: chunks, their extensions and trailers, and what is coded.

use std::io::Write as _;
use std::sync::Arc;

use bytes::Bytes;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};

use crate::http::coding::decode;
use crate::http::coding::decoders::Decoders;
use crate::http::coding::room::Room;
use crate::http::dialects::dialect::Dialect;
use crate::http::wire::chunks::Chunks;
use crate::model::cost_budget::{assert_linear, numbered, repeated};

/// As the reader of bodies does it: what is not dealt with stays for the next time.
fn read(input: &[u8], piece: usize, dialect: Dialect) {
    let mut chunks = Chunks::new(dialect);
    let mut pending = Vec::new();
    for piece in input.chunks(piece) {
        pending.extend_from_slice(piece);
        match chunks.feed(&pending) {
            Ok(used) => drop(pending.drain(..used)),
            Err(_) => return,
        }
    }
}

fn assert_linear_for_all(name: &str, make: impl Fn(usize) -> Vec<u8>) {
    for dialect in [Dialect::Requests, Dialect::Ghc] {
        for piece in [100, 64 << 10] {
            let name = format!("{name} for {dialect:?} in pieces of {piece}");
            assert_linear(&name, &make, |input| read(input, piece, dialect));
        }
    }
}

#[test]
fn chunks_cost_what_their_bytes_cost() {
    assert_linear_for_all("tiny chunks", |size| repeated(b"1\r\nx\r\n", size));
    let large = |size: usize| [format!("{size:x}\r\n").into_bytes(), vec![b'x'; size]].concat();
    assert_linear_for_all("one chunk", large);
}

#[test]
fn size_lines_without_an_end_cost_what_their_bytes_cost() {
    let behind = |start: &[u8], part: &[u8], size| [start, &repeated(part, size)].concat();
    assert_linear_for_all("an extension", |size| behind(b"5;", b"x", size));
    assert_linear_for_all("zeros", |size| repeated(b"0", size));
    let extended = |size| repeated(b"1;name=value\r\nx\r\n", size);
    assert_linear_for_all("chunks with extensions", extended);
}

#[test]
fn trailers_cost_what_their_bytes_cost() {
    let many = |size| {
        [
            b"0\r\n".to_vec(),
            numbered(|n| format!("T-{n}: 1\r\n"), size),
        ]
        .concat()
    };
    assert_linear_for_all("trailers", many);
    let one = |size| [b"0\r\nT: ".to_vec(), repeated(b"v", size)].concat();
    assert_linear_for_all("a trailer", one);
}

/// Text that gets smaller by a third only.
fn text(size: usize) -> Vec<u8> {
    numbered(
        |n| format!("{:x}", n.wrapping_mul(0x9e37_79b9_7f4a_7c15)),
        size,
    )
}

fn gzip(text: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).expect("memory");
    encoder.finish().expect("memory")
}

fn deflate(text: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text).expect("memory");
    encoder.finish().expect("memory")
}

fn decode(coding: &str, input: &[u8]) {
    let body = Bytes::copy_from_slice(input);
    let all = Decoders {
        brotli: true,
        zstd: true,
    };
    drop(decode::like_urllib3(
        coding,
        &body,
        all,
        &Room::endless(&Arc::default()),
    ));
    drop(decode::like_geventhttpclient(
        coding,
        &body,
        all,
        &Room::endless(&Arc::default()),
    ));
}

#[test]
fn coded_bodies_cost_what_their_bytes_cost() {
    assert_linear(
        "gzip",
        |size| gzip(&text(size)),
        |input| decode("gzip", input),
    );
    assert_linear(
        "deflate",
        |size| deflate(&text(size)),
        |input| decode("deflate", input),
    );
    let member = gzip(b"");
    assert_linear(
        "empty gzip members",
        |size| repeated(&member, size / 16),
        |input| decode("gzip", input),
    );
    let blocks = |size| repeated(b"\x00\x01\x00\xfe\xffx", size);
    assert_linear("stored blocks", blocks, |input| decode("deflate", input));
}
