//! A call as either client prepared it: whatever the engine needs to know but the ticket and the session,
//! which the sender adds.
use std::sync::Arc;

use bytes::Bytes;
use pyo3::prelude::*;
use rlocust_engine::clock;
use rlocust_engine::http::{
    Call, CookieJar, Dialect, Headers, Method, Proxies, Redirects, Session, Ticket, Timeouts,
    TlsProfile, Url,
};

use crate::client::reply::labels::Asked;

/// A call without the ticket and session that the sender adds.
pub struct PartialCall {
    pub method: Method,
    pub url: Url,
    pub headers: Headers,
    pub body: Bytes,
    pub body_is_text: bool,
    pub dialect: Dialect,
    pub redirects: Redirects,
    pub timeouts: Timeouts,
    /// See `Asked::timeout`.
    pub told_timeout: Option<Py<PyAny>>,
    pub tls: Arc<TlsProfile>,
    /// Further attempts after a time limit was hit.
    pub max_retries: u32,
    /// Ways round.
    pub proxies: Option<Arc<Proxies>>,
    /// Cookies of this call alone, the session's included; they go along on redirects.
    pub cookies: Option<Box<CookieJar>>,
    /// See `Asked::empty_body`.
    pub empty_body: Option<Py<PyAny>>,
}

impl PartialCall {
    /// What the response will tell of the request.
    pub fn asked(&mut self) -> Asked {
        Asked {
            headers: self.headers.clone(),
            body_is_text: self.body_is_text,
            empty_body: self.empty_body.take(),
            timeout: self.told_timeout.take(),
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
            body: call.body,
            dialect: call.dialect,
            redirects: call.redirects,
            timeouts: call.timeouts,
            tls: call.tls,
            decode: true,
            max_retries: call.max_retries,
            proxies: call.proxies,
            cookies: call.cookies,
        })
    }
}

/// The engine's word for `allow_redirects` under a limit.
pub fn redirects(follow: bool, max: u32) -> Redirects {
    if follow {
        Redirects::Follow { max }
    } else {
        Redirects::Never
    }
}
