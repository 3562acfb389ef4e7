//! `data=` and `json=` as `requests` sends them.
use bytes::Bytes;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};

use crate::client::http::shim::Shim;
use crate::client::request::body::Body;
use crate::client::request::form;

/// A body with its content type. Nothing given is a body, too: an empty one.
#[derive(Default)]
pub struct TypedBody {
    pub body: Body,
    pub content_type: Option<&'static str>,
    pub is_given: bool,
}

impl TypedBody {
    pub fn encode(
        shim: &Shim,
        data: &Bound<'_, PyAny>,
        json: &Bound<'_, PyAny>,
    ) -> PyResult<Option<Self>> {
        if !data.is_truthy()? {
            return if json.is_none() {
                Ok(Some(Self::default()))
            } else {
                Self::encode_json(shim, json)
            };
        }
        let Ok(dict) = data.cast_exact::<PyDict>() else {
            let given = |body| Self {
                body,
                content_type: None,
                is_given: true,
            };
            return Ok(Body::of_exact(data)?.map(given));
        };
        let form = form::urlencoded(dict)?;
        Ok(form.map(|form| Self {
            is_given: !form.is_empty(),
            body: Body {
                bytes: Bytes::from(form),
                is_text: true,
            },
            content_type: Some("application/x-www-form-urlencoded"),
        }))
    }

    fn encode_json(shim: &Shim, json: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        let py = json.py();
        let text = match shim.encode_json.bind(py).call1((json,)) {
            Ok(text) => text.cast_into::<PyString>()?,
            Err(error) if error.is_instance_of::<pyo3::exceptions::PyValueError>(py) => {
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        Ok(Some(Self {
            body: Body {
                bytes: Bytes::copy_from_slice(text.to_cow()?.as_bytes()),
                is_text: false,
            },
            content_type: Some("application/json"),
            is_given: true,
        }))
    }
}
