//! Header lines on their way into a block, with the values that both clients send as they are.
//!
//! Nothing stands for a value whose spelling only the Python library knows; the call then takes a slower road.
use std::borrow::Cow;
use std::ops::Range;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};
use rlocust_engine::http::Headers;

/// Header lines in order; setting a present name keeps its place, as `CaseInsensitiveDict` does.
///
/// All text lies in one piece: a call has some eight lines, and each of its own would cost more than writing it.
#[derive(Default, Clone)]
pub struct Lines {
    text: Vec<u8>,
    lines: Vec<Line>,
}

#[derive(Clone)]
struct Line {
    name: Range<usize>,
    value: Option<Range<usize>>,
    /// The suite gave bytes, and reads bytes again in `response.request.headers`.
    is_given_as_bytes: bool,
}

/// Room for the text of most calls, and for their lines.
const USUAL: (usize, usize) = (512, 16);

impl Lines {
    /// No lines yet, and room for them.
    pub fn with_room() -> Self {
        Self {
            text: Vec::with_capacity(USUAL.0),
            lines: Vec::with_capacity(USUAL.1),
        }
    }

    /// Sets a line; no value removes it when it is rendered.
    #[expect(
        clippy::needless_pass_by_value,
        reason = "callers give texts and bytes, owned or not"
    )]
    pub fn set(&mut self, name: &str, value: Option<impl AsRef<[u8]>>) {
        self.put(name.as_bytes(), value.as_ref().map(AsRef::as_ref), false);
    }

    /// Sets all lines of others, as they are.
    pub fn take_over(&mut self, others: &Self) {
        for line in &others.lines {
            let value = line.value.clone().map(|value| &others.text[value]);
            self.put(
                &others.text[line.name.clone()],
                value,
                line.is_given_as_bytes,
            );
        }
    }

    /// The lines of others, where there are none yet.
    pub fn copy(&mut self, others: &Self) {
        self.text.extend_from_slice(&others.text);
        self.lines.extend_from_slice(&others.lines);
    }

    fn put(&mut self, name: &[u8], value: Option<&[u8]>, is_given_as_bytes: bool) {
        let line = Line {
            name: self.write(name),
            value: value.map(|value| self.write(value)),
            is_given_as_bytes,
        };
        match self.place(name) {
            Some(known) => self.lines[known] = line,
            None => self.lines.push(line),
        }
    }

    fn write(&mut self, text: &[u8]) -> Range<usize> {
        let start = self.text.len();
        self.text.extend_from_slice(text);
        start..self.text.len()
    }

    fn place(&self, name: &[u8]) -> Option<usize> {
        let is_it = |line: &Line| self.text[line.name.clone()].eq_ignore_ascii_case(name);
        self.lines.iter().position(is_it)
    }

    /// Whether a line of this name has a value, whatever the case of the name.
    pub fn contains(&self, name: &str) -> bool {
        self.place(name.as_bytes())
            .is_some_and(|place| self.lines[place].value.is_some())
    }

    /// How many lines there are.
    pub fn len(&self) -> usize {
        self.lines.len()
    }

    /// Names as they are spelt, and values.
    pub fn iter(&self) -> impl Iterator<Item = (&[u8], Option<&[u8]>)> {
        self.lines.iter().map(|line| {
            let value = line.value.clone().map(|value| &self.text[value]);
            (&self.text[line.name.clone()], value)
        })
    }

    /// Takes away the lines that were set to no value.
    pub fn drop_removed(&mut self) {
        self.lines.retain(|line| line.value.is_some());
    }

    /// Whether a value was given as bytes.
    pub fn has_bytes(&self) -> bool {
        self.lines.iter().any(|line| line.is_given_as_bytes)
    }

    /// Merges a mapping of str to str, bytes or None; None removes a line when it is rendered.
    pub fn merge(&mut self, headers: &Bound<'_, PyAny>) -> PyResult<Option<()>> {
        if let Ok(headers) = headers.cast_exact::<PyDict>() {
            for (name, value) in headers.iter() {
                if self.merge_one(&name, &value)?.is_none() {
                    return Ok(None);
                }
            }
            return Ok(Some(()));
        }
        // A `CaseInsensitiveDict`: its store may be read without running foreign code.
        let Ok(store) = headers.getattr(intern!(headers.py(), "_store")) else {
            return Ok(None);
        };
        let Ok(store) = store.cast::<PyDict>() else {
            return Ok(None);
        };
        for (_, item) in store.iter() {
            let item = item.cast_into::<PyTuple>()?;
            let (name, value) = (item.get_item(0)?, item.get_item(1)?);
            if self.merge_one(&name, &value)?.is_none() {
                return Ok(None);
            }
        }
        Ok(Some(()))
    }

    fn merge_one(
        &mut self,
        name: &Bound<'_, PyAny>,
        value: &Bound<'_, PyAny>,
    ) -> PyResult<Option<()>> {
        let Ok(name) = name.cast_exact::<PyString>() else {
            return Ok(None);
        };
        let name = name.to_cow()?;
        if !is_plain_name(&name) {
            return Ok(None);
        }
        if value.is_none() {
            self.put(name.as_bytes(), None, false);
        } else if let Ok(text) = value.cast_exact::<PyString>() {
            let text = text.to_cow()?;
            let Some(bytes) = latin1_bytes(&text).filter(|bytes| is_plain_value(bytes)) else {
                return Ok(None);
            };
            self.put(name.as_bytes(), Some(&bytes), false);
        } else if let Ok(bytes) = value.cast_exact::<PyBytes>()
            && is_plain_value(bytes.as_bytes())
        {
            self.put(name.as_bytes(), Some(bytes.as_bytes()), true);
        } else {
            return Ok(None);
        }
        Ok(Some(()))
    }

    /// The block that is sent; the session's cookies go before line `cookies_at`, or last.
    pub fn block(&self, cookies_at: usize) -> Headers {
        let mut headers = Headers::with_room(self.text.len() + 4 * self.len(), self.len());
        for (place, (name, value)) in self.iter().enumerate() {
            if place == cookies_at {
                headers.cookies_go_here();
            }
            headers.push(name, value.unwrap_or_default());
        }
        headers
    }
}

/// Whether both clients send the name as it is.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b':')
}

/// Whether both clients send the value as it is; others `requests` must judge.
fn is_plain_value(value: &[u8]) -> bool {
    !value.first().is_some_and(u8::is_ascii_whitespace)
        && !value.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0))
}

/// The text in latin-1, if it fits.
pub fn latin1_bytes(text: &str) -> Option<Cow<'_, [u8]>> {
    if text.is_ascii() {
        return Some(Cow::Borrowed(text.as_bytes()));
    }
    let bytes: Option<Vec<u8>> = text
        .chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect();
    bytes.map(Cow::Owned)
}
