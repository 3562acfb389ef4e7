//! Finding the end of a head, however its bytes are cut.

use crate::http::dialects::dialect::Dialect;
use crate::http::errors::error::HttpError;

use super::head_faults::{LONGEST_LINE, MOST_HEADERS, line_too_long, no_http};
use super::status_line::{StatusLine, cannot_become_http};

/// Finds the empty line, remembering how far it has looked.
#[derive(Default)]
pub(crate) struct EndFinder {
    looked: usize,
}

impl EndFinder {
    /// The length of the head with its empty line, once it is all there.
    pub(crate) fn find(&mut self, buffer: &[u8]) -> Option<usize> {
        let mut at = self.looked;
        while let Some(next) = buffer[at..].iter().position(|byte| *byte == b'\n') {
            let after = at + next + 1;
            match buffer[after..] {
                [b'\n', ..] => return Some(after + 1),
                [b'\r', b'\n', ..] => return Some(after + 2),
                [] | [b'\r'] => {
                    self.looked = at + next;
                    return None;
                }
                _ => at = after,
            }
        }
        self.looked = at;
        None
    }

    /// A fault that is certain although the head is not all there: the first line is no status
    /// line, or a limit is passed.
    pub(crate) fn fault(buffer: &[u8], dialect: Dialect) -> Option<HttpError> {
        let first_line = buffer
            .iter()
            .position(|byte| *byte == b'\n')
            .map(|end| &buffer[..=end]);
        match (first_line, dialect.is_strict()) {
            (None, true) if cannot_become_http(buffer, dialect) => Some(no_http()),
            (None, false) if buffer.len() > LONGEST_LINE => Some(line_too_long("status line")),
            (None, _) => None,
            (Some(line), _) => StatusLine::parse(line, dialect)
                .err()
                .or_else(|| too_large(buffer)),
        }
    }
}

fn too_large(buffer: &[u8]) -> Option<HttpError> {
    (buffer.len() > LONGEST_LINE * (MOST_HEADERS + 2)).then(|| line_too_long("header line"))
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
    }
}
