//! User and password as the text of a Basic `Authorization` header.
use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString, PyTuple};

use crate::client::request::header_lines::latin1_bytes;

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
        Ok(text) => Ok(latin1_bytes(&text.to_cow()?).map(Cow::into_owned)),
        Err(_) => Ok(None),
    }
}

pub fn basic_auth_text(user: &[u8], password: &[u8]) -> Vec<u8> {
    let mut plain = user.to_vec();
    plain.push(b':');
    plain.extend_from_slice(password);
    format!("Basic {}", STANDARD.encode(plain)).into_bytes()
}
