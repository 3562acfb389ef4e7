//! The lines between the chunks of a body: size lines as Python's `int(text, 16)` takes them (urllib3) or as
//! llhttp does (geventhttpclient), and llhttp's look at trailers.

use crate::errors::error::HttpError;
use crate::types::token::is_token;

use super::head_faults::USERS;
use super::strict_fields::fault_in_value;

/// A fault of chunked framing in the words of the client's parser, with llhttp's number.
pub(crate) fn framing_fault(reason: &str, code: i32) -> HttpError {
    HttpError::BadFraming {
        reason: reason.to_owned(),
        code,
    }
}

/// `int(text, 16)`: blanks around, a sign, `0x` and underscores between digits are fine. Whether it is negative,
/// and its size; what is larger than any body is as large as can be.
pub(crate) fn python_size(text: &[u8]) -> Option<(bool, u64)> {
    let is_blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == 0x0b;
    let start = text.iter().position(|byte| !is_blank(byte))?;
    let end = text.iter().rposition(|byte| !is_blank(byte))? + 1;
    let (is_negative, digits) = match &text[start..end] {
        [b'-', rest @ ..] => (true, rest),
        [b'+', rest @ ..] | rest => (false, rest),
    };
    let digits = match digits {
        [b'0', b'x' | b'X', b'_', rest @ ..] | [b'0', b'x' | b'X', rest @ ..] | rest => rest,
    };
    let mut size = 0_u64;
    let mut may_be_underscore = false;
    for byte in digits {
        match char::from(*byte).to_digit(16) {
            Some(digit) => {
                size = size.saturating_mul(16).saturating_add(u64::from(digit));
                may_be_underscore = true;
            }
            None if *byte == b'_' && may_be_underscore => may_be_underscore = false,
            None => return None,
        }
    }
    may_be_underscore.then_some((is_negative, size))
}

/// llhttp has no limit for the extensions of a chunk; Node.js gives it one of 16 KiB, http.client's is 64 KiB.
const LONGEST_STRICT_LINE: usize = 1 << 20;

/// llhttp's reading of a size line, as far as it came: each byte is looked at once.
#[derive(Debug, Default)]
pub(crate) struct StrictSize {
    size: u64,
    at: usize,
    is_in_extension: bool,
}

impl StrictSize {
    /// Its value and length, once it is all there. `input` begins with the line, and is longer each time. Faults are
    /// certain at the first wrong byte.
    pub(crate) fn read(&mut self, input: &[u8]) -> Result<Option<(u64, usize)>, HttpError> {
        if !self.is_in_extension {
            self.read_digits(input)?;
        }
        if self.is_in_extension {
            let end = input[self.at..].iter().position(|byte| *byte == b'\r');
            self.at = end.map_or(input.len(), |end| self.at + end);
        }
        if self.at > LONGEST_STRICT_LINE {
            return Err(framing_fault("Chunk extensions overflow", USERS));
        }
        match input.get(self.at) {
            None => Ok(None),
            Some(b'\r') => Ok(line_end(&input[self.at..])?.map(|end| (self.size, self.at + end))),
            Some(b'\n') => Err(framing_fault("Missing expected CR after chunk size", 25)),
            Some(_) => Err(framing_fault("Invalid character in chunk size", 12)),
        }
    }

    /// Up to what is no digit; nothing else may stand first.
    fn read_digits(&mut self, input: &[u8]) -> Result<(), HttpError> {
        while let Some(digit) = input.get(self.at).copied().and_then(hex_digit) {
            self.size = self
                .size
                .checked_mul(16)
                .and_then(|size| size.checked_add(u64::from(digit)))
                .ok_or_else(|| framing_fault("Chunk size overflow", 12))?;
            self.at += 1;
        }
        match input.get(self.at) {
            Some(_) if self.at == 0 => Err(framing_fault("Invalid character in chunk size", 12)),
            Some(b';') => {
                self.is_in_extension = true;
                Ok(())
            }
            _ => Ok(()),
        }
    }
}

fn hex_digit(byte: u8) -> Option<u32> {
    char::from(byte).to_digit(16)
}

