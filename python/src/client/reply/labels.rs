//! What is known of a call before its answer: what the caller said of it, and the request as it was handed on.
use std::sync::Arc;

use pyo3::exceptions::PyTypeError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyMapping};
use rlocust_engine::http::{Dialect, Headers, Proxies};

use crate::client::reply::place::Place;

/// What the caller said about the call, kept for the report.
pub struct Labels {
    /// `HttpSession` or `FastHttpSession`, and by whose rules it goes.
    pub session: Py<PyAny>,
    pub dialect: Dialect,
    /// The method as the suite spelt it: the row's type.
    pub request_type: Py<PyAny>,
    /// The row's name, if it does not follow from the answer.
    pub name: Option<Py<PyAny>>,
    /// The URL argument as given.
    pub url: Py<PyAny>,
    /// The absolute URL before redirects.
    pub first_url: Option<String>,
    pub context: Py<PyAny>,
    pub catch_response: bool,
    pub follows_redirects: bool,
    /// The `PreparedRequest` that was sent (road 2 of `HttpSession`).
    pub prepared: Option<Py<PyAny>>,
    /// Where the suite made the call; only for calls whose outcome it decides itself.
    pub place: Option<Place>,
}

/// The first request as it was handed to the engine: what is known of it even where the exchange failed.
pub struct Asked {
    pub headers: Headers,
    /// The body was given as text: its reader sees text again.
    pub body_is_text: bool,
    /// What was given in the place of a body, and came to nothing: `{}`.
    pub empty_body: Option<Py<PyAny>>,
    /// Time limits as they were given: a failure shows them in the same spelling.
    pub timeout: Option<Py<PyAny>>,
    pub proxies: Option<Arc<Proxies>>,
}

/// `user.context()` under the context given with the call; without a user the given dict itself.
pub fn merged_context(session: &Bound<'_, PyAny>, own: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    let py = session.py();
    let user = session.getattr(intern!(py, "user"))?;
    if !user.is_truthy()? {
        return Ok(own.clone().unbind());
    }
    let merged = PyDict::new(py);
    let context = user.getattr(intern!(py, "context"))?;
    if !is_locusts(&context)? {
        add(&merged, &context.call0()?)?;
    }
    add(&merged, own)?;
    Ok(merged.into_any().unbind())
}

fn add(merged: &Bound<'_, PyDict>, part: &Bound<'_, PyAny>) -> PyResult<()> {
    let Ok(mapping) = part.cast::<PyMapping>() else {
        let kind = part.get_type().name()?;
        let text = format!("'{kind}' object is not a mapping");
        return Err(PyTypeError::new_err(text));
    };
    merged.update(mapping)
}

/// Whether it is `User.context` as it was made, which gives an empty dict.
fn is_locusts(context: &Bound<'_, PyAny>) -> PyResult<bool> {
    static MADE: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    let py = context.py();
    let function = context.getattr_opt(intern!(py, "__func__"))?;
    let made = MADE.import(py, "locust.user.users", "_CONTEXT")?;
    Ok(function.is_some_and(|function| function.is(made)))
}
