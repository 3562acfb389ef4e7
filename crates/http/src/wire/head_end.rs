//! Finding the end of a head, however its bytes are cut.

use std::io::BufRead as _;

use crate::dialects::dialect::Dialect;
use crate::errors::error::HttpError;

use super::head_faults::{
    LARGEST_HEAD, LONGEST_LINE, MOST_HEADERS, line_too_long, no_http, too_large, too_many,
};
use super::status_line::{StatusLine, cannot_become_http};

/// Finds the empty line, remembering how far it has looked: each byte is looked at once.
#[derive(Default)]
pub(crate) struct EndFinder {
    looked: usize,
    /// Where the line begins whose end is not there yet.
    line: usize,
    /// Whole lines behind the first, and the longest of them.
    lines: usize,
    longest: usize,
    is_first_fine: bool,
}

impl EndFinder {
    /// The length of the head with its empty line, once it is all there.
    pub(crate) fn find(&mut self, buffer: &[u8]) -> Option<usize> {
        while let Some(length) = line_length(&buffer[self.looked..]) {
            let end = self.looked + length;
            let is_first = self.line == 0;
            if !is_first {
                if matches!(&buffer[self.line..end], b"\n" | b"\r\n") {
                    return Some(end);
                }
                self.lines += 1;
                self.longest = self.longest.max(end - self.line);
            }
            (self.line, self.looked) = (end, end);
        }
        self.looked = buffer.len();
        None
    }

    /// A fault that is certain although the head, in which no end was found, is not all there: the first line is no
    /// status line, or a limit is passed.
    pub(crate) fn fault(&mut self, buffer: &[u8], dialect: Dialect) -> Option<HttpError> {
        match (self.line, dialect.is_strict()) {
            (0, true) if cannot_become_http(buffer, dialect) => return Some(no_http()),
            (0, false) if buffer.len() > LONGEST_LINE => {
                return Some(line_too_long("status line"));
            }
            (0, _) => {}
            _ if self.is_first_fine => {}
            _ => {
                let end = buffer.iter().position(|byte| *byte == b'\n');
                let line = &buffer[..=end.unwrap_or(self.line - 1)];
                if let Err(fault) = StatusLine::parse(line, dialect) {
                    return Some(fault);
                }
                self.is_first_fine = true;
            }
        }
        self.limit(buffer, dialect)
    }

    fn limit(&self, buffer: &[u8], dialect: Dialect) -> Option<HttpError> {
        if dialect.is_strict() {
            return (buffer.len() > LARGEST_HEAD).then(|| too_large(dialect));
        }
        let longest = self.longest.max(buffer.len() - self.line);
        if longest > LONGEST_LINE {
            return Some(line_too_long("header line"));
        }
        (self.lines > MOST_HEADERS).then(too_many)
    }
}

/// Of the first line with its end, if that is there; found as the C library does it, many bytes at a time.
fn line_length(mut bytes: &[u8]) -> Option<usize> {
    let before = bytes;
    let length = bytes.skip_until(b'\n').ok()?;
    before[..length].ends_with(b"\n").then_some(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_is_found_however_the_bytes_are_cut() {
        let text = b"HTTP/1.1 200 OK\r\na: b\r\n\r\nbody";
        for cut in 0..=text.len() {
            let mut finder = EndFinder::default();
            let early = finder.find(&text[..cut]);
            assert_eq!(early, (cut >= 25).then_some(25), "cut at {cut}");
            assert_eq!(finder.find(text), Some(25), "cut at {cut}");
        }
        assert_eq!(EndFinder::default().find(b"HTTP/1.1 200 OK\n\nx"), Some(17));
        assert_eq!(EndFinder::default().find(b"\r\nHTTP/1.1 200 OK\r\n"), None);
    }

    /// The fault of a head whose end has not come.
    fn fault(lines: &[String], dialect: Dialect) -> Option<HttpError> {
        let text = format!("HTTP/1.1 200 OK\r\n{}", lines.concat());
        let mut finder = EndFinder::default();
        assert_eq!(finder.find(text.as_bytes()), None);
        finder.fault(text.as_bytes(), dialect)
    }

    #[test]
    fn a_head_is_given_up_where_http_client_gives_it_up() {
        let of = |lines: &[String]| fault(lines, Dialect::Requests);
        let header = |size: usize| format!("A: {}\r\n", "a".repeat(size - 5));
        assert_eq!(of(&vec![header(5); 100]), None);
        assert_eq!(of(&vec![header(5); 101]), Some(too_many()));
        let too_long = Some(line_too_long("header line"));
        assert_eq!(of(&[header(65536)]), None);
        assert_eq!(of(&[header(65537)]), too_long);
        assert_eq!(of(&["a".repeat(65536)]), None, "its end may yet come");
        assert_eq!(of(&["a".repeat(65537)]), too_long);
    }

    #[test]
    fn geventhttpclient_takes_any_line_but_not_any_head() {
        let of = |lines: &[String]| fault(lines, Dialect::Ghc);
        assert_eq!(of(&vec!["A: b\r\n".to_owned(); 1000]), None);
        assert_eq!(of(&["a".repeat(3 << 20)]), None);
        let overflow = too_large(Dialect::Ghc);
        assert_eq!(of(&["a".repeat(7 << 20)]), Some(overflow.clone()));
        let endless = [b"HTTP/1.1 200 ".as_slice(), &vec![b'O'; 7 << 20]].concat();
        let mut finder = EndFinder::default();
        assert_eq!(finder.find(&endless), None);
        assert_eq!(finder.fault(&endless, Dialect::Ghc), Some(overflow));
    }
}
