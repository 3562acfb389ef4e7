//! Road 2 of `HttpSession`: what `requests` has prepared, sent by the engine.
use pyo3::prelude::*;
use rlocust_engine::http::{Dialect, Method, Redirects, quote};

use crate::client::http::timeouts::timeouts;
use crate::client::request::body::Body;
use crate::client::request::call::{CallOptions, PartialCall};
use crate::client::request::header_lines::Lines;
use crate::client::request::{tls, urls};

/// The call; `None` where only `requests` can send it.
pub fn prepared_call(
    prepared: &Bound<'_, PyAny>,
    timeout: &Bound<'_, PyAny>,
    redirects: Redirects,
    verify: &Bound<'_, PyAny>,
    cert: &Bound<'_, PyAny>,
) -> PyResult<Option<Box<PartialCall>>> {
    let py = prepared.py();
    let method: String = prepared.getattr("method")?.extract()?;
    let url: String = prepared.getattr("url")?.extract()?;
    let Ok(url) = quote::prepared_url(&url) else {
        return Ok(None);
    };
    if !urls::is_plain_host(url.host()) {
        return Ok(None);
    }
    let mut lines = Lines::default();
    if lines.merge(&prepared.getattr("headers")?)?.is_none() {
        return Ok(None);
    }
    let body = Body::of(&prepared.getattr("body")?)?.unwrap_or_default();
    let Some(timeouts) = timeouts(Some(timeout))? else {
        return Ok(None);
    };
    let Some(tls) = tls::profile(py, Some(verify), Some(cert))? else {
        return Ok(None);
    };
    if lines.contains("transfer-encoding") && !lines.contains("content-length") {
        return Ok(None); // urllib3 frames even no body then: with an empty chunk
    }
    lines.0.retain(|line| line.value.is_some());
    let headers = lines.block(lines.0.len());
    let method = Method::new(&method);
    if !method.is_token() {
        return Ok(None);
    }
    let options = CallOptions {
        dialect: Dialect::Requests,
        redirects,
        timeouts,
        tls,
        max_retries: 0,
    };
    let mut call = PartialCall::new(method, url, headers, body, options);
    call.given_timeout = Some(timeout.clone().unbind());
    Ok(Some(call))
}
