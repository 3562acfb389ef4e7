//! Reads one request out of a connection's buffer, strict about framing and tolerant about everything else: the
//! target may hold any bytes, so that `echo` can show what a client really sent.

use std::borrow::Cow;

/// Heads and chunk lines beyond this are refused.
pub const MOST_HEAD: usize = 256 * 1024;
/// Bodies beyond this are refused.
pub const MOST_BODY: usize = 64 * 1024 * 1024;
const MOST_HEADERS: usize = 128;

/// What is in the buffer so far.
pub enum Found<T> {
    Whole(T),
    Partial,
    /// Not HTTP, or more than we take: the status of the answer after which the connection closes.
    Refused(u16),
}

/// The head of a request, borrowed from the buffer.
pub struct Head<'buffer> {
    pub method: &'buffer str,
    pub target: &'buffer [u8],
    pub version: &'buffer str,
    pub headers: Vec<httparse::Header<'buffer>>,
    /// Bytes the head takes in the buffer.
    pub length: usize,
}

/// A whole request.
pub struct Request<'buffer> {
    pub head: Head<'buffer>,
    pub body: Cow<'buffer, [u8]>,
    /// Bytes the request takes in the buffer.
    pub length: usize,
}

impl<'buffer> Head<'buffer> {
    pub fn find(buffer: &'buffer [u8]) -> Found<Self> {
        let start = buffer
            .iter()
            .take_while(|byte| matches!(byte, b'\r' | b'\n'))
            .count();
        let Some(line_end) = buffer[start..].iter().position(|byte| *byte == b'\n') else {
            return too_long_or_partial(buffer);
        };
        let headers_at = start + line_end + 1;
        let Some((method, target, version)) = request_line(&buffer[start..headers_at]) else {
            return Found::Refused(400);
        };
        let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
        match httparse::parse_headers(&buffer[headers_at..], &mut headers) {
            Ok(httparse::Status::Complete((used, headers))) => Found::Whole(Self {
                method,
                target,
                version,
                headers: headers.to_vec(),
                length: headers_at + used,
            }),
            Ok(httparse::Status::Partial) => too_long_or_partial(buffer),
            Err(httparse::Error::TooManyHeaders) => Found::Refused(431),
            Err(_) => Found::Refused(400),
        }
    }

    pub fn header(&self, name: &str) -> Option<&'buffer [u8]> {
        self.headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))
            .map(|header| header.value)
    }

    pub fn header_text(&self, name: &str) -> Option<Cow<'buffer, str>> {
        self.header(name).map(String::from_utf8_lossy)
    }

    /// The target without its query.
    pub fn path(&self) -> Cow<'buffer, str> {
        let end = self.target.iter().position(|byte| *byte == b'?');
        String::from_utf8_lossy(&self.target[..end.unwrap_or(self.target.len())])
    }

    pub fn query(&self) -> Cow<'buffer, str> {
        let start = self.target.iter().position(|byte| *byte == b'?');
        start.map_or(Cow::Borrowed(""), |at| {
            String::from_utf8_lossy(&self.target[at + 1..])
        })
    }

    pub fn keeps_alive(&self) -> bool {
        match self.header_text("connection") {
            Some(value) if has_word(&value, "close") => false,
            Some(value) if has_word(&value, "keep-alive") => true,
            _ => self.version == "HTTP/1.1",
        }
    }

    pub fn expects_continue(&self) -> bool {
        self.header_text("expect")
            .is_some_and(|value| has_word(&value, "100-continue"))
    }

    /// The body that follows the head, and the bytes it takes in the buffer.
    fn body(&self, after: &'buffer [u8]) -> Found<(Cow<'buffer, [u8]>, usize)> {
        if let Some(coding) = self.header_text("transfer-encoding") {
            return if has_word(&coding, "chunked") {
                unchunk(after)
            } else {
                Found::Refused(501)
            };
        }
        let length = match self.header_text("content-length") {
            None => 0,
            Some(text) => match text.trim().parse::<usize>() {
                Ok(length) if length <= MOST_BODY => length,
                Ok(_) => return Found::Refused(413),
                Err(_) => return Found::Refused(400),
            },
        };
        after.get(..length).map_or(Found::Partial, |body| {
            Found::Whole((Cow::Borrowed(body), length))
        })
    }
}

