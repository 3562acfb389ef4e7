//! `data=` and `json=` as `requests` sends them.
use bytes::Bytes;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::client::json;
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
    pub fn encode(data: &Bound<'_, PyAny>, json: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        if !data.is_truthy()? {
            return if json.is_none() {
                Ok(Some(Self::default()))
            } else {
                Self::encode_json(json)
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

    fn encode_json(json: &Bound<'_, PyAny>) -> PyResult<Option<Self>> {
        let bytes = json::of_requests(json)?;
        Ok(bytes.map(|bytes| Self {
            body: Body {
                bytes,
                is_text: false,
            },
            content_type: Some("application/json"),
            is_given: true,
        }))
    }
}
