//! What geventhttpclient's parser makes of the bytes that come together with a head. It is fed with
//! all of them before the client has a response, so a fault in a body, or garbage behind it, is
//! then a fault without a response; and a further answer in them takes the place of the one before, whose
//! body stays in front of its own.

use crate::dialects::dialect::Dialect;
use crate::errors::error::HttpError;
use crate::types::method::Method;

use super::chunks::Chunks;
use super::framing::Framing;
use super::head::Head;
use super::head_end::EndFinder;
use super::head_faults::{no_http, strict};
use super::status_line::behind_protocol;

/// Checks what stands behind the head in the first bytes of an answer.
pub(crate) fn check(head: &Head, rest: &[u8], method: &Method) -> Result<(), HttpError> {
    // The client drops what comes behind the answer to a HEAD.
    if rest.is_empty() || *method == Method::Head {
        return Ok(());
    }
    match past_line_ends(behind(head, rest)?.unwrap_or_default()) {
        [] => Ok(()),
        _ if !head.keep_alive => Err(strict("Data after `Connection: close`", 5)),
        next if behind_protocol(next, Dialect::Ghc).is_some() => Ok(()),
        _ => Err(no_http()),
    }
}

/// The head of an answer that nobody asked for stands behind this whole one.
pub(crate) fn is_followed(head: &Head, rest: &[u8], method: &Method) -> bool {
    let is_usual = rest.is_empty() || rest.ends_with(b"\n0\r\n\r\n");
    if is_usual || !head.keep_alive || *method == Method::Head {
        return false;
    }
    let Ok(Some(behind)) = behind(head, rest) else {
        return false;
    };
    let next = past_line_ends(behind);
    behind_protocol(next, Dialect::Ghc).is_some() && EndFinder::default().find(next).is_some()
}

/// llhttp takes no notice of empty lines before an answer.
pub(crate) fn past_line_ends(left_over: &[u8]) -> &[u8] {
    let start = left_over.iter().position(|byte| !is_line_end(*byte));
    start.map_or(&[], |start| &left_over[start..])
}

/// The answer is all there: geventhttpclient has given its connection back before it looks at what follows.
pub(crate) fn is_whole(head: &Head, rest: &[u8]) -> bool {
    matches!(behind(head, rest), Ok(Some(_)))
}

/// Nothing but empty lines.
pub(crate) fn is_blank(rest: &[u8]) -> bool {
    past_line_ends(rest).is_empty()
}

fn is_line_end(byte: u8) -> bool {
    matches!(byte, b'\r' | b'\n')
}

/// What stands behind the answer, if it is all there.
fn behind<'a>(head: &Head, rest: &'a [u8]) -> Result<Option<&'a [u8]>, HttpError> {
    match head.framing {
        Framing::Empty => Ok(Some(rest)),
        Framing::Length(length) => Ok(usize::try_from(length)
            .ok()
            .and_then(|length| rest.get(length..))),
        Framing::Chunked => behind_chunks(rest),
        Framing::UntilClose => Ok(None),
    }
}

fn behind_chunks(rest: &[u8]) -> Result<Option<&[u8]>, HttpError> {
    let mut chunks = Chunks::new(Dialect::Ghc);
    match chunks.feed(rest) {
        Ok(used) if chunks.is_done() => Ok(Some(&rest[used..])),
        Ok(_) => Ok(None),
        Err(HttpError::BadFraming { reason, code }) => Err(strict(&reason, code)),
        Err(other) => Err(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(text: &str, method: &Method) -> Option<(String, i32)> {
        let end = text.find("\r\n\r\n").map_or(text.len(), |at| at + 4);
        let head = Head::parse(text.as_bytes(), end, method, Dialect::Ghc).expect("a head");
        match check(&head, &text.as_bytes()[end..], method) {
            Err(HttpError::BadHeaders { reason, code }) => Some((reason, code)),
            _ => None,
        }
    }

    #[test]
    fn garbage_that_comes_with_the_head_leaves_no_response() {
        let of = |text: &str| checked(text, &Method::Get);
        let fault = |reason: &str, code: i32| Some((reason.to_owned(), code));
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";
        assert_eq!(
            of(&format!("{chunked}xyz\r\n")),
            fault("Invalid character in chunk size", 12)
        );
        assert_eq!(
            of(&format!("{chunked}3\r\nabcdef\r\n")),
            fault("Expected LF after chunk data", 2)
        );
        let garbage = fault("Expected HTTP/, RTSP/ or ICE/", 8);
        assert_eq!(of("HTTP/1.1 204 No\r\n\r\nhello"), garbage);
        assert_eq!(
            of("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nabehind"),
            garbage
        );
        assert_eq!(
            of("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nab"),
            fault("Data after `Connection: close`", 5)
        );
    }

    fn followed(text: &str) -> bool {
        let end = text.find("\r\n\r\n").map_or(text.len(), |at| at + 4);
        let head = Head::parse(text.as_bytes(), end, &Method::Get, Dialect::Ghc).expect("a head");
        is_followed(&head, &text.as_bytes()[end..], &Method::Get)
    }

    #[test]
    fn only_a_whole_answer_is_followed_by_another_whole_head() {
        let first = "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n";
        let next = "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n";
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n";
        assert!(followed(&format!("{first}a{next}")));
        assert!(followed(&format!("{first}a\r\n{next}half")));
        assert!(followed(&format!("{chunked}{next}")));
        assert!(!followed(&format!("{first}a")));
        assert!(!followed(&format!("{first}a\r\n")));
        assert!(!followed(chunked));
        assert!(!followed(&format!("{first}a{}", &next[..30])));
        let closing = first.replace("OK\r\n", "OK\r\nConnection: close\r\n");
        assert!(!followed(&format!("{closing}a{next}")));
        assert!(
            !followed(&format!("HTTP/1.1 200 OK\r\n\r\n{next}")),
            "all of that is its body"
        );
    }

    #[test]
    fn what_may_follow_is_let_pass() {
        for text in [
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na",
            "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na\r\n",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\na",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab",
            "HTTP/1.1 200 OK\r\n\r\nanything",
        ] {
            assert_eq!(checked(text, &Method::Get), None, "{text:?}");
        }
        assert_eq!(
            checked(
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                &Method::Head
            ),
            None
        );
    }
}
