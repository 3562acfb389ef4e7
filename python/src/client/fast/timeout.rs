//! `gevent.Timeout` around a call: geventhttpclient makes a failed request of it, while the call may still be under way.
use std::time::{Duration, Instant};

use bytes::Bytes;
use pyo3::intern;
use pyo3::prelude::*;
use rlocust_engine::clock;
use rlocust_engine::http::{Attempts, HttpError, Method, Reply, Sent, Ticket, Timing, Url};
use rlocust_engine::stats::{LateFailure, OwedSample};

use crate::client::session::destination::Destination;
use crate::hub::{self, Interrupted};

/// Whether it is what geventhttpclient swallows.
pub fn is_gevent_timeout(py: Python<'_>, error: &PyErr) -> PyResult<bool> {
    let timeout = py
        .import(intern!(py, "gevent.timeout"))?
        .getattr(intern!(py, "Timeout"))?;
    error.value(py).is_instance(&timeout)
}

/// The sample of a call that was given up: whether it was sent is known when the call ends, if it has not already.
pub fn late_failure(
    py: Python<'_>,
    recorder: &Destination<'_>,
    interrupted: &Interrupted,
) -> PyResult<LateFailure> {
    let late = LateFailure::default();
    if let (Some(recorder), Some(reply)) = (recorder.accounts(), &interrupted.reply) {
        late.settle(recorder, &reply.end());
    } else if let Some(ticket) = interrupted.owed {
        hub::hub(py)?.owe(ticket, OwedSample::Failed(late.clone()));
    }
    Ok(late)
}

/// The reply of a call that a `gevent.Timeout` ended. Its attempts are booked when the engine reports them; here
/// one stands for them, so that the sample counts as failed after it was sent unless the call's end says otherwise
/// (`LateFailure`).
pub fn timed_out(method: Method, url: Url, submitted: Instant) -> Box<Reply> {
    let elapsed = submitted.elapsed();
    let timing = Timing {
        submitted,
        taken_up: submitted,
        started: clock::wall() - elapsed,
        elapsed,
        last_hop_headers: Duration::ZERO,
        dns: None,
        connect: None,
        tls: None,
        ttfb: None,
        body: None,
        reused: false,
    };
    Box::new(Reply {
        ticket: Ticket(0),
        hops: Vec::new(),
        error: Some(HttpError::ReadTimeoutBeforeHeaders {
            limit: Duration::ZERO,
        }),
        unanswered: Some(Sent {
            method,
            url,
            head: Bytes::new(),
            body: Bytes::new(),
        }),
        timing,
        finished: clock::instant(),
        attempts: Attempts {
            failed_after_send: 1,
            ..Attempts::default()
        },
        cookies_changed: false,
    })
}
