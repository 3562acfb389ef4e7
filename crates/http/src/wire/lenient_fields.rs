//! Headers that break the rules, read as `http.client` and Python's email parser read them: odd names end the
//! headers, folded values are joined, a lone CR ends a line.

use crate::errors::error::HttpError;
use crate::types::header_block::Field;

use super::head_faults::{LONGEST_LINE, MOST_HEADERS, line_too_long, too_many};

/// Parses `buffer[start..length]`; offsets count from the start of `buffer`. Limits are those of `http.client`:
/// it counts lines, the empty one at the end included.
pub(crate) fn check_limits(block: &[u8]) -> Result<(), HttpError> {
    for (count, line) in block.split_inclusive(|byte| *byte == b'\n').enumerate() {
        if line.len() > LONGEST_LINE {
            return Err(line_too_long("header line"));
        }
        if count >= MOST_HEADERS {
            return Err(too_many());
        }
    }
    Ok(())
}

pub(crate) fn parse(buffer: &[u8], start: usize, length: usize) -> Result<Vec<Field>, HttpError> {
    check_limits(&buffer[start..length])?;
    let mut fields: Vec<Field> = Vec::new();
    let mut at = start;
    while at < length {
        let end = line_end(buffer, at, length);
        let text_end = at + without_line_end(&buffer[at..end]).len();
        match buffer[at] {
            b' ' | b'\t' => continue_last(&mut fields, text_end),
            _ => match name_length(&buffer[at..text_end]) {
                None => break,
                Some(0) => {}
                Some(name) => fields.push(field(buffer, at, name, text_end)),
            },
        }
        at = end;
    }
    Ok(fields)
}

/// A line that begins with a blank belongs to the one before; without one it is passed over.
fn continue_last(fields: &mut [Field], text_end: usize) {
    if let Some(last) = fields.last_mut() {
        last.value.1 = text_end as u32;
    }
}

/// LF, CR LF and a lone CR end a line.
fn line_end(buffer: &[u8], at: usize, length: usize) -> usize {
    let line = &buffer[at..length];
    match line.iter().position(|byte| matches!(byte, b'\r' | b'\n')) {
        Some(end) if line[end] == b'\r' && line.get(end + 1) == Some(&b'\n') => at + end + 2,
        Some(end) => at + end + 1,
        None => length,
    }
}

fn without_line_end(line: &[u8]) -> &[u8] {
    let line = line.strip_suffix(b"\n").unwrap_or(line);
    line.strip_suffix(b"\r").unwrap_or(line)
}

/// The name before the colon, if it is made of visible ASCII; anything else ends the headers.
fn name_length(line: &[u8]) -> Option<usize> {
    let colon = line.iter().position(|byte| *byte == b':')?;
    line[..colon]
        .iter()
        .all(u8::is_ascii_graphic)
        .then_some(colon)
}

fn field(buffer: &[u8], at: usize, name: usize, text_end: usize) -> Field {
    let value = &buffer[at + name + 1..text_end];
    let blanks = value
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'\t'))
        .count();
    Field {
        name: (at as u32, (at + name) as u32),
        value: ((at + name + 1 + blanks) as u32, text_end as u32),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_may_be_as_long_and_as_many_as_http_client_takes() {
        let line = |length: usize| [vec![b'a'; length - 1], b"\n".to_vec()].concat();
        assert_eq!(check_limits(&line(LONGEST_LINE)), Ok(()));
        assert_eq!(
            check_limits(&line(LONGEST_LINE + 1)),
            Err(line_too_long("header line"))
        );
        assert_eq!(check_limits(&b"a\n".repeat(MOST_HEADERS)), Ok(()));
        assert_eq!(
            check_limits(&b"a\n".repeat(MOST_HEADERS + 1)),
            Err(too_many())
        );
    }

    #[test]
    fn lines_are_taken_apart_wherever_they_end() {
        let parsed = |text: &str| {
            let fields = parse(text.as_bytes(), 1, text.len()).expect("within limits");
            let part = |(start, end): (u32, u32)| text[start as usize..end as usize].to_owned();
            let pair = |field: &Field| format!("{}={}", part(field.name), part(field.value));
            fields.iter().map(pair).collect::<Vec<_>>()
        };
        assert_eq!(parsed("xa: b\rc:\t d \r\ne:f\n\n"), ["a=b", "c=d ", "e=f"]);
        assert_eq!(parsed("x folded\r\na: b\r\n\tc\r\n"), ["a=b\r\n\tc"]);
        assert_eq!(parsed("x: none\r\na: b\r\n"), ["a=b"]);
        assert_eq!(parsed("xa: b\r\nno colon\r\nc: d\r\n"), ["a=b"]);
        assert_eq!(parsed("xa: b"), ["a=b"]);
    }
}
