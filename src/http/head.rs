//! Reading the head of an answer: finding its end, its status line, its headers, and what they
//! say about the body and the connection. httparse reads well-formed headers; what it refuses is
//! read line by line with the leniency of `http.client`, for the dialect that has it.

use std::sync::Arc;

use super::error::HttpError;
use super::request::{Dialect, Method};
use super::response::{Field, Version};

/// `http.client` refuses more headers.
const MOST_HEADERS: usize = 100;
/// `http.client` refuses longer lines; no head may be longer than all lines of that length.
const LONGEST_LINE: usize = 65536;

/// A parsed head; offsets count from the start of the buffer it was read from.
#[derive(Debug)]
pub(super) struct Head {
    pub status: u16,
    pub version: Version,
    pub reason: (u32, u32),
    pub fields: Arc<[Field]>,
    pub length: usize,
    pub framing: Framing,
    pub keep_alive: bool,
}

/// How the end of a body is known.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(super) enum Framing {
    Empty,
    Length(u64),
    Chunked,
    UntilClose,
}

/// Finds the empty line, remembering how far it has looked.
#[derive(Default)]
pub(super) struct EndFinder {
    looked: usize,
}

impl EndFinder {
    /// The length of the head with its empty line, once it is all there.
    pub(super) fn find(&mut self, buffer: &[u8]) -> Option<usize> {
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
    pub(super) fn fault(buffer: &[u8], dialect: Dialect) -> Option<HttpError> {
        let first_line = buffer
            .iter()
            .position(|byte| *byte == b'\n')
            .map(|end| &buffer[..=end]);
        match (first_line, dialect) {
            (None, Dialect::Ghc) if buffer.len() >= 5 && !buffer.starts_with(b"HTTP/") => {
                Some(no_http())
            }
            (None, Dialect::Requests) if buffer.len() > LONGEST_LINE => {
                Some(line_too_long("status line"))
            }
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

/// A fault in `http.client`'s words.
fn line_too_long(what: &str) -> HttpError {
    HttpError::BadHeaders {
        reason: format!("got more than {LONGEST_LINE} bytes when reading {what}"),
        code: 0,
    }
}

fn too_many() -> HttpError {
    HttpError::BadHeaders {
        reason: format!("got more than {MOST_HEADERS} headers"),
        code: 0,
    }
}

/// A fault in llhttp's words, with its number.
fn strict(reason: &str, code: i32) -> HttpError {
    HttpError::BadHeaders {
        reason: reason.to_owned(),
        code,
    }
}

fn no_http() -> HttpError {
    strict("Expected HTTP/, RTSP/ or ICE/", 8)
}

impl Head {
    /// Parses a complete head: `buffer[..length]` ends with the empty line, or with the end of
    /// the connection.
    pub(super) fn parse(
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
        if dialect == Dialect::Ghc && status_line.status == 101 {
            return Err(strict("Pause on CONNECT/Upgrade", 22));
        }
        let framing = facts.framing(status_line.status, method);
        let keep_alive = facts.keeps_alive(status_line.version) && framing != Framing::UntilClose;
        Ok(Self {
            status: status_line.status,
            version: status_line.version,
            reason: status_line.reason,
            fields: Arc::from(fields),
            length,
            framing,
            keep_alive,
        })
    }

    /// An answer before the answer. 101 is none: what follows it is not HTTP.
    pub(super) fn is_interim(&self) -> bool {
        matches!(self.status, 100 | 102..=199)
    }
}

struct StatusLine {
    version: Version,
    status: u16,
    reason: (u32, u32),
}

impl StatusLine {
    /// As `http.client`: version, three digits, and a reason that may be missing.
    fn parse(line: &[u8], dialect: Dialect) -> Result<Self, HttpError> {
        let text = line.trim_ascii_end();
        if dialect == Dialect::Ghc {
            Self::check_strictly(line, text)?;
        }
        let bad = || HttpError::BadStatusLine {
            line: line.to_vec(),
        };
        if !text.starts_with(b"HTTP/") {
            return Err(bad());
        }
        let version_end = text
            .iter()
            .position(u8::is_ascii_whitespace)
            .ok_or_else(bad)?;
        let blanks = text[version_end..]
            .iter()
            .take_while(|byte| byte.is_ascii_whitespace())
            .count();
        let status_start = version_end + blanks;
        let digits = text[status_start..]
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        let status_end = status_start + digits;
        if digits != 3
            || text[status_start] == b'0'
            || text
                .get(status_end)
                .is_some_and(|byte| !byte.is_ascii_whitespace())
        {
            return Err(bad());
        }
        let status = text[status_start..status_end]
            .iter()
            .fold(0, |sum, digit| sum * 10 + u16::from(digit - b'0'));
        let reason_start = text.len() - text[status_end..].trim_ascii_start().len();
        let reason = (reason_start as u32, text.len() as u32);
        Ok(Self {
            version: Self::version(&text[5..version_end], dialect)?,
            status,
            reason,
        })
    }

    fn version(digits: &[u8], dialect: Dialect) -> Result<Version, HttpError> {
        match (digits, dialect) {
            (b"1.0" | b"0.9", _) => Ok(Version::Http10),
            (b"2.0", Dialect::Ghc) => Ok(Version::Http11),
            (digits, _) if digits.starts_with(b"1.") => Ok(Version::Http11),
            (_, Dialect::Ghc) => Err(strict("Invalid HTTP version", 9)),
            (digits, Dialect::Requests) => Err(HttpError::UnknownProtocol {
                version: format!("HTTP/{}", String::from_utf8_lossy(digits)),
            }),
        }
    }

    /// What llhttp refuses, in its words.
    fn check_strictly(line: &[u8], text: &[u8]) -> Result<(), HttpError> {
        if !text.starts_with(b"HTTP/") {
            return Err(no_http());
        }
        if line.ends_with(b"\n") && !line.ends_with(b"\r\n") {
            return Err(strict("Missing expected CR after response line", 25));
        }
        let status = text.split(|byte| *byte == b' ').nth(1).unwrap_or_default();
        match status
            .iter()
            .take_while(|byte| byte.is_ascii_digit())
            .count()
        {
            0..=2 => Err(strict("Invalid status code", 13)),
            3 => Ok(()),
            _ => Err(strict("Invalid response status", 13)),
        }
    }
}

fn parse_fields(
    buffer: &[u8],
    start: usize,
    length: usize,
    dialect: Dialect,
) -> Result<Vec<Field>, HttpError> {
    let mut few = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let block = &buffer[start..length];
    match (httparse::parse_headers(block, &mut few), dialect) {
        (Ok(httparse::Status::Complete((_, headers))), _) => {
            check_lines(block, dialect)?;
            Ok(headers
                .iter()
                .map(|header| field_of(header, buffer, start))
                .collect())
        }
        (_, Dialect::Requests) => lenient_fields(buffer, start, length),
        (Err(httparse::Error::TooManyHeaders), Dialect::Ghc) => {
            let lines = block.split(|byte| *byte == b'\n').count();
            let mut many = vec![httparse::EMPTY_HEADER; lines];
            match httparse::parse_headers(block, &mut many) {
                Ok(httparse::Status::Complete((_, headers))) => Ok(headers
                    .iter()
                    .map(|header| field_of(header, buffer, start))
                    .collect()),
                _ => Err(strict("Invalid header token", 10)),
            }
        }
        (Ok(httparse::Status::Partial), Dialect::Ghc) => Err(HttpError::HeadersCutOff {
            is_incomplete: false,
        }),
        (Err(_), Dialect::Ghc) => Err(explain(block)),
    }
}

/// What httparse lets pass: for `http.client` overlong lines, for llhttp lines without CR.
fn check_lines(block: &[u8], dialect: Dialect) -> Result<(), HttpError> {
    match dialect {
        Dialect::Requests if block.len() <= LONGEST_LINE => Ok(()),
        Dialect::Requests => {
            let longest = block
                .split(|byte| *byte == b'\n')
                .map(<[u8]>::len)
                .max()
                .unwrap_or(0);
            if longest < LONGEST_LINE {
                Ok(())
            } else {
                Err(line_too_long("header line"))
            }
        }
        Dialect::Ghc => {
            let mut lines = block.split_inclusive(|byte| *byte == b'\n');
            if lines.all(|line| line.ends_with(b"\r\n")) {
                Ok(())
            } else {
                Err(strict("Missing expected CR after header value", 25))
            }
        }
    }
}

/// llhttp's words for what httparse refused.
fn explain(block: &[u8]) -> HttpError {
    let is_blank = |line: &&[u8]| {
        line.first()
            .is_some_and(|byte| matches!(byte, b' ' | b'\t'))
    };
    let mut lines = block.split(|byte| *byte == b'\n');
    match lines.position(|line| is_blank(&line)) {
        Some(0) => strict("Unexpected space after start line", 30),
        Some(_) => strict("Unexpected whitespace after header value", 10),
        None => strict("Invalid header token", 10),
    }
}

fn field_of(header: &httparse::Header<'_>, buffer: &[u8], start: usize) -> Field {
    let offset = |part: &[u8]| part.as_ptr().addr().wrapping_sub(buffer.as_ptr().addr()) as u32;
    let span = |part: &[u8]| (offset(part), offset(part).wrapping_add(part.len() as u32));
    field(span(header.name.as_bytes()), span(header.value), start)
}

fn field(name: (u32, u32), value: (u32, u32), start: usize) -> Field {
    // An empty value may be a slice from nowhere; give it a place inside the block.
    let value = if value.0 == value.1 {
        (start as u32, start as u32)
    } else {
        value
    };
    Field { name, value }
}

/// Line by line: a line that begins with a blank continues the one before, one without a colon
/// ends the headers, as Python's email parser has it.
fn lenient_fields(buffer: &[u8], start: usize, length: usize) -> Result<Vec<Field>, HttpError> {
    let mut fields: Vec<Field> = Vec::new();
    let mut at = start;
    while at < length {
        let end = buffer[at..length]
            .iter()
            .position(|byte| *byte == b'\n')
            .map_or(length, |next| at + next + 1);
        if end - at > LONGEST_LINE {
            return Err(line_too_long("header line"));
        }
        let text_end = at + buffer[at..end].trim_ascii_end().len();
        match buffer[at] {
            b'\r' | b'\n' => break,
            b' ' | b'\t' => match fields.last_mut() {
                Some(last) => last.value.1 = text_end.max(last.value.0 as usize) as u32,
                None => break,
            },
            _ => match buffer[at..text_end].iter().position(|byte| *byte == b':') {
                Some(colon) => fields.push(lenient_field(buffer, at, colon, text_end)),
                None => break,
            },
        }
        if fields.len() > MOST_HEADERS {
            return Err(too_many());
        }
        at = end;
    }
    Ok(fields)
}

fn lenient_field(buffer: &[u8], at: usize, colon: usize, text_end: usize) -> Field {
    let value = &buffer[at + colon + 1..text_end];
    let value_start = text_end - value.trim_ascii_start().len();
    Field {
        name: (at as u32, (at + colon) as u32),
        value: (value_start as u32, text_end as u32),
    }
}

/// What the headers say about the body and the connection.
#[derive(Default)]
struct Facts {
    length: Option<u64>,
    is_chunked: bool,
    says_close: bool,
    says_keep_alive: bool,
}

impl Facts {
    fn gather(buffer: &[u8], fields: &[Field], dialect: Dialect) -> Result<Self, HttpError> {
        let mut facts = Self::default();
        let mut lengths: Vec<&[u8]> = Vec::new();
        for field in fields {
            let name = &buffer[field.name.0 as usize..field.name.1 as usize];
            let value = &buffer[field.value.0 as usize..field.value.1 as usize];
            match name.len() {
                14 if name.eq_ignore_ascii_case(b"content-length") => lengths.push(value),
                17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                    facts.is_chunked |= holds_token(value, b"chunked");
                }
                10 if name.eq_ignore_ascii_case(b"connection") => {
                    facts.says_close |= holds_token(value, b"close");
                    facts.says_keep_alive |= holds_token(value, b"keep-alive");
                }
                10 if name.eq_ignore_ascii_case(b"keep-alive") => facts.says_keep_alive = true,
                _ => {}
            }
        }
        facts.length = match dialect {
            Dialect::Requests => length_by_urllib3(&lengths)?,
            Dialect::Ghc => length_by_llhttp(&lengths, facts.is_chunked)?,
        };
        Ok(facts)
    }

    fn framing(&self, status: u16, method: &Method) -> Framing {
        if *method == Method::Head || matches!(status, 100..=199 | 204 | 304) {
            return Framing::Empty;
        }
        match (self.is_chunked, self.length) {
            (true, _) => Framing::Chunked,
            (false, Some(0)) => Framing::Empty,
            (false, Some(length)) => Framing::Length(length),
            (false, None) => Framing::UntilClose,
        }
    }

    fn keeps_alive(&self, version: Version) -> bool {
        match version {
            Version::Http11 => !self.says_close,
            Version::Http10 => self.says_keep_alive && !self.says_close,
        }
    }
}

/// Repeated lengths must agree; what is not a number counts as no length.
fn length_by_urllib3(values: &[&[u8]]) -> Result<Option<u64>, HttpError> {
    let parts = values
        .iter()
        .flat_map(|value| value.split(|byte| *byte == b','));
    let numbers: Option<Vec<i64>> = parts
        .map(|part| std::str::from_utf8(part.trim_ascii()).ok()?.parse().ok())
        .collect();
    let Some(numbers) = numbers else {
        return Ok(None);
    };
    match numbers.first().copied() {
        Some(first) if numbers.iter().any(|number| *number != first) => {
            Err(HttpError::BadHeaders {
                reason: format!(
                    "Content-Length contained multiple unmatching values ({})",
                    String::from_utf8_lossy(&values.join(&b", "[..]))
                ),
                code: 0,
            })
        }
        first => Ok(first.and_then(|length| u64::try_from(length).ok())),
    }
}

fn length_by_llhttp(values: &[&[u8]], is_chunked: bool) -> Result<Option<u64>, HttpError> {
    match values {
        [] => Ok(None),
        [value] if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
            if is_chunked {
                return Err(strict(
                    "Content-Length can't be present with Transfer-Encoding",
                    11,
                ));
            }
            let length = std::str::from_utf8(value)
                .ok()
                .and_then(|text| text.parse().ok());
            length
                .map(Some)
                .ok_or_else(|| strict("Content-Length overflow", 11))
        }
        [_] => Err(strict("Invalid character in Content-Length", 11)),
        [_, _, ..] => Err(strict("Duplicate Content-Length", 4)),
    }
}

fn holds_token(value: &[u8], token: &[u8]) -> bool {
    value
        .split(|byte| *byte == b',')
        .any(|part| part.trim_ascii().eq_ignore_ascii_case(token))
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
        let folded = "HTTP/1.1 200 OK\r\nX-A: one\r\n two\r\nX B: c\r\nEmpty:\r\n\r\n";
        assert_eq!(
            pairs(folded),
            [
                pair("X-A", "one\r\n two"),
                pair("X B", "c"),
                pair("Empty", "")
            ]
        );
        let broken = "HTTP/1.1 200 OK\r\na: b\r\nno colon here\r\nc: d\r\n\r\n";
        assert_eq!(pairs(broken), [pair("a", "b")]);
        let cut = "HTTP/1.1 200 OK\r\na: b\r\nc: d";
        assert_eq!(pairs(cut), [pair("a", "b"), pair("c", "d")]);
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
}