impl<'buffer> Request<'buffer> {
    /// The request that begins with this head in this buffer.
    pub fn find(head: Head<'buffer>, buffer: &'buffer [u8]) -> Found<Self> {
        match head.body(&buffer[head.length..]) {
            Found::Whole((body, used)) => Found::Whole(Self {
                length: head.length + used,
                head,
                body,
            }),
            Found::Partial => Found::Partial,
            Found::Refused(status) => Found::Refused(status),
        }
    }

    pub fn is(&self, method: &str) -> bool {
        self.head.method == method
    }
}

fn too_long_or_partial<T>(buffer: &[u8]) -> Found<T> {
    if buffer.len() > MOST_HEAD {
        Found::Refused(431)
    } else {
        Found::Partial
    }
}

/// Method, target and version; the target is all between the first and the last space, so it may hold spaces.
fn request_line(line: &[u8]) -> Option<(&str, &[u8], &str)> {
    let line = line.strip_suffix(b"\n")?;
    let line = line.strip_suffix(b"\r").unwrap_or(line);
    let first = line.iter().position(|byte| *byte == b' ')?;
    let last = line.iter().rposition(|byte| *byte == b' ')?;
    if first == 0 || last <= first + 1 {
        return None;
    }
    let version = std::str::from_utf8(&line[last + 1..]).ok()?;
    let is_known = matches!(version, "HTTP/1.1" | "HTTP/1.0");
    let method = std::str::from_utf8(&line[..first]).ok()?;
    is_known.then_some((method, &line[first + 1..last], version))
}

fn has_word(list: &str, word: &str) -> bool {
    list.split(',')
        .any(|item| item.trim().eq_ignore_ascii_case(word))
}

fn unchunk(buffer: &[u8]) -> Found<(Cow<'_, [u8]>, usize)> {
    let (mut body, mut at) = (Vec::new(), 0);
    loop {
        let (line, size) = match httparse::parse_chunk_size(&buffer[at..]) {
            Ok(httparse::Status::Complete(found)) => found,
            Ok(httparse::Status::Partial) => return Found::Partial,
            Err(_) => return Found::Refused(400),
        };
        if size > (MOST_BODY - body.len()) as u64 {
            return Found::Refused(413);
        }
        let (start, size) = (at + line, size as usize);
        if size == 0 {
            return end_of_trailers(&buffer[start..]).map_or(Found::Partial, |used| {
                Found::Whole((body.into(), start + used))
            });
        }
        let Some(chunk) = buffer.get(start..start + size + 2) else {
            return Found::Partial;
        };
        if &chunk[size..] != b"\r\n" {
            return Found::Refused(400);
        }
        body.extend_from_slice(&chunk[..size]);
        at = start + size + 2;
    }
}

/// Bytes from the last chunk's line to the end of the message, trailers skipped.
fn end_of_trailers(after: &[u8]) -> Option<usize> {
    if after.starts_with(b"\r\n") {
        return Some(2);
    }
    let end = after.windows(4).position(|window| window == b"\r\n\r\n");
    end.map(|at| at + 4)
}

