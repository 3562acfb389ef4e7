//! Python values as wire text, the way `requests` (and geventhttpclient) spell them.
//!
//! Each function answers `None` for a value whose spelling only the Python library knows; the call then
//! takes a slower road. Nothing is guessed here.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use rlocust_engine::http::quote;

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
            if !is_token(&name) {
                return Ok(None);
            }
            let line = self.set(&name, header);
            line.is_given_as_bytes = value.is_instance_of::<PyBytes>();
        }
        Ok(Some(()))
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

fn is_token(name: &str) -> bool {
    !name.is_empty()
        && name
            .bytes()
            .all(|byte| byte.is_ascii_graphic() && byte != b':')
}

/// `Some(None)` is Python's None; the outer `None` is a value `requests` must judge.
#[allow(
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

/// One value of a form or query: str as UTF-8, bytes as they are, numbers as Python prints them.
fn form_value(value: &Bound<'_, PyAny>) -> PyResult<Option<Vec<u8>>> {
    if let Ok(text) = value.cast_exact::<PyString>() {
        return Ok(Some(text.to_cow()?.as_bytes().to_vec()));
    }
    if let Ok(bytes) = value.cast_exact::<PyBytes>() {
        return Ok(Some(bytes.as_bytes().to_vec()));
    }
    if value.is_exact_instance_of::<PyInt>()
        || value.is_exact_instance_of::<PyFloat>()
        || value.is_exact_instance_of::<PyBool>()
    {
        return Ok(Some(value.str()?.to_cow()?.as_bytes().to_vec()));
    }
    Ok(None)
}

type FormPairs = Vec<(Vec<u8>, Vec<u8>)>;

/// The pairs of a dict as `requests` flattens them: lists repeat the key, None drops it.
fn form_pairs(dict: &Bound<'_, PyDict>) -> PyResult<Option<FormPairs>> {
    let mut pairs = FormPairs::with_capacity(dict.len());
    for (key, value) in dict.iter() {
        let Some(key) = form_value(&key)? else {
            return Ok(None);
        };
        let values: Vec<Bound<'_, PyAny>> = if let Ok(list) = value.cast_exact::<PyList>() {
            list.iter().collect()
        } else if let Ok(tuple) = value.cast_exact::<PyTuple>() {
            tuple.iter().collect()
        } else {
            vec![value]
        };
        for value in values.into_iter().filter(|value| !value.is_none()) {
            match form_value(&value)? {
                Some(value) => pairs.push((key.clone(), value)),
                None => return Ok(None),
            }
        }
    }
    Ok(Some(pairs))
}

/// `requests`' url-encoding of a dict, for `data=` and `params=`.
pub fn urlencoded(dict: &Bound<'_, PyDict>) -> PyResult<Option<String>> {
    let Some(pairs) = form_pairs(dict)? else {
        return Ok(None);
    };
    let borrowed: Vec<(&[u8], &[u8])> = pairs
        .iter()
        .map(|(key, value)| (&**key, &**value))
        .collect();
    Ok(Some(quote::urlencode(&borrowed)))
}

/// `params=`: nothing, text, or a plain dict.
pub fn query(params: Option<&Bound<'_, PyAny>>) -> PyResult<Option<String>> {
    let Some(params) = params.filter(|params| !params.is_none()) else {
        return Ok(Some(String::new()));
    };
    if let Ok(dict) = params.cast_exact::<PyDict>() {
        return urlencoded(dict);
    }
    match params.cast_exact::<PyString>() {
        Ok(text) => Ok(Some(text.to_cow()?.into_owned())),
        Err(_) => Ok(None),
    }
}

/// The text of a Basic `Authorization` header for a tuple of two str or bytes.
pub fn basic_auth(auth: &Bound<'_, PyAny>) -> PyResult<Option<Vec<u8>>> {
    let Ok(pair) = auth.cast_exact::<PyTuple>() else {
        return Ok(None);
    };
    if pair.len() != 2 {
        return Ok(None);
    }
    let (Some(user), Some(password)) = (
        credential(&pair.get_item(0)?)?,
        credential(&pair.get_item(1)?)?,
    ) else {
        return Ok(None);
    };
    Ok(Some(basic_auth_text(&user, &password)))
}

pub fn credential(value: &Bound<'_, PyAny>) -> PyResult<Option<Vec<u8>>> {
    if let Ok(bytes) = value.cast_exact::<PyBytes>() {
        return Ok(Some(bytes.as_bytes().to_vec()));
    }
    match value.cast_exact::<PyString>() {
        Ok(text) => Ok(latin1_bytes(&text.to_cow()?)),
        Err(_) => Ok(None),
    }
}

pub fn basic_auth_text(user: &[u8], password: &[u8]) -> Vec<u8> {
    let mut plain = user.to_vec();
    plain.push(b':');
    plain.extend_from_slice(password);
    format!("Basic {}", STANDARD.encode(plain)).into_bytes()
}

/// Whether every label of the host fits into DNS; what to say of others the Python clients know.
pub fn is_plain_host(host: &str) -> bool {
    let name = host.strip_suffix('.').unwrap_or(host);
    name.split('.').all(|label| (1..=63).contains(&label.len()))
}
