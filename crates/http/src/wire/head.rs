//! Reading the head of an answer: finding its end, its status line, its headers, and what they
//! say about the body and the connection.

use std::sync::Arc;

use crate::dialects::dialect::Dialect;
use crate::errors::error::HttpError;
use crate::types::header_block::Field;
use crate::types::method::Method;
use crate::types::version::Version;

use super::fields::parse_fields;
use super::framing::{Facts, Framing};
use super::head_faults::pause;
use super::status_line::StatusLine;

/// A parsed head; offsets count from the start of the buffer it was read from.
#[derive(Debug)]
pub(crate) struct Head {
    pub status: u16,
    pub version: Version,
    pub reason: (u32, u32),
    pub fields: Arc<[Field]>,
    pub length: usize,
    pub framing: Framing,
    pub keep_alive: bool,
}

impl Head {
    /// Parses a complete head: `buffer[..length]` ends with the empty line, or with the end of
    /// the connection.
    pub(crate) fn parse(
        buffer: &[u8],
        length: usize,
        method: &Method,
        dialect: Dialect,
    ) -> Result<Self, HttpError> {
        let line_end = buffer[..length]
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(length, |end| end + 1);
        let status_line = StatusLine::parse(&buffer[..line_end], dialect)?;
        let fields = parse_fields(buffer, line_end, length, dialect)?;
        let facts = Facts::gather(buffer, &fields, dialect)?;
        if dialect.stops_at_upgrade() && status_line.status == 101 {
            return Err(pause());
        }
        let framing = facts.framing(status_line.status, method, dialect);
        let keep_alive =
            facts.keeps_alive(status_line.version, dialect) && framing != Framing::UntilClose;
        Ok(Self {
            status: status_line.status,
            version: status_line.version,
            reason: status_line.reason,
            fields,
            length,
            framing,
            keep_alive,
        })
    }

    /// geventhttpclient takes trailers for headers, all but the last. `buffer` holds the head, and then them.
    pub(crate) fn take_trailers(&mut self, buffer: &mut Vec<u8>, trailers: &[u8]) {
        if trailers.is_empty() {
            return;
        }
        let start = buffer.len();
        buffer.extend_from_slice(trailers);
        buffer.extend_from_slice(b"\r\n");
        if let Ok(late) = parse_fields(buffer, start, buffer.len(), Dialect::Ghc) {
            let heard = &late[..late.len().saturating_sub(1)];
            self.fields = self.fields.iter().chain(heard).copied().collect();
        }
    }

