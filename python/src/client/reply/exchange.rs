//! One finished HTTP exchange: what was sent, what came back, and how its sample is booked. A response of the shim holds
//! one of these; what Python reads of it stands in `fields.rs`.
use pyo3::exceptions::PyIndexError;
use pyo3::prelude::*;
use rlocust_engine::http::{Hop, HttpError, Reply, Sent};
use rlocust_engine::model::Reported;
use rlocust_engine::stats::SampleAccount;

use crate::client::reply::labels::{Asked, Labels};
use crate::client::reply::place::note_as_unreported;

/// A finished exchange. Hop numbers count from 0; the last one is the response.
#[pyclass(frozen, name = "Exchange")]
pub struct PyExchange {
    pub labels: Labels,
    pub asked: Asked,
    /// On the heap: a switch copies the stack, so nothing large should lie there.
    pub reply: Box<Reply>,
    account: SampleAccount,
}

impl PyExchange {
    pub fn new(labels: Labels, asked: Asked, reply: Box<Reply>, account: SampleAccount) -> Self {
        Self {
            labels,
            asked,
            reply,
            account,
        }
    }

    /// Counts the sample, by how its call ended and what the script says of it. False when it was counted before.
    pub fn report(&self, reported: Reported) -> bool {
        self.account.report(reported, &self.reply.end())
    }

    /// The same, as Python says it.
    pub fn book_reported(&self, is_failure: bool) {
        self.report(if is_failure {
            Reported::Failure
        } else {
            Reported::Success
        });
    }

    /// Adds what the exchange spent its time on to the row of its sample, which has just been logged; once.
    pub fn log_phases(&self, request_type: &str, name: &str) {
        let phases = self.reply.timing.phases();
        self.account.log_phases(request_type, name, &phases);
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

    /// The status of the response, if one came.
    pub fn status_of_answer(&self) -> Option<u16> {
        let answer = self.reply.hops.last().filter(|_| !self.is_failed());
        answer.map(|hop| hop.status)
    }

    pub fn body_length(&self) -> usize {
        self.reply.hops.last().map_or(0, |hop| hop.body.len())
    }

    /// The request that names the exchange: the first one, or of a failed exchange the one that failed.
    pub fn naming_request(&self) -> Option<&Sent> {
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
        if self.labels.catch_response && !self.account.is_reported() {
            note_as_unreported(self.labels.place.as_ref());
        }
    }
}
