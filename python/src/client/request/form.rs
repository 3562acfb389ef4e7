//! Forms and queries, url-encoded the way `requests` (and geventhttpclient) spell them.
//!
//! Nothing stands for a value whose spelling only the Python library knows; the call then takes a slower road.
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use rlocust_engine::http::quote;

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
