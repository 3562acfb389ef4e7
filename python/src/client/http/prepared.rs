//! Road 2 of `HttpSession`: what `requests` has prepared, sent by the engine.
use pyo3::prelude::*;
use rlocust_engine::http::{Dialect, Method, Redirects, quote};

use crate::client::http::timeouts::timeouts;
use crate::client::request::body::Body;
use crate::client::request::call::{CallOptions, PartialCall};
use crate::client::request::header_lines::Lines;
use crate::client::request::{proxies, tls, urls};
use crate::client::session::jar;

/// `Prepared` of `rlocust._clients.requests_call`.
#[derive(FromPyObject)]
pub struct Prepared<'py> {
    pub request: Bound<'py, PyAny>,
    timeout: Bound<'py, PyAny>,
    pub follow: bool,
    verify: Bound<'py, PyAny>,
    cert: Bound<'py, PyAny>,
    cookies: Option<Vec<jar::Row>>,
    proxies: Vec<proxies::Row>,
}

impl Prepared<'_> {
    /// The call; `None` where only `requests` can send it.
    pub fn into_call(self, redirects: Redirects) -> PyResult<Option<Box<PartialCall>>> {
        let py = self.request.py();
        let Some(mut call) = call_of(&self, redirects)? else {
            return Ok(None);
        };
        call.proxies = proxies::proxies(py, self.proxies);
        call.cookies = self.cookies.map(|rows| Box::new(jar::filled(rows)));
        Ok(Some(call))
    }
}

fn call_of(prepared: &Prepared<'_>, redirects: Redirects) -> PyResult<Option<Box<PartialCall>>> {
    let request = &prepared.request;
    let method: String = request.getattr("method")?.extract()?;
    let url: String = request.getattr("url")?.extract()?;
    let Ok(url) = quote::prepared_url(&url) else {
        return Ok(None);
    };
    if !urls::is_plain_host(url.host()) {
        return Ok(None);
    }
    let mut lines = Lines::default();
    if lines.merge(&request.getattr("headers")?)?.is_none() {
        return Ok(None);
    }
    let body = Body::of(&request.getattr("body")?)?.unwrap_or_default();
    let Some(timeouts) = timeouts(Some(&prepared.timeout))? else {
        return Ok(None);
    };
    let Some(tls) = tls::profile(request.py(), Some(&prepared.verify), Some(&prepared.cert))?
    else {
        return Ok(None);
    };
    if lines.contains("transfer-encoding") && !lines.contains("content-length") {
        return Ok(None); // urllib3 frames even no body then: with an empty chunk
    }
    lines.drop_removed();
    let headers = lines.block(lines.len());
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
    call.given_timeout = Some(prepared.timeout.clone().unbind());
    Ok(Some(call))
}
