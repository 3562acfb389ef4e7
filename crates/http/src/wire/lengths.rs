//! `Content-Length`, as leniently or strictly as each client's parser reads it.

use std::num::IntErrorKind;

use crate::errors::error::HttpError;

use super::head_faults::strict;

/// Repeated lengths must agree; what is not a number counts as no length.
pub(crate) fn length_by_urllib3(values: &[&[u8]]) -> Result<Option<u64>, HttpError> {
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

pub(crate) fn length_by_llhttp(
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
