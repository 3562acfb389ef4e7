//! One finished HTTP exchange: what was sent, what came back, and how its sample is booked. A response of the shim holds
//! one of these; what Python reads of it stands in `fields.rs`.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use rlocust_engine::http::{Hop, HttpError, Reply, Sent};
use rlocust_engine::model::Outcome as Class;
use rlocust_engine::stats::{Open, Recorder};

use crate::client::reply::labels::{Asked, Labels};
use crate::stats::late::LateVerdict;

/// A finished exchange. Hop numbers count from 0; the last one is the response.
#[pyclass(frozen, name = "Exchange")]
pub struct PyExchange {
    pub labels: Labels,
    pub asked: Asked,
    /// On the heap: a switch copies the stack, so nothing large should lie there.
    pub reply: Box<Reply>,
    account: Option<(Arc<Recorder>, Open)>,
    is_reported: AtomicBool,
    /// The call was given up before the engine reported on it.
    pub late: Option<LateVerdict>,
}

impl PyExchange {
    pub fn new(
        labels: Labels,
        asked: Asked,
        reply: Box<Reply>,
        recorder: Option<Arc<Recorder>>,
    ) -> Self {
        let account = recorder.map(|recorder| {
            let open = recorder.open();
            (recorder, open)
        });
        Self {
            labels,
            asked,
            reply,
            account,
            is_reported: AtomicBool::new(false),
            late: None,
        }
    }

    /// Books the sample once, as reported; until then it is open.
    pub fn book(&self, class: Class) {
        if !self.is_reported.swap(true, Ordering::Relaxed)
            && let Some((recorder, open)) = &self.account
        {
            recorder.close(open, class);
        }
    }

    /// Notes that the outcome of the exchange was given to the `request` event.
    pub fn book_reported(&self, is_failure: bool) {
        self.book(match (is_failure, self.failed_before_send()) {
            (true, true) => Class::FailedBeforeSend,
            (true, false) => {
                (self.late.as_ref()).map_or(Class::Failed, LateVerdict::class_of_failure)
            }
            (false, _) => Class::Ok,
        });
    }

    /// Adds what the exchange spent its time on to the row of its sample, which has just been logged; once.
    pub fn log_phases(&self, request_type: &str, name: &str) {
        if !self.is_reported.load(Ordering::Relaxed)
            && let Some((recorder, _)) = &self.account
        {
            recorder.log_phases(request_type, name, &self.reply.timing.phases());
        }
    }

    pub(super) fn hop(&self, hop: usize) -> PyResult<&Hop> {
        self.reply
            .hops
            .get(hop)
            .ok_or_else(|| PyIndexError::new_err(format!("there is no hop {hop}")))
    }

    /// The request of a hop; after the answered hops comes the one that got no answer.
    pub(super) fn sent(&self, hop: usize) -> PyResult<&Sent> {
        match self.reply.hops.get(hop) {
            Some(hop) => Ok(&hop.sent),
            None => self
                .reply
                .unanswered
                .as_ref()
                .ok_or_else(|| PyIndexError::new_err(format!("there is no request {hop}"))),
        }
    }

    /// The request that the reply is about: the unanswered one, else the last answered.
    pub fn last_sent(&self) -> Option<&Sent> {
        self.reply
            .unanswered
            .as_ref()
            .or_else(|| self.reply.hops.last().map(|hop| &hop.sent))
    }

    /// Whether the exchange ended without a usable answer, as `requests` sees it.
    pub(super) fn is_failed(&self) -> bool {
        self.reply.error.is_some() || self.reply.hops.is_empty()
    }

    pub fn body_length(&self) -> usize {
        self.reply.hops.last().map_or(0, |hop| hop.body.len())
    }

    /// Nothing of the last request went out: refused, name not found, TLS.
    fn failed_before_send(&self) -> bool {
        let attempts = &self.reply.attempts;
        self.reply.error.is_some()
            && attempts.answered + attempts.failed_after_send + attempts.cut_after_send == 0
    }

    /// The request that names the exchange: the first one, or of a failed exchange the one that failed.
    pub(super) fn naming_request(&self) -> Option<&Sent> {
        let first = self.reply.hops.first().map(|hop| &hop.sent);
        match &self.reply.error {
            None => first,
            Some(HttpError::TooManyRedirects { .. }) => self.reply.hops.last().map(|hop| &hop.sent),
            // A body that broke after a good head has no request of its own, as under Locust.
            Some(_) => self.reply.unanswered.as_ref(),
        }
    }
}

impl Drop for PyExchange {
    fn drop(&mut self) {
        if *self.is_reported.get_mut() {
            return;
        }
        if let Some((recorder, open)) = &self.account {
            recorder.close(open, Class::Unreported);
        }
        if let Some(place) = &self.labels.place {
            Python::attach(|py| place.note_as_unreported(py));
        }
    }
}
