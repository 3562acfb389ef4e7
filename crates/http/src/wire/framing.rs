//! What an answer's headers say about its body and about the connection afterwards.

use crate::dialects::dialect::Dialect;
use crate::errors::error::HttpError;
use crate::types::header_block::Field;
use crate::types::method::Method;
use crate::types::version::Version;

use super::lengths::{length_by_llhttp, length_by_urllib3};

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
        facts.length = if dialect.is_strict() {
            facts.is_chunked = facts.ends_chunked;
            length_by_llhttp(lengths, facts.has_coding, facts.has_coding_first)?
        } else {
            length_by_urllib3(lengths)?
        };
        Ok(facts)
    }

    pub(crate) fn framing(&self, status: u16, method: &Method, dialect: Dialect) -> Framing {
        let is_bodiless = dialect.has_no_body(status, self.is_chunked, self.length.is_some());
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

    pub(crate) fn keeps_alive(&self, version: Version, dialect: Dialect) -> bool {
        if dialect.closes_behind_unknown_codings()
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

fn last_token_is(value: &[u8], token: &[u8]) -> bool {
    let last = value.rsplit(|byte| *byte == b',').next();
    last.is_some_and(|last| last.trim_ascii().eq_ignore_ascii_case(token))
}

fn holds_token(value: &[u8], token: &[u8]) -> bool {
    value
        .split(|byte| *byte == b',')
        .any(|part| part.trim_ascii().eq_ignore_ascii_case(token))
}
