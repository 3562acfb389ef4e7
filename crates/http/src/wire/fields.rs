//! The headers of an answer: httparse reads well-formed ones; what it refuses is read line by line
//! with the leniency of `http.client`, or refused in llhttp's words.

use std::sync::Arc;

use crate::dialects::dialect::Dialect;
use crate::errors::error::HttpError;
use crate::types::header_block::Field;

use super::head_faults::{LONGEST_LINE, MOST_HEADERS, strict};
use super::lenient_fields;
use super::strict_fields::explain;

/// Parses `buffer[start..length]`, the lines after the status line; offsets count from the start of
/// `buffer`.
pub(crate) fn parse_fields(
    buffer: &[u8],
    start: usize,
    length: usize,
    dialect: Dialect,
) -> Result<Arc<[Field]>, HttpError> {
    let mut few = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let block = &buffer[start..length];
    match (
        httparse::parse_headers(block, &mut few),
        dialect.is_strict(),
    ) {
        (Ok(httparse::Status::Complete((_, headers))), _) => {
            check_lines(block, headers.len(), dialect)?;
            Ok(headers
                .iter()
                .map(|header| field_of(header, buffer, start))
                .collect())
        }
        (_, false) => lenient_fields::parse(buffer, start, length).map(Arc::from),
        (Err(httparse::Error::TooManyHeaders), true) => {
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
        (Ok(httparse::Status::Partial), true) => Err(HttpError::HeadersCutOff {
            is_incomplete: false,
        }),
        (Err(_), true) => Err(explain(block)),
    }
}

/// What httparse lets pass: for `http.client` overlong lines, for llhttp lines without CR.
fn check_lines(block: &[u8], count: usize, dialect: Dialect) -> Result<(), HttpError> {
    if !dialect.is_strict() {
        let is_small = block.len() <= LONGEST_LINE && count < MOST_HEADERS;
        return if is_small {
            Ok(())
        } else {
            lenient_fields::check_limits(block)
        };
    }
    let mut lines = block.split_inclusive(|byte| *byte == b'\n');
    if lines.all(|line| line.ends_with(b"\r\n")) {
        Ok(())
    } else {
        Err(strict("Missing expected CR after header value", 25))
    }
}

fn field_of(header: &httparse::Header<'_>, buffer: &[u8], start: usize) -> Field {
    let offset = |part: &[u8]| part.as_ptr().addr().wrapping_sub(buffer.as_ptr().addr()) as u32;
    let span = |part: &[u8]| (offset(part), offset(part).wrapping_add(part.len() as u32));
    let mut value = span(header.value);
    // httparse trims what both clients keep: blanks behind a value.
    if !header.value.is_empty() {
        let behind = &buffer[value.1 as usize..];
        let is_blank = |byte: &&u8| matches!(byte, b' ' | b'\t');
        value.1 += behind.iter().take_while(is_blank).count() as u32;
    }
    field(span(header.name.as_bytes()), value, start)
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
