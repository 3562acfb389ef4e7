//! Header lines on their way into a block, with the values that both clients send as they are.
//!
//! Nothing stands for a value whose spelling only the Python library knows; the call then takes a slower road.
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};
use rlocust_engine::http::Headers;

/// One header line on its way into a block: the lower-case name, for merging, is not sent.
pub struct Line {
    key: String,
    pub name: String,
    pub value: Option<Vec<u8>>,
    /// The suite gave bytes, and reads bytes again in `response.request.headers`.
    pub is_given_as_bytes: bool,
}

/// Header lines in order; setting a present name keeps its place, as `CaseInsensitiveDict` does.
#[derive(Default)]
pub struct Lines(pub Vec<Line>);

impl Lines {
    pub fn set(&mut self, name: &str, value: Option<Vec<u8>>) -> &mut Line {
        let key = name.to_ascii_lowercase();
        let line = Line {
            key,
            name: name.to_owned(),
            value,
            is_given_as_bytes: false,
        };
        let known = self.0.iter().position(|own| own.key == line.key);
        let place = known.unwrap_or(self.0.len());
        if known.is_some() {
            self.0[place] = line;
        } else {
            self.0.push(line);
        }
        &mut self.0[place]
    }

    pub fn contains(&self, key: &str) -> bool {
        self.0
            .iter()
            .any(|line| line.key == key && line.value.is_some())
    }

    /// Merges a mapping of str to str, bytes or None; None removes a line when it is rendered.
    pub fn merge(&mut self, headers: &Bound<'_, PyAny>) -> PyResult<Option<()>> {
        let Some(headers) = plain_dict(headers)? else {
            return Ok(None);
        };
        for (name, value) in headers.iter() {
            let (Ok(name), Some(header)) = (name.cast_exact::<PyString>(), header_value(&value)?)
            else {
                return Ok(None);
            };
            let name = name.to_cow()?;
            if !is_plain_name(&name) {
                return Ok(None);
            }
            let line = self.set(&name, header);
            line.is_given_as_bytes = value.is_instance_of::<PyBytes>();
        }
        Ok(Some(()))
    }

    /// The block that is sent; the session's cookies go before line `cookies_at`, or last.
    pub fn block(&self, cookies_at: usize) -> Headers {
        let mut headers = Headers::new();
        for (place, line) in self.0.iter().enumerate() {
            if place == cookies_at {
                headers.cookies_go_here();
            }
            headers.push(&line.name, line.value.as_deref().unwrap_or_default());
        }
        headers
    }
}

/// The dict behind a mapping whose items may be read without running foreign code:
/// a dict, or a `CaseInsensitiveDict` by its store.
fn plain_dict<'py>(mapping: &Bound<'py, PyAny>) -> PyResult<Option<Bound<'py, PyDict>>> {
    if let Ok(dict) = mapping.cast_exact::<PyDict>() {
        return Ok(Some(dict.clone()));
    }
    let Ok(store) = mapping.getattr(pyo3::intern!(mapping.py(), "_store")) else {
        return Ok(None);
    };
    let plain = PyDict::new(mapping.py());
    for item in store.call_method0("values")?.try_iter()? {
        let (name, value) = item?.extract::<(Bound<'py, PyAny>, Bound<'py, PyAny>)>()?;
        plain.set_item(name, value)?;
    }
    Ok(Some(plain))
}

/// Whether both clients send the name as it is.
fn is_plain_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b':')
}

/// `Some(None)` is Python's None; the outer `None` is a value `requests` must judge.
#[expect(
    clippy::option_option,
    reason = "two different absences: removed by the caller, and not ours to spell"
)]
fn header_value(value: &Bound<'_, PyAny>) -> PyResult<Option<Option<Vec<u8>>>> {
    if value.is_none() {
        return Ok(Some(None));
    }
    let bytes = if let Ok(text) = value.cast_exact::<PyString>() {
        match latin1_bytes(&text.to_cow()?) {
            Some(bytes) => bytes,
            None => return Ok(None),
        }
    } else if let Ok(bytes) = value.cast_exact::<PyBytes>() {
        bytes.as_bytes().to_vec()
    } else {
        return Ok(None);
    };
    let is_plain = !bytes.first().is_some_and(u8::is_ascii_whitespace)
        && !bytes.iter().any(|byte| matches!(byte, b'\r' | b'\n' | 0));
    Ok(is_plain.then_some(Some(bytes)))
}

/// The text in latin-1, if it fits.
pub fn latin1_bytes(text: &str) -> Option<Vec<u8>> {
    if text.is_ascii() {
        return Some(text.as_bytes().to_vec());
    }
    text.chars()
        .map(|c| u8::try_from(u32::from(c)).ok())
        .collect()
}
