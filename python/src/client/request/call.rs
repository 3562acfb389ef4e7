//! A call as either client prepared it: whatever the engine needs to know but the ticket and the session,
//! which the sender adds.
use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyString;
use rlocust_engine::clock;
use rlocust_engine::http::{
    Call, CookieJar, Dialect, Headers, Method, Proxies, Redirects, Session, Ticket, Timeouts,
    TlsProfile, Url,
};

use crate::client::reply::labels::Asked;
use crate::client::request::body::Body;

/// A call without the ticket and session that the sender adds.
pub struct PartialCall {
    pub method: Method,
    pub url: Url,
    pub headers: Headers,
    pub body: Body,
    pub options: CallOptions,
    /// See `Asked::timeout`.
    pub given_timeout: Option<Py<PyAny>>,
    /// The proxies of this call, if it takes any.
    pub proxies: Option<Arc<Proxies>>,
    /// Cookies of this call alone, the session's included; they go along on redirects.
    pub cookies: Option<Box<CookieJar>>,
    /// See `Asked::empty_body`.
    pub empty_body: Option<Py<PyAny>>,
}

/// How a call is made: what does not show in the bytes of its first request.
pub struct CallOptions {
    pub dialect: Dialect,
    pub redirects: Redirects,
    pub timeouts: Timeouts,
    pub tls: Arc<TlsProfile>,
    /// Further attempts after a time limit was hit.
    pub max_retries: u32,
}

impl PartialCall {
    /// A call through no proxy, with the session's cookies.
    pub fn new(
        method: Method,
        url: Url,
        headers: Headers,
        body: Body,
        options: CallOptions,
    ) -> Box<Self> {
        Box::new(Self {
            method,
            url,
            headers,
            body,
            options,
            given_timeout: None,
            proxies: None,
            cookies: None,
            empty_body: None,
        })
    }

    /// What the response will say of the request.
    pub fn asked(&mut self) -> Asked {
        Asked {
            headers: self.headers.clone(),
            body_is_text: self.body.is_text,
            empty_body: self.empty_body.take(),
            timeout: self.given_timeout.take(),
            proxies: self.proxies.clone(),
        }
    }

    /// The call, submitted now.
    #[inline(never)] // not in the frame that is parked, see `Sender::send`
    pub fn complete(self: Box<Self>, ticket: Ticket, session: Session) -> Box<Call> {
        let call = *self;
        Box::new(Call {
            ticket,
            session,
            submitted: clock::instant(),
            method: call.method,
            url: call.url,
            headers: call.headers,
            body: call.body.bytes,
            dialect: call.options.dialect,
            redirects: call.options.redirects,
            timeouts: call.options.timeouts,
            tls: call.options.tls,
            decode: true,
            max_retries: call.options.max_retries,
            proxies: call.proxies,
            cookies: call.cookies,
        })
    }
}

/// The method as both clients send it; nothing for what only Python can judge.
pub fn method(given: &Bound<'_, PyAny>) -> PyResult<Option<Method>> {
    let Ok(given) = given.cast_exact::<PyString>() else {
        return Ok(None);
    };
    let method = Method::new(&given.to_cow()?.to_ascii_uppercase());
    Ok(method.is_token().then_some(method))
}

/// The engine's word for `allow_redirects` under a limit.
pub fn redirects(follow: bool, max: u32) -> Redirects {
    if follow {
        Redirects::Follow { max }
    } else {
        Redirects::Never
    }
}
