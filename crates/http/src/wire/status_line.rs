//! The first line of an answer, as leniently or strictly as each client's parser reads it.

use crate::dialects::dialect::Dialect;
use crate::errors::error::HttpError;
use crate::types::version::Version;

use super::head_faults::{LONGEST_LINE, line_too_long, no_http, strict};

/// What stands behind the name of the protocol, if it is one that the client's parser takes.
pub(crate) fn behind_protocol(text: &[u8], dialect: Dialect) -> Option<&[u8]> {
    let names = dialect.protocols();
    names.iter().find_map(|name| text.strip_prefix(*name))
}

/// llhttp knows at the first wrong byte.
pub(crate) fn cannot_become_http(text: &[u8], dialect: Dialect) -> bool {
    let fits = |name: &&[u8]| text.starts_with(name) || name.starts_with(text);
    !dialect.protocols().iter().any(fits)
}

pub(crate) struct StatusLine {
    pub version: Version,
    pub status: u16,
    /// Where the reason lies in the line.
    pub reason: (u32, u32),
}

impl StatusLine {
    /// As `http.client`: version, three digits, and a reason that may be missing.
    pub(crate) fn parse(line: &[u8], dialect: Dialect) -> Result<Self, HttpError> {
        let text = line.trim_ascii_end();
        if dialect.is_strict() {
            Self::check_strictly(line, dialect)?;
        } else if line.len() > LONGEST_LINE {
            return Err(line_too_long("status line"));
        }
        // Python splits at blanks, wherever they are.
        let start = text.len() - text.trim_ascii_start().len();
        let bad = || HttpError::BadStatusLine {
            line: line.to_vec(),
        };
        let behind = behind_protocol(&text[start..], dialect).ok_or_else(bad)?;
        let version_start = text.len() - behind.len();
        let version_end = text[start..]
            .iter()
            .position(u8::is_ascii_whitespace)
            .map(|end| start + end)
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
        let is_too_low = !dialect.takes_any_status() && text.get(status_start) == Some(&b'0');
        if digits != 3
            || is_too_low
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
            version: Self::version(&text[version_start..version_end], dialect)?,
            status,
            reason,
        })
    }

    fn version(digits: &[u8], dialect: Dialect) -> Result<Version, HttpError> {
        match (digits, dialect.is_strict()) {
            (b"1.0" | b"0.9", _) => Ok(Version::Http10),
            (b"1.1" | b"2.0", true) => Ok(Version::Http11),
            (digits, false) if digits.starts_with(b"1.") => Ok(Version::Http11),
            (_, true) => Err(strict("Invalid HTTP version", 9)),
            (digits, false) => Err(HttpError::UnknownProtocol {
                version: format!("HTTP/{}", String::from_utf8_lossy(digits)),
            }),
        }
    }

    /// What llhttp refuses, in its words.
    fn check_strictly(line: &[u8], dialect: Dialect) -> Result<(), HttpError> {
        let is_line_end = |byte: &u8| matches!(byte, b'\r' | b'\n');
        let end = line.iter().position(is_line_end).unwrap_or(line.len());
        let text = &line[..end];
        let version = behind_protocol(text, dialect).ok_or_else(no_http)?;
        let version_fault = match version {
            [b'0'..=b'9', b'.', b'0'..=b'9', b' ', ..] => None,
            [b'0'..=b'9', b'.', b'0'..=b'9', ..] => Some("Expected space after version"),
            [b'0'..=b'9', b'.', ..] => Some("Invalid minor version"),
            [b'0'..=b'9', ..] => Some("Expected dot"),
            _ => Some("Invalid major version"),
        };
        if let [major @ b'0'..=b'9', b'.', minor @ b'0'..=b'9', ..] = version {
            Self::version(&[*major, b'.', *minor], dialect)?;
        }
        let status = match version_fault {
            Some(fault) => return Err(strict(fault, 9)),
            None => &version[4..],
        };
        let is_digit = |byte: &&u8| byte.is_ascii_digit();
        match (status.iter().take_while(is_digit).count(), status.get(3)) {
            (0..=2, _) => Err(strict("Invalid status code", 13)),
            (3, None | Some(b' ')) if line.ends_with(b"\n") && !line.ends_with(b"\r\n") => {
                Err(strict("Missing expected CR after response line", 25))
            }
            (3, None | Some(b' ')) => Ok(()),
            _ => Err(strict("Invalid response status", 13)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str, dialect: Dialect) -> Option<(Version, u16, String)> {
        let parsed = StatusLine::parse(line.as_bytes(), dialect).ok()?;
        let (start, end) = parsed.reason;
        let reason = line[start as usize..end as usize].to_owned();
        Some((parsed.version, parsed.status, reason))
    }

    #[test]
    fn http_client_splits_at_blanks_wherever_they_are() {
        let of = |line: &str| read(line, Dialect::Requests);
        let is = |version, status, reason: &str| Some((version, status, reason.to_owned()));
        assert_eq!(
            of("  HTTP/1.1 \t 204  No  Body \r\n"),
            is(Version::Http11, 204, "No  Body")
        );
        assert_eq!(of("HTTP/0.9 200\r\n"), is(Version::Http10, 200, ""));
        assert_eq!(of("HTTP/1.7 999 x"), is(Version::Http11, 999, "x"));
        for bad in [
            "HTTP/1.1 099 x",
            "HTTP/1.1 200x",
            "HTTP/1.1 20",
            "HTTP/2.0 200 x",
            "ICE/1.0 200 x",
        ] {
            assert_eq!(of(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_status_line_may_be_as_long_as_http_client_takes() {
        let line = |length: usize| "HTTP/1.1 200 ".to_owned() + &"x".repeat(length - 13);
        assert!(read(&line(LONGEST_LINE), Dialect::Requests).is_some());
        assert!(read(&line(LONGEST_LINE + 1), Dialect::Requests).is_none());
        assert!(read(&(line(LONGEST_LINE) + "x\r\n"), Dialect::Ghc).is_some());
    }

    #[test]
    fn llhttp_says_what_is_wrong_first() {
        for (line, reason, code) in [
            ("http/1.1 200 OK\r\n", "Expected HTTP/, RTSP/ or ICE/", 8),
            ("HTTP/x.1 200 OK\r\n", "Invalid major version", 9),
            ("HTTP/1-1 200 OK\r\n", "Expected dot", 9),
            ("HTTP/1.x 200 OK\r\n", "Invalid minor version", 9),
            ("HTTP/1.1-200 OK\r\n", "Expected space after version", 9),
            ("HTTP/1.5 200 OK\r\n", "Invalid HTTP version", 9),
            ("HTTP/1.1 20 OK\r\n", "Invalid status code", 13),
            ("HTTP/1.1 2000 OK\r\n", "Invalid response status", 13),
            ("HTTP/1.1 200-OK\r\n", "Invalid response status", 13),
            (
                "HTTP/1.1 200 OK\n",
                "Missing expected CR after response line",
                25,
            ),
            (
                "HTTP/1.1 200\n",
                "Missing expected CR after response line",
                25,
            ),
        ] {
            let fault = StatusLine::parse(line.as_bytes(), Dialect::Ghc).err();
            assert_eq!(fault, Some(strict(reason, code)), "{line}");
        }
        for line in ["HTTP/1.1 200\r\n", "ICE/2.0 012 x\r\n", "RTSP/1.0 200 \r\n"] {
            assert!(
                StatusLine::parse(line.as_bytes(), Dialect::Ghc).is_ok(),
                "{line}"
            );
        }
    }
}
