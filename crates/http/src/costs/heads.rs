//! Heads of answers and what stands before them.

use crate::dialects::dialect::Dialect;
use crate::http1::heads::Heads;
use crate::http1::read_context::ReadContext;
use crate::types::limits::{Redirects, Timeouts};
use crate::types::method::Method;
use rlocust_testing::cost_budget::{assert_linear, behind, numbered, repeated};

const OK: &[u8] = b"HTTP/1.1 200 OK\r\n";

/// Reads what a server sends in pieces of that size, as far as anyone would.
fn read(input: &[u8], piece: usize, dialect: Dialect) {
    let mut heads = Heads::new(ReadContext {
        method: &Method::Get,
        dialect,
        redirects: Redirects::Never,
        timeouts: Timeouts::default(),
    });
    let mut buffer = Vec::new();
    for piece in input.chunks(piece) {
        buffer.extend_from_slice(piece);
        if !matches!(heads.advance(&mut buffer), Ok(None)) {
            return;
        }
    }
}

/// In small pieces and in large ones.
fn assert_linear_for(dialect: Dialect, name: &str, make: impl Fn(usize) -> Vec<u8>) {
    for piece in [100, 64 << 10] {
        let name = format!("{name} for {dialect:?} in pieces of {piece}");
        assert_linear(&name, &make, |input| read(input, piece, dialect));
    }
}

#[test]
fn a_status_line_without_an_end_costs_what_its_bytes_cost() {
    let make = |size| behind(b"HTTP/1.1 200 ", b"O", size);
    assert_linear_for(Dialect::Requests, "a status line", make);
    assert_linear_for(Dialect::Ghc, "a status line", make);
}

#[test]
fn headers_without_an_end_cost_what_their_bytes_cost() {
    for dialect in [Dialect::Requests, Dialect::Ghc] {
        let one = |size| behind(OK, b"v", size);
        assert_linear_for(dialect, "a header line", one);
        let many = |size| [OK, &numbered(|n| format!("X-{n}: 1\r\n"), size)].concat();
        assert_linear_for(dialect, "header lines", many);
    }
}

#[test]
fn heads_cost_what_their_bytes_cost() {
    let whole = |lines: Vec<u8>| [OK, &lines, b"\r\n\r\n"].concat();
    for dialect in [Dialect::Requests, Dialect::Ghc] {
        for (name, line) in [
            ("plain headers", "X-One: 1\r\n"),
            ("folded headers", "X-One: 1\r\n 2\r\n"),
            ("headers with lone CRs", "X-One: a\rb"),
            ("lengths", "Content-Length: 1\r\n"),
            ("codings", "Transfer-Encoding: gzip, odd,,,\r\n"),
            ("odd names", "X One: 1\r\n"),
        ] {
            let make = |size| whole(repeated(line.as_bytes(), size));
            assert_linear_for(dialect, name, make);
        }
    }
}

#[test]
fn interim_answers_cost_what_their_bytes_cost() {
    for dialect in [Dialect::Requests, Dialect::Ghc] {
        let hundreds = |size| repeated(b"HTTP/1.1 100 Continue\r\n\r\n", size);
        assert_linear_for(dialect, "interim answers", hundreds);
    }
    let hints = |size| repeated(b"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", size);
    assert_linear_for(Dialect::Ghc, "early hints", hints);
}

#[test]
fn bodies_of_interim_answers_cost_what_their_bytes_cost() {
    let counted = |size| {
        behind(
            b"HTTP/1.1 199 X\r\nContent-Length: 99999999\r\n\r\n",
            b"x",
            size,
        )
    };
    assert_linear_for(Dialect::Ghc, "the body of an interim answer", counted);
    let head = b"HTTP/1.1 199 X\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunked = |size| behind(head, b"1\r\nx\r\n", size);
    assert_linear_for(Dialect::Ghc, "chunks of an interim answer", chunked);
    let endless = |size| behind(b"HTTP/1.1 099 X\r\n\r\n", b"\r\nx", size);
    assert_linear_for(Dialect::Ghc, "an interim answer without an end", endless);
    let empty = |size| repeated(b"\r\n", size);
    assert_linear_for(Dialect::Ghc, "empty lines", empty);
}