    /// The values of its `Location` headers; `buffer` is what it was read from.
    pub(crate) fn locations<'a>(&self, buffer: &'a [u8]) -> impl Iterator<Item = &'a [u8]> {
        let part = |(start, end): (u32, u32)| &buffer[start as usize..end as usize];
        self.fields
            .iter()
            .filter(move |field| part(field.name).eq_ignore_ascii_case(b"location"))
            .map(move |field| part(field.value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Head, HttpError> {
        Head::parse(text.as_bytes(), text.len(), &Method::Get, Dialect::Requests)
    }

    fn pairs(text: &str) -> Vec<(String, String)> {
        let part = |(start, end): (u32, u32)| text[start as usize..end as usize].to_owned();
        let head = parse(text).expect("a head");
        head.fields
            .iter()
            .map(|field| (part(field.name), part(field.value)))
            .collect()
    }

    fn pair(name: &str, value: &str) -> (String, String) {
        (name.to_owned(), value.to_owned())
    }

    #[test]
    fn status_lines_are_read_as_http_client_reads_them() {
        let reason = |text: &str| {
            let head = parse(text).expect("a head");
            text[head.reason.0 as usize..head.reason.1 as usize].to_owned()
        };
        assert_eq!(
            reason("HTTP/1.1 503 My Weird Reason\r\n\r\n"),
            "My Weird Reason"
        );
        assert_eq!(reason("HTTP/1.1 200\r\n\r\n"), "");
        assert_eq!(
            parse("HTTP/1.0 404 No\r\n\r\n").expect("a head").version,
            Version::Http10
        );
        for bad in [
            "lkjasd\r\n",
            "HTTP/1.1\r\n",
            "HTTP/1.1 20 OK\r\n",
            "HTTP/1.1 2000 OK\r\n",
            "HTTP/1.1 abc\r\n",
        ] {
            assert_eq!(
                parse(bad).err(),
                Some(HttpError::BadStatusLine {
                    line: bad.as_bytes().to_vec()
                })
            );
        }
    }

    #[test]
    fn odd_headers_are_taken_as_http_client_takes_them() {
        let folded = "HTTP/1.1 200 OK\r\nX-A: one\r\n two\r\nX-B: c  \r\nEmpty:\r\n\r\n";
        assert_eq!(
            pairs(folded),
            [
                pair("X-A", "one\r\n two"),
                pair("X-B", "c  "),
                pair("Empty", "")
            ]
        );
        let odd_name = "HTTP/1.1 200 OK\r\na: b\r\n: d\r\nX B: c\r\ne: f\r\n\r\n";
        assert_eq!(pairs(odd_name), [pair("a", "b")]);
        let lone_cr = "HTTP/1.1 200 OK\r\na: b\rc: d\r\n\r\n";
        assert_eq!(pairs(lone_cr), [pair("a", "b"), pair("c", "d")]);
        let broken = "HTTP/1.1 200 OK\r\na: b\r\nno colon here\r\nc: d\r\n\r\n";
        assert_eq!(pairs(broken), [pair("a", "b")]);
        let cut = "HTTP/1.1 200 OK\r\na: b\r\nc: d";
        assert_eq!(pairs(cut), [pair("a", "b"), pair("c", "d")]);
    }

    #[test]
    fn http_client_takes_ninety_nine_headers() {
        let with = |count| format!("HTTP/1.1 200 OK\r\n{}\r\n", "a: b\r\n".repeat(count));
        assert_eq!(parse(&with(99)).expect("a head").fields.len(), 99);
        assert!(matches!(
            parse(&with(100)),
            Err(HttpError::BadHeaders { .. })
        ));
    }

    #[test]
    fn the_body_ends_where_the_headers_say() {
        let framing = |headers: &str| {
            parse(&format!("HTTP/1.1 200 OK\r\n{headers}\r\n"))
                .expect("a head")
                .framing
        };
        assert_eq!(framing("Content-Length: 7\r\n"), Framing::Length(7));
        assert_eq!(
            framing("Content-Length: 7\r\nContent-Length: 7\r\n"),
            Framing::Length(7)
        );
        assert_eq!(
            framing("Transfer-Encoding: gzip, Chunked\r\nContent-Length: 7\r\n"),
            Framing::Chunked
        );
        assert_eq!(framing("Content-Length: -1\r\n"), Framing::UntilClose);
        assert_eq!(framing(""), Framing::UntilClose);
        let contradiction =
            parse("HTTP/1.1 200 OK\r\nContent-Length: 7\r\nContent-Length: 8\r\n\r\n");
        assert!(matches!(contradiction, Err(HttpError::BadHeaders { .. })));
    }

    #[test]
    fn geventhttpclient_lets_unknown_interim_answers_have_a_body() {
        let framing = |status: &str, headers: &str| {
            let text = format!("HTTP/1.1 {status} X\r\n{headers}\r\n");
            let head = Head::parse(text.as_bytes(), text.len(), &Method::Get, Dialect::Ghc);
            head.expect("a head").framing
        };
        let length = "Content-Length: 5\r\n";
        assert_eq!(framing("199", length), Framing::Length(5));
        assert_eq!(
            framing("199", "Transfer-Encoding: chunked\r\n"),
            Framing::Chunked
        );
        assert_eq!(framing("199", ""), Framing::Empty);
        for status in ["100", "102", "103", "204", "304"] {
            assert_eq!(framing(status, length), Framing::Empty, "{status}");
        }
    }

    #[test]
    fn trailers_but_the_last_become_headers_of_geventhttpclient() {
        let mut buffer = b"HTTP/1.1 200 OK\r\nA: 1\r\n\r\n".to_vec();
        let mut head =
            Head::parse(&buffer, buffer.len(), &Method::Get, Dialect::Ghc).expect("a head");
        head.take_trailers(&mut buffer, b"B: 2\r\nC:\r\nD: 4\r\n");
        let part = |(start, end): (u32, u32)| &buffer[start as usize..end as usize];
        let fields: Vec<_> = head
            .fields
            .iter()
            .map(|field| (part(field.name), part(field.value)))
            .collect();
        assert_eq!(fields, [(&b"A"[..], &b"1"[..]), (b"B", b"2"), (b"C", b"")]);
    }

    #[test]
    fn a_length_beyond_all_numbers_is_one() {
        let framing = |length: &str| {
            let text = format!("HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\n");
            parse(&text).expect("a head").framing
        };
        for length in ["18446744073709551616", &"9".repeat(60)] {
            assert_eq!(framing(length), Framing::Length(u64::MAX));
        }
        assert_eq!(
            framing(&format!("-{}", "9".repeat(60))),
            Framing::UntilClose
        );
    }

    #[test]
    fn connections_are_kept_as_the_clients_keep_them() {
        let kept = |version: &str, headers: &str, dialect: Dialect| {
            let text = format!("HTTP/{version} 200 OK\r\n{headers}\r\n\r\n");
            let head = Head::parse(text.as_bytes(), text.len(), &Method::Get, dialect);
            head.expect("a head").keep_alive
        };
        let length = |headers: &str| format!("{headers}\r\nContent-Length: 0");
        for (version, headers, by_requests, by_ghc) in [
            ("1.1", length("A: b"), true, true),
            ("1.1", length("Connection: close"), false, false),
            ("1.1", length("connection: Keep-Alive, Close"), false, false),
            ("1.1", length("Connectiox: close"), true, true),
            ("1.0", length("A: b"), false, false),
            ("1.0", length("Connection: keep-alive"), true, true),
            ("1.0", length("Keep-Alive: timeout=5"), true, true),
            ("1.0", length("Keep-Alivx: timeout=5"), false, false),
            ("1.0", length("Connection: keep-alive, close"), false, false),
            ("1.1", "A: b".to_owned(), false, false),
            ("1.1", "Transfer-Encoding: chunked".to_owned(), true, true),
            ("1.1", "Transfer-Encodinx: chunked".to_owned(), false, false),
            (
                "1.1",
                "Transfer-Encoding: gzip, chunked".to_owned(),
                false,
                true,
            ),
        ] {
            assert_eq!(
                kept(version, &headers, Dialect::Requests),
                by_requests,
                "{headers}"
            );
            assert_eq!(kept(version, &headers, Dialect::Ghc), by_ghc, "{headers}");
        }
        let both = length("Transfer-Encoding: gzip, chunked");
        assert!(
            kept("1.1", &both, Dialect::Requests),
            "it goes by the length"
        );
        let twice = "Transfer-Encoding: chunked\r\nTransfer-Encoding: gzip";
        assert!(kept("1.1", twice, Dialect::Requests), "the first counts");
    }

    #[test]
    fn geventhttpclient_takes_chunks_for_the_last_coding_alone() {
        let framing = |headers: &str, dialect: Dialect| {
            let text = format!("HTTP/1.1 200 OK\r\n{headers}\r\n\r\n");
            let head = Head::parse(text.as_bytes(), text.len(), &Method::Get, dialect);
            head.map(|head| head.framing)
        };
        let first = "Transfer-Encoding: chunked, gzip";
        assert_eq!(framing(first, Dialect::Requests), Ok(Framing::Chunked));
        assert_eq!(framing(first, Dialect::Ghc), Ok(Framing::UntilClose));
        for (headers, reason, code) in [
            (
                "Transfer-Encoding: chunked\r\nContent-Length: 3",
                "Content-Length can't be present with Transfer-Encoding",
                11,
            ),
            (
                "Content-Length: 3\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding can't be present with Content-Length",
                15,
            ),
            (
                "Content-Length: 3\r\nContent-Length: 3",
                "Duplicate Content-Length",
                4,
            ),
            ("Content-Length:", "Empty Content-Length", 11),
            (
                "Content-Length: 3x",
                "Invalid character in Content-Length",
                11,
            ),
        ] {
            let fault = HttpError::BadHeaders {
                reason: reason.to_owned(),
                code,
            };
            assert_eq!(framing(headers, Dialect::Ghc), Err(fault), "{headers}");
        }
    }

    #[test]
    fn blanks_behind_a_value_belong_to_it() {
        let well_formed = "HTTP/1.1 200 OK\r\nA: b \t \r\nC:  \r\nD: e\r\n\r\n";
        assert_eq!(
            pairs(well_formed),
            [pair("A", "b \t "), pair("C", ""), pair("D", "e")]
        );
    }

    #[test]
    fn a_header_line_may_be_as_long_as_http_client_takes() {
        let with = |length: usize| {
            let line = format!("A: {}\r\n", "b".repeat(length - 5));
            parse(&format!("HTTP/1.1 200 OK\r\n{line}\r\n")).map(|head| head.fields.len())
        };
        assert_eq!(with(65536), Ok(1));
        assert!(matches!(with(65537), Err(HttpError::BadHeaders { .. })));
    }
}
