//! What an answer's headers say about its body and about the connection afterwards.

use std::num::IntErrorKind;

use super::head_faults::strict;
use crate::http::calls::call::{Dialect, Method};
use crate::http::calls::reply::{Field, Version};
use crate::http::words::error::HttpError;

/// How the end of a body is known.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Framing {
    Empty,
    Length(u64),
    Chunked,
    UntilClose,
}

/// What the headers say about the body and the connection.
#[derive(Default)]
#[expect(clippy::struct_excessive_bools, reason = "a set of what headers say")]
pub(crate) struct Facts {
    length: Option<u64>,
    is_chunked: bool,
    /// `chunked` is all that `Transfer-Encoding` says; `http.client` goes by nothing else.
    is_only_chunked: bool,
    /// `Transfer-Encoding` is there; its last coding is `chunked`; it stands before any length.
    has_coding: bool,
    ends_chunked: bool,
    has_coding_first: bool,
    says_close: bool,
    says_keep_alive: bool,
}

impl Facts {
    pub(crate) fn gather(
        buffer: &[u8],
        fields: &[Field],
        dialect: Dialect,
    ) -> Result<Self, HttpError> {
        let mut facts = Self::default();
        let mut length: Option<&[u8]> = None;
        let mut repeated: Vec<&[u8]> = Vec::new();
        for field in fields {
            let name = &buffer[field.name.0 as usize..field.name.1 as usize];
            let value = &buffer[field.value.0 as usize..field.value.1 as usize];
            match name.len() {
                14 if name.eq_ignore_ascii_case(b"content-length") => match length {
                    None => length = Some(value),
                    Some(_) => repeated.push(value),
                },
                17 if name.eq_ignore_ascii_case(b"transfer-encoding") => {
                    // Of repeated ones it sees the first.
                    facts.is_only_chunked |=
                        !facts.is_chunked && value.eq_ignore_ascii_case(b"chunked");
                    facts.is_chunked |= holds_token(value, b"chunked");
                    facts.ends_chunked = last_token_is(value, b"chunked");
                    facts.has_coding_first |= length.is_none();
                    facts.has_coding = true;
                }
                10 if name.eq_ignore_ascii_case(b"connection") => {
                    facts.says_close |= holds_token(value, b"close");
                    facts.says_keep_alive |= holds_token(value, b"keep-alive");
                }
                10 if name.eq_ignore_ascii_case(b"keep-alive") => facts.says_keep_alive = true,
                _ => {}
            }
        }
        let lengths: Vec<&[u8]>;
        let lengths = match &length {
            Some(only) if repeated.is_empty() => std::slice::from_ref(only),
            first => {
                lengths = first.iter().copied().chain(repeated).collect();
                &lengths[..]
            }
        };
        facts.length = match dialect {
            Dialect::Requests => length_by_urllib3(lengths)?,
            Dialect::Ghc => {
                facts.is_chunked = facts.ends_chunked;
                length_by_llhttp(lengths, facts.has_coding, facts.has_coding_first)?
            }
        };
        Ok(facts)
    }

    /// urllib3 undoes chunks also where there should be no body; llhttp lets interim answers that it does not
    /// know by number have one if they announce it.
    pub(crate) fn framing(&self, status: u16, method: &Method, dialect: Dialect) -> Framing {
        let is_bodiless = match (status, dialect) {
            (100..=199 | 204 | 304, Dialect::Requests) => !self.is_chunked,
            (104..=199, Dialect::Ghc) => !self.is_chunked && self.length.is_none(),
            (100..=103 | 204 | 304, Dialect::Ghc) => true,
            _ => false,
        };
        if *method == Method::Head || is_bodiless {
            return Framing::Empty;
        }
        match (self.is_chunked, self.length) {
            (true, _) => Framing::Chunked,
            (false, Some(0)) => Framing::Empty,
            (false, Some(length)) => Framing::Length(length),
            (false, None) => Framing::UntilClose,
        }
    }

    /// `http.client` takes a body for the last one whose end it cannot tell itself.
    pub(crate) fn keeps_alive(&self, version: Version, dialect: Dialect) -> bool {
        if dialect == Dialect::Requests
            && self.is_chunked
            && !self.is_only_chunked
            && self.length.is_none()
        {
            return false;
        }
        match version {
            Version::Http11 | Version::Http2 => !self.says_close,
            Version::Http10 => self.says_keep_alive && !self.says_close,
        }
    }
}

/// Repeated lengths must agree; what is not a number counts as no length.
fn length_by_urllib3(values: &[&[u8]]) -> Result<Option<u64>, HttpError> {
    let parts = values
        .iter()
        .flat_map(|value| value.split(|byte| *byte == b','));
    let numbers: Option<Vec<i128>> = parts.map(|part| number(part.trim_ascii())).collect();
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
        first => Ok(first
            .filter(|length| *length >= 0)
            .map(|length| u64::try_from(length).unwrap_or(u64::MAX))),
    }
}

/// Python's numbers have no largest one: what is more than any body is as large as can be.
fn number(text: &[u8]) -> Option<i128> {
    let text = std::str::from_utf8(text).ok()?;
    match text.parse::<i128>() {
        Ok(number) => Some(number),
        Err(fault) => (*fault.kind() == IntErrorKind::PosOverflow).then_some(i128::MAX),
    }
}

fn length_by_llhttp(
    values: &[&[u8]],
    has_coding: bool,
    has_coding_first: bool,
) -> Result<Option<u64>, HttpError> {
    let trimmed: Vec<&[u8]> = values.iter().map(|value| value.trim_ascii_end()).collect();
    match &trimmed[..] {
        [] => Ok(None),
        [..] if has_coding_first => Err(strict(
            "Content-Length can't be present with Transfer-Encoding",
            11,
        )),
        [value] if !value.is_empty() && value.iter().all(u8::is_ascii_digit) => {
            if has_coding {
                return Err(strict(
                    "Transfer-Encoding can't be present with Content-Length",
                    15,
                ));
            }
            let length = std::str::from_utf8(value)
                .ok()
                .and_then(|text| text.parse().ok());
            length
                .map(Some)
                .ok_or_else(|| strict("Content-Length overflow", 11))
        }
        [[]] => Err(strict("Empty Content-Length", 11)),
        [_] => Err(strict("Invalid character in Content-Length", 11)),
        [_, _, ..] => Err(strict("Duplicate Content-Length", 4)),
    }
}

fn last_token_is(value: &[u8], token: &[u8]) -> bool {
    let last = value.rsplit(|byte| *byte == b',').next();
    last.is_some_and(|last| last.trim_ascii().eq_ignore_ascii_case(token))
}

fn holds_token(value: &[u8], token: &[u8]) -> bool {
    value
        .split(|byte| *byte == b',')
        .any(|part| part.trim_ascii().eq_ignore_ascii_case(token))
}
