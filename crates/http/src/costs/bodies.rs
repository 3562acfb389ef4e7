//! Bodies: chunks, their extensions and trailers, and what is coded.

use std::io::Write as _;

use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use ruzstd::encoding::{CompressionLevel, compress_to_vec};

use crate::coding::decode::like_both_clients as decode;
use crate::dialects::dialect::Dialect;
use crate::wire::chunks::Chunks;
use rlocust_testing::cost_budget::{assert_linear, behind, numbered, repeated};

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
    let blocks = |size| repeated(b"\x00\x01\x00\xfe\xffx", size);
    assert_linear("stored blocks", blocks, |input| decode("deflate", input));
}

#[test]
fn gzip_members_cost_what_their_bytes_cost() {
    // Fewer bytes: a debug build makes and clears a decoder for each member.
    for (name, member) in [
        ("small", gzip(b"a few words")),
        ("larger", gzip(&text(5000))),
    ] {
        let name = format!("{name} gzip members");
        let make = |size| repeated(&member, size / 4);
        assert_linear(&name, make, |input| decode("gzip", input));
    }
    let many = |flags: u8, part: &'static [u8]| {
        let start = [0x1f, 0x8b, 8, flags, 0, 0, 0, 0, 0, 0xff];
        move |size| behind(&start, part, size)
    };
    for (name, flags) in [("a name", 8), ("a comment", 16), ("both", 24)] {
        let name = format!("{name} in a gzip header");
        assert_linear(&name, many(flags, b"x"), |input| decode("gzip", input));
    }
}

/// What `brotli` makes of a text and then of lists, each whole when it was flushed.
const BROTLI_TEXT: &[u8] =
    b"\x8b\x11\0\0\x04\xdcd\xdd\x92\x9e\xabc\x98Tz\x90E\xe2\x11HB\x97\x0aR\x15\x19zw-u\x943y\xb9\x0c";
const BROTLI_LIST: &[u8] =
    b"X\x01\0@ts\xa9\x8enQ\x17\x8bA^~\x10\xc7s\x10\x81 \xaa`\xb3\xdd\x82\x1b\xa6k\x85\x08\xc3\xdc\xff\x84\xcc\xd4gkZ I\x83\x01";

#[test]
fn brotli_costs_what_its_bytes_cost() {
    let read = |input: &[u8]| decode("br", input);
    let lists = |size| behind(BROTLI_TEXT, BROTLI_LIST, size);
    assert_linear("brotli blocks", lists, read);
    // Behind the size of the window: blocks of nothing, and of one byte as it is.
    assert_linear("empty blocks", |size| behind(b"\x0c", b"\x06", size), read);
    let bare = |size| behind(b"\x0c", b"\0\0\x08x", size);
    assert_linear("bare blocks", bare, read);
    assert_linear("nonsense", |size| behind(b"\x8b", b"\xff\x55", size), read);
}

/// What a zstd frame begins with.
const MAGIC: &[u8] = b"\x28\xb5\x2f\xfd";

#[test]
fn zstd_costs_what_its_bytes_cost() {
    let read = |input: &[u8]| decode("zstd", input);
    // Less is not packed, but stored as it is.
    let packed =
        |size: usize| compress_to_vec(&text(size.max(64 << 10))[..], CompressionLevel::Fastest);
    assert_linear("zstd", packed, read);
    let small = compress_to_vec(&b"a few words"[..], CompressionLevel::Fastest);
    assert_linear("small frames", |size| repeated(&small, size), read);
    let empty = [MAGIC, b"\x20\0\x01\0\0"].concat();
    assert_linear("empty frames", |size| repeated(&empty, size), read);
    // A window of 64 MB, and a frame that does not use it.
    let wide = [MAGIC, b"\0\x80\x01\0\0"].concat();
    assert_linear("wide frames", |size| repeated(&wide, size), read);
    let front = [MAGIC, b"\0\x80"].concat();
    for (name, block) in [("empty", &b"\0\0\0"[..]), ("bare", b"\x08\0\0x")] {
        let name = format!("{name} blocks");
        assert_linear(&name, |size| behind(&front, block, size), read);
    }
}