/// CR and LF; their length once both are there.
fn line_end(input: &[u8]) -> Result<Option<usize>, HttpError> {
    match input {
        [_, b'\n', ..] => Ok(Some(2)),
        [_, _, ..] => Err(framing_fault("Expected LF after chunk size", 2)),
        _ => Ok(None),
    }
}

/// llhttp reads trailers as headers.
pub(crate) fn check_trailer(line: &[u8]) -> Result<(), HttpError> {
    let name = line.split(|byte| *byte == b':').next().unwrap_or_default();
    if line == b"\r\n" {
        return Ok(());
    }
    if name.len() == line.len() || !is_token(name) {
        return Err(framing_fault("Invalid header token", 10));
    }
    match fault_in_value(&line[name.len()..]) {
        Some((reason, code)) => Err(framing_fault(reason, code)),
        None if !line.ends_with(b"\r\n") => {
            Err(framing_fault("Missing expected CR after header value", 25))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_as_python_reads_them() {
        for (text, size) in [
            ("5\r\n", Some((false, 5))),
            ("  1F \r\n", Some((false, 31))),
            ("+5", Some((false, 5))),
            ("-5", Some((true, 5))),
            ("0x5", Some((false, 5))),
            ("0x_5", Some((false, 5))),
            ("1_0", Some((false, 16))),
            ("fffffffffffffffff", Some((false, u64::MAX))),
            ("", None),
            ("\r\n", None),
            ("_5", None),
            ("5_", None),
            ("5__5", None),
            ("0x", None),
            ("xyz", None),
        ] {
            assert_eq!(python_size(text.as_bytes()), size, "{text:?}");
        }
    }

    #[test]
    fn llhttp_takes_digits_and_nothing_else() {
        let of = |text: &str| {
            let whole = StrictSize::default().read(text.as_bytes());
            let mut byte_by_byte = StrictSize::default();
            let mut last = Ok(None);
            for end in 0..=text.len() {
                last = byte_by_byte.read(&text.as_bytes()[..end]);
                if !matches!(last, Ok(None)) {
                    break;
                }
            }
            assert_eq!(whole, last, "{text:?}");
            whole
        };
        assert_eq!(of("5\r\nhello"), Ok(Some((5, 3))));
        assert_eq!(of("a;x=1\r\n"), Ok(Some((10, 7))));
        assert_eq!(of("5\r"), Ok(None));
        assert_eq!(of("5;x"), Ok(None));
        assert_eq!(
            of("5;x\rx"),
            Err(framing_fault("Expected LF after chunk size", 2))
        );
        let wrong = Err(framing_fault("Invalid character in chunk size", 12));
        for text in ["0x5\r\n", "+5\r\n", "5 \r\n", "\r\n", "xyz"] {
            assert_eq!(of(text), wrong, "{text:?}");
        }
        assert_eq!(
            of("fffffffffffffffff"),
            Err(framing_fault("Chunk size overflow", 12))
        );
        let long = format!("5;{}", "x".repeat(2 << 20));
        assert_eq!(
            StrictSize::default().read(long.as_bytes()),
            Err(framing_fault("Chunk extensions overflow", USERS))
        );
        assert_eq!(
            of("5\n"),
            Err(framing_fault("Missing expected CR after chunk size", 25))
        );
    }

    #[test]
    fn trailers_are_read_as_llhttp_reads_headers() {
        for line in ["\r\n", "A: b\r\n", "A:\r\n"] {
            assert_eq!(check_trailer(line.as_bytes()), Ok(()), "{line:?}");
        }
        for (line, reason, code) in [
            ("A\r\n", "Invalid header token", 10),
            (": b\r\n", "Invalid header token", 10),
            ("A b: c\r\n", "Invalid header token", 10),
            ("A: b\u{1}\r\n", "Invalid header value char", 10),
            ("A: b\n", "Missing expected CR after header value", 25),
        ] {
            let fault = framing_fault(reason, code);
            assert_eq!(check_trailer(line.as_bytes()), Err(fault), "{line:?}");
        }
    }
}
