//! The header lines of a call in `requests`' order, and the credentials among them.
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyTuple;
use rlocust_engine::http::{Headers, Method};

use crate::client::http::body::TypedBody;
use crate::client::http::keywords::Keywords;
use crate::client::http::settings::Settings;
use crate::client::http::shim::Shim;
use crate::client::request::credentials;
use crate::client::request::header_lines::Lines;

/// `Some(None)`: no credentials. `None`: a kind of credentials only `requests` knows.
#[expect(
    clippy::option_option,
    reason = "no credentials and unknown credentials are different things"
)]
pub fn authorization(auth: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Option<Vec<u8>>>> {
    let Some(auth) = auth else {
        return Ok(Some(None));
    };
    if auth.is_exact_instance_of::<PyTuple>() {
        return Ok(credentials::basic_auth(auth)?.map(Some));
    }
    let py = auth.py();
    let basic = py
        .import(intern!(py, "requests.auth"))?
        .getattr(intern!(py, "HTTPBasicAuth"))?;
    if !auth.get_type().is(&basic) {
        return Ok(None);
    }
    let user = credentials::credential(&auth.getattr(intern!(py, "username"))?)?;
    let password = credentials::credential(&auth.getattr(intern!(py, "password"))?)?;
    Ok(user
        .zip(password)
        .map(|(user, password)| Some(credentials::basic_auth_text(&user, &password))))
}

/// The header lines in `requests`' order: session and call merged, cookies, length, type, credentials.
pub fn header_block(
    shim: &Shim,
    settings: &Settings<'_>,
    keywords: &Keywords<'_>,
    method: &Method,
    body: &TypedBody,
    auth: Option<Vec<u8>>,
) -> PyResult<Option<Headers>> {
    let sends_length = body.is_given || !matches!(method, Method::Get | Method::Head);
    if settings.headers.is_none() && keywords.headers.is_none() && !sends_length && auth.is_none() {
        return Ok(Some(shim.default_block.clone()));
    }
    let mut lines = Lines::with_room();
    match &settings.headers {
        Some(headers) if lines.merge(headers)?.is_none() => return Ok(None),
        Some(_) => {}
        None => lines.copy(&shim.default_lines),
    }
    if let Some(headers) = &keywords.headers
        && lines.merge(headers)?.is_none()
    {
        return Ok(None);
    }
    lines.drop_removed();
    if lines.has_bytes() || lines.contains("content-length") || lines.contains("transfer-encoding")
    {
        return Ok(None);
    }
    let cookies_at = lines.len();
    if sends_length {
        let length = body.body.bytes.len().to_string();
        lines.set("Content-Length", Some(length));
    }
    if let Some(content_type) = body.content_type
        && body.is_given
        && !lines.contains("content-type")
    {
        lines.set("Content-Type", Some(content_type));
    }
    if let Some(auth) = auth {
        lines.set("Authorization", Some(auth));
    }
    Ok(Some(lines.block(cookies_at)))
}
