//! The first line of an answer, as leniently or strictly as each client's parser reads it.

use super::error::HttpError;
use super::head_faults::{no_http, strict};
use super::request::Dialect;
use super::response::Version;

pub(super) struct StatusLine {
    pub version: Version,
    pub status: u16,
    /// Where the reason lies in the line.
    pub reason: (u32, u32),
}

impl StatusLine {
    /// As `http.client`: version, three digits, and a reason that may be missing.
    pub(super) fn parse(line: &[u8], dialect: Dialect) -> Result<Self, HttpError> {
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