/// Decodes `%41` and, in forms and queries, `+`.
pub fn unquote(text: &str) -> String {
    let bytes = text.as_bytes();
    let (mut decoded, mut at) = (Vec::with_capacity(bytes.len()), 0);
    while at < bytes.len() {
        let code = bytes
            .get(at + 1..at + 3)
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (bytes[at], code) {
            (b'%', Some(code)) => {
                decoded.push(code);
                at += 2;
            }
            (b'+', _) => decoded.push(b' '),
            (byte, _) => decoded.push(byte),
        }
        at += 1;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The value of a field in a form or a query.
pub fn field(form: &str, name: &str) -> Option<String> {
    form.split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(key, _)| unquote(key) == name)
        .map(|(_, value)| unquote(value))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(text: &str) -> (String, Vec<u8>, usize) {
        let Found::Whole(head) = Head::find(text.as_bytes()) else {
            panic!("no head in {text:?}")
        };
        let Found::Whole(request) = Request::find(head, text.as_bytes()) else {
            panic!("no request in {text:?}")
        };
        let target = String::from_utf8_lossy(request.head.target).into_owned();
        (target, request.body.into_owned(), request.length)
    }

    #[test]
    fn a_target_may_hold_what_a_url_may_not() {
        let (target, body, _) = whole("GET /a b?q={\"x\":<1>} HTTP/1.1\r\n\r\n");
        assert_eq!(target, "/a b?q={\"x\":<1>}");
        assert!(body.is_empty());
    }

    #[test]
    fn a_query_is_what_stands_behind_the_question_mark() {
        for (target, path, query) in [
            ("/a?b=1", "/a", "b=1"),
            ("/a?", "/a", ""),
            ("?b?c", "", "b?c"),
            ("/a", "/a", ""),
        ] {
            let text = format!("GET {target} HTTP/1.1\r\n\r\n");
            let Found::Whole(head) = Head::find(text.as_bytes()) else {
                panic!("no head in {text:?}")
            };
            assert_eq!((&*head.path(), &*head.query()), (path, query), "{target}");
        }
    }

    #[test]
    fn bodies_end_where_their_framing_says() {
        let sized = "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabcGET";
        assert_eq!(whole(sized), ("/".into(), b"abc".into(), sized.len() - 3));
        let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n1\r\nc\r\n0\r\nT: v\r\n\r\n";
        assert_eq!(whole(chunked), ("/".into(), b"abc".into(), chunked.len()));
    }

    #[test]
    fn a_body_larger_than_is_taken_is_refused_before_it_comes() {
        for (length, is_refused) in [(MOST_BODY, false), (MOST_BODY + 1, true)] {
            for framing in [
                format!("Content-Length: {length}\r\n\r\n"),
                format!("Transfer-Encoding: chunked\r\n\r\n{length:x}\r\n"),
            ] {
                let text = format!("POST / HTTP/1.1\r\n{framing}");
                let Found::Whole(head) = Head::find(text.as_bytes()) else {
                    panic!("no head in {text:?}")
                };
                match Request::find(head, text.as_bytes()) {
                    Found::Refused(status) => assert!(is_refused && status == 413, "{text:?}"),
                    Found::Partial => assert!(!is_refused, "{text:?}"),
                    Found::Whole(_) => panic!("nothing has come of {text:?}"),
                }
            }
        }
    }

    #[test]
    fn every_shorter_beginning_is_partial() {
        let text = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n";
        for end in 0..text.len() {
            let buffer = &text.as_bytes()[..end];
            let is_partial = match Head::find(buffer) {
                Found::Whole(head) => matches!(Request::find(head, buffer), Found::Partial),
                Found::Partial => true,
                Found::Refused(_) => false,
            };
            assert!(is_partial, "{:?}", &text[..end]);
        }
    }

    #[test]
    fn what_is_not_http_is_refused() {
        for text in [
            "\x16\x03\x01\n\n",
            "GET /\r\n\r\n",
            " / HTTP/1.1\r\n",
            "GET  HTTP/1.1\r\n",
        ] {
            assert!(
                matches!(Head::find(text.as_bytes()), Found::Refused(400)),
                "{text:?}"
            );
        }
    }

    #[test]
    fn forms_are_decoded() {
        assert_eq!(
            field("a=1&user=J%C3%B6+x&z", "user").as_deref(),
            Some("Jö x")
        );
        assert_eq!(field("a=100%", "a").as_deref(), Some("100%"));
        assert_eq!(field("a=1", "b"), None);
    }
}
