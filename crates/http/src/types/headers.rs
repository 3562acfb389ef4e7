//! The headers of a request, in the order and spelling in which they go out.

use std::sync::Arc;

use super::known_headers::Known;

/// Header lines in the order and spelling in which they go out. Cheap to clone, so that a caller
/// can keep a session's usual headers ready made.
#[derive(Clone, Debug, Default)]
pub struct Headers {
    lines: Arc<Lines>,
}

#[derive(Clone, Debug, Default)]
struct Lines {
    text: Vec<u8>,
    spans: Vec<Span>,
    known: Known,
    cookie_at: Option<u32>,
}

#[derive(Copy, Clone, Debug)]
struct Span {
    start: u32,
    name: u32,
    value: u32,
}

impl Headers {
    /// No headers.
    pub fn new() -> Self {
        Self::default()
    }

    /// No headers, with room for so many bytes and lines.
    pub fn with_room(bytes: usize, lines: usize) -> Self {
        let lines = Lines {
            text: Vec::with_capacity(bytes),
            spans: Vec::with_capacity(lines),
            ..Lines::default()
        };
        Self {
            lines: Arc::new(lines),
        }
    }

    /// Appends a line. Name and value are sent as they are; the caller has checked them.
    pub fn push(&mut self, name: impl AsRef<[u8]>, value: impl AsRef<[u8]>) {
        let (name, value) = (name.as_ref(), value.as_ref());
        let lines = Arc::make_mut(&mut self.lines);
        let start = lines.text.len() as u32;
        lines.text.extend_from_slice(name);
        lines.text.extend_from_slice(b": ");
        lines.text.extend_from_slice(value);
        lines.text.extend_from_slice(b"\r\n");
        lines.spans.push(Span {
            start,
            name: name.len() as u32,
            value: value.len() as u32,
        });
        lines.known.note(name);
    }

    /// Says that the session's cookies go in here, between the lines before and the lines to come.
    /// Without it they go last. Only the first send of a call heeds it: after a redirect both
    /// clients put them last.
    pub fn cookies_go_here(&mut self) {
        let lines = Arc::make_mut(&mut self.lines);
        lines.cookie_at = Some(lines.text.len() as u32);
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], &[u8])> {
        self.lines.spans.iter().map(|span| {
            let name_end = (span.start + span.name) as usize;
            let value = name_end + 2;
            (
                &self.lines.text[span.start as usize..name_end],
                &self.lines.text[value..value + span.value as usize],
            )
        })
    }

    /// The first value of a name, whatever its case.
    pub fn get(&self, name: &str) -> Option<&[u8]> {
        self.iter()
            .find(|(own, _)| own.eq_ignore_ascii_case(name.as_bytes()))
            .map(|(_, value)| value)
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.spans.len()
    }

    /// Whether there is no line at all.
    pub fn is_empty(&self) -> bool {
        self.lines.spans.is_empty()
    }

    /// The same lines without those of the given names.
    #[must_use]
    pub fn without(&self, names: &[&str]) -> Self {
        let mut kept = Self::new();
        for (name, value) in self.iter() {
            if !names
                .iter()
                .any(|gone| name.eq_ignore_ascii_case(gone.as_bytes()))
            {
                kept.push(name, value);
            }
        }
        kept
    }

    pub(crate) fn known(&self) -> Known {
        self.lines.known
    }

    /// The rendered lines before and after the place of the cookies.
    pub(crate) fn around_cookies(&self) -> (&[u8], &[u8]) {
        let at = self
            .lines
            .cookie_at
            .map_or(self.lines.text.len(), |at| at as usize);
        self.lines.text.split_at(at)
    }
}
