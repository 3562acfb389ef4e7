//! The state of a call under way, and its end. A `Job` owns the reply from the start and hands it to the sink when it is
//! dropped, so that a cut or a panic is answered like everything else.

use std::sync::Arc;
use std::time::Instant;

use crate::errors::error::HttpError;
use crate::http1::progress::Progress;
use crate::net::connect::Steps;
use crate::net::limit::Deadline;
use crate::proxies::proxy::Proxy;
use crate::sessions::connection_key::ConnectionKey;
use crate::types::ticket::Ticket;
use rlocust_core::clock;
use rlocust_core::model::CutPhase;

use super::call::Call;
use super::events;
use super::reply::{Hop, Reply};
use super::shared::LaneShared;

/// A call under way.
pub(crate) struct Job {
    pub(super) lane: Arc<LaneShared>,
    ticket: Ticket,
    pub(super) call: Box<Call>,
    /// Present until it is handed in.
    pub(crate) reply: Option<Box<Reply>>,
    pub(super) progress: Progress,
    pub(super) steps: Steps,
    /// The proxy of the hop under way.
    pub(super) via: Option<Arc<Proxy>>,
    pub(super) hop_started: Instant,
    /// It waited for its turn to open a connection before it began.
    pub(crate) has_turn: bool,
    /// When all answers must be there, if they must (`--max-response-time`).
    pub(super) deadline: Option<Arc<Deadline>>,
    /// The fault is one of decoding: the clock had stopped before.
    pub(super) has_clock_stopped: bool,
}

impl Job {
    pub(crate) fn new(lane: Arc<LaneShared>, call: Box<Call>) -> Box<Self> {
        let now = clock::instant();
        let reply = call.blank_reply(now);
        Box::new(Self {
            lane,
            ticket: call.ticket,
            call,
            reply: Some(reply),
            progress: Progress::default(),
            steps: Steps::default(),
            via: None,
            hop_started: now,
            has_turn: false,
            deadline: None,
            has_clock_stopped: false,
        })
    }

    pub(crate) fn ticket(&self) -> Ticket {
        self.ticket
    }

    /// It has to open a connection, as far as one can see before its proxy and its host are known.
    pub(crate) fn will_connect(&self) -> bool {
        self.call.session.pool_inner().is_unused()
    }

    /// The reply, which is there until it is handed in.
    pub(super) fn reply(&mut self) -> &mut Reply {
        let (call, hop_started) = (&self.call, self.hop_started);
        self.reply
            .get_or_insert_with(|| call.blank_reply(hop_started))
    }

    /// The last answered hop.
    pub(super) fn last_hop(&self) -> Option<&Hop> {
        self.reply.as_ref()?.hops.last()
    }

    /// The last request has no hop of its own.
    pub(super) fn is_unanswered(&self) -> bool {
        self.reply
            .as_ref()
            .is_some_and(|reply| reply.unanswered.is_some())
    }

    pub(super) fn place(&self) -> ConnectionKey<'_> {
        ConnectionKey {
            url: &self.call.url,
            tls: &self.call.tls,
            via: self.via.as_ref(),
        }
    }

    pub(super) fn count_failure(&mut self) {
        let was_open = std::mem::take(&mut self.progress.is_open);
        let attempts = &mut self.reply().attempts;
        *(if was_open {
            &mut attempts.failed_after_send
        } else {
            &mut attempts.failed_before_send
        }) += 1;
    }

    /// The call is left in the midst of an attempt, which has failed as far as it was.
    pub(super) fn count_left_open(&mut self) {
        if std::mem::take(&mut self.progress.is_answered) {
            self.reply().attempts.answered += 1;
        } else if self.progress.is_open || self.progress.phase == CutPhase::BeforeSend {
            self.count_failure();
        }
    }

    pub(super) fn hand_in(&mut self, error: Option<HttpError>) {
        let Some(mut reply) = self.reply.take() else {
            return;
        };
        let now = clock::instant();
        let steps = self.steps;
        let timing = &mut reply.timing;
        (timing.dns, timing.connect, timing.tls) = (steps.dns, steps.connect, steps.tls);
        if error.is_some() && !self.has_clock_stopped {
            timing.elapsed = now - timing.taken_up;
        }
        reply.finished = timing.taken_up + timing.elapsed;
        reply.error = error;
        events::finished(&self.call, &reply);
        self.lane.finished(self.ticket, reply);
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        let Some(reply) = &mut self.reply else {
            return;
        };
        if std::thread::panicking() {
            return self.hand_in(Some(HttpError::Panic));
        }
        if self.progress.is_answered {
            reply.attempts.answered += 1;
        } else if std::mem::take(&mut self.progress.is_open) {
            reply.attempts.cut_after_send += 1;
        } else if self.progress.phase == CutPhase::BeforeSend {
            reply.attempts.failed_before_send += 1;
        }
        let phase = self.progress.phase;
        self.hand_in(Some(HttpError::Cut { phase }));
    }
}
