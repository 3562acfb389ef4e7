//! Road 1 of `HttpSession`: what a call says, spelt exactly as `requests` spells it.
//!
//! Everything here answers `None` for what only `requests` knows how to spell or to judge; such a call
//! goes back to Python. Nothing is guessed.
use pyo3::prelude::*;
use rlocust_engine::http::Dialect;

use crate::client::http::arguments::Arguments;
use crate::client::http::body::TypedBody;
use crate::client::http::headers::{authorization, header_block};
use crate::client::http::keywords::Keywords;
use crate::client::http::settings::settings_of;
use crate::client::http::shim::Shim;
use crate::client::http::timeouts::timeouts;
use crate::client::request::call::{self, CallOptions, PartialCall};
use crate::client::request::{form, tls, urls};
use crate::client::session::sender::Sender;

/// Road 1: the call, if every argument and setting is one whose spelling is known here.
#[inline(never)] // not in the frame that is parked, see `Sender::send`
pub fn prepare(
    py: Python<'_>,
    shim: &Shim,
    arguments: &Arguments<'_, '_>,
    sender: &Sender,
) -> PyResult<Option<Box<PartialCall>>> {
    let session = arguments.named.session;
    let Some(settings) = settings_of(shim, session, sender)? else {
        return Ok(None);
    };
    let Some(method) = call::method(arguments.named.method)? else {
        return Ok(None);
    };
    let Some(keywords) = Keywords::read(arguments.kwargs)? else {
        return Ok(None);
    };
    let Some(url) = urls::complete(session, arguments.named.url)? else {
        return Ok(None);
    };
    let Some(query) = form::query(keywords.params.as_ref())? else {
        return Ok(None);
    };
    let Some(url) = urls::for_requests(&url, &query) else {
        return Ok(None);
    };
    let Some(body) = TypedBody::encode(arguments.data, arguments.json)? else {
        return Ok(None);
    };
    let auth = keywords.auth.as_ref().or(settings.auth.as_ref());
    let Some(auth) = authorization(auth)? else {
        return Ok(None);
    };
    let Some(headers) = header_block(shim, &settings, &keywords, &method, &body, auth)? else {
        return Ok(None);
    };
    let Some(timeouts) = timeouts(keywords.timeout.as_ref())? else {
        return Ok(None);
    };
    let verify = keywords.verify.as_ref().or(settings.verify.as_ref());
    let cert = keywords.cert.as_ref().or(settings.cert.as_ref());
    let Some(tls) = tls::profile(py, verify, cert)? else {
        return Ok(None);
    };
    let options = CallOptions {
        dialect: Dialect::Requests,
        redirects: call::redirects(keywords.follow, settings.max_redirects),
        timeouts,
        tls,
        max_retries: 0,
    };
    let mut call = PartialCall::new(method, url, headers, body.body, options);
    call.given_timeout = keywords.timeout.map(Bound::unbind);
    Ok(Some(call))
}
