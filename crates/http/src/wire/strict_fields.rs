//! Headers that llhttp refuses, in its words.

use crate::errors::error::HttpError;
use crate::types::token::is_token;

use super::head_faults::strict;

/// llhttp's words for what httparse refused: those for the first wrong byte.
pub(crate) fn explain(block: &[u8]) -> HttpError {
    let lines = block.split_inclusive(|byte| *byte == b'\n');
    lines
        .enumerate()
        .find_map(|(number, line)| explain_line(number, line))
        .unwrap_or_else(|| strict("Invalid header token", 10))
}

fn explain_line(number: usize, line: &[u8]) -> Option<HttpError> {
    if matches!(line, [b' ' | b'\t', ..]) {
        return Some(match number {
            0 => strict("Unexpected space after start line", 30),
            _ => strict("Unexpected whitespace after header value", 10),
        });
    }
    let name_length = line.iter().position(|byte| *byte == b':').unwrap_or(0);
    if !is_token(&line[..name_length]) && !matches!(line, b"\r\n" | b"\n") {
        return Some(strict("Invalid header token", 10));
    }
    fault_in_value(&line[name_length..]).map(|(reason, code)| strict(reason, code))
}

/// llhttp's word and number for the first byte that no value may hold.
pub(crate) fn fault_in_value(value: &[u8]) -> Option<(&'static str, i32)> {
    let is_control = |byte: &u8| byte.is_ascii_control() && *byte != b'\t';
    let at = value.iter().position(is_control)?;
    match (value[at], value.get(at + 1)) {
        (b'\n', _) | (b'\r', Some(b'\n')) => None,
        (b'\r', _) => Some(("Missing expected LF after header value", 3)),
        _ => Some(("Invalid header value char", 10)),
    }
}
