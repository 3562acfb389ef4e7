//! One call from taking up to answer: hop after hop, counted and timed.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use crate::errors::error::HttpError;
use crate::http1::answer::Answer;
use crate::http1::progress::Progress;
use crate::net::limit::Deadline;
use crate::types::timing::wall_clock;
use crate::wire::encode::Encoded;
use crate::wire::sent::Sent;
use rlocust_core::clock;

use super::events;
use super::job::Job;
use super::redirect::{Chain, Next};

impl Job {
    pub(crate) async fn run(mut self: Box<Self>) {
        self.begin();
        let ended = self.follow().await;
        if let Err(HttpError::TooSlow { .. }) = ended {
            self.count_left_open();
        }
        self.hand_in(ended.err());
    }

    /// The clock starts here: while it waited among the lane's tasks, nothing was done for it.
    fn begin(&mut self) {
        let now = clock::instant();
        self.hop_started = now;
        let limit = self.lane.max_response_time;
        self.deadline = limit.map(|limit| Arc::new(Deadline::after(limit)));
        let timing = &mut self.reply().timing;
        (timing.taken_up, timing.started) = (now, wall_clock());
    }

    /// Takes what the call waited for its thread out of its time: the clock starts so much later.
    pub(super) fn hold(&mut self, waited: Duration) {
        self.hop_started += waited;
        let timing = &mut self.reply().timing;
        timing.taken_up += waited;
        timing.started += waited;
    }

    /// Hop after hop until one stands; timeouts are tried again where the client does so.
    async fn follow(&mut self) -> Result<(), HttpError> {
        let mut chain = Chain::new(&self.call);
        let mut retries = if self.call.dialect.retries_after_timeouts() {
            self.call.max_retries
        } else {
            0
        };
        loop {
            match self.hop(chain.is_first()).await {
                Err(fault)
                    if retries > 0
                        && fault.is_worth_retrying()
                        && self.call.method.is_idempotent() =>
                {
                    retries -= 1;
                    self.reply().attempts.resent += 1;
                    events::resent(&self.call, &fault);
                    chain.start_counting_anew();
                    continue;
                }
                Err(fault) if !self.may_pass_over(&fault) => return Err(fault),
                Err(_) | Ok(()) => {}
            }
            let Some(hop) = self.reply.as_ref().and_then(|reply| reply.hops.last()) else {
                return Ok(());
            };
            match chain.next(&mut self.call, hop)? {
                Next::Stay => return Ok(()),
                Next::Go => {
                    events::followed(hop, &self.call);
                    self.go_on();
                }
            }
        }
    }

    /// The next hop begins. What the thread did since the last one's end is not in the call's time: had that been the
    /// last hop, it would not be either.
    fn go_on(&mut self) {
        let timing = &self.reply().timing;
        let ended = timing.taken_up + timing.elapsed;
        let now = clock::instant();
        let waited = now.saturating_duration_since(ended);
        self.hold(waited);
        self.hop_started = now;
        if let Some(deadline) = &self.deadline {
            deadline.push_out(waited);
        }
    }

    /// A broken body on the way to a redirect's target.
    fn may_pass_over(&self, fault: &HttpError) -> bool {
        self.call.dialect.passes_over_broken_bodies()
            && fault.is_broken_body()
            && !self.is_unanswered()
            && self
                .last_hop()
                .is_some_and(|hop| Chain::would_follow(&self.call, hop))
    }

    /// One request and its answer; leaves the hop in the reply if a head came back.
    async fn hop(&mut self, first: bool) -> Result<(), HttpError> {
        self.progress = Progress::default();
        self.has_clock_stopped = false;
        self.via = self.call.via();
        let encoded = self.encode(first);
        let call = &self.call;
        let mut sent = Sent {
            method: call.method.clone(),
            url: call.url.clone(),
            head: Bytes::new(),
            body: call.body.clone(),
        };
        self.reply().unanswered = Some(sent.clone());
        sent.head = encoded.bytes.slice(..encoded.head_length);
        let answer = self.answer_in_time(&encoded, &sent).await?;
        let (large, taken) = self.take_in(answer, sent);
        let Some(large) = large else {
            return taken;
        };
        let decoded = Box::pin(self.decode_elsewhere(large)).await;
        self.has_clock_stopped = taken.is_ok() && decoded.is_err();
        taken.and(decoded)
    }

    /// The same as `answer`, as long as the answers to a call may take. What is done with an answer afterwards is ours.
    async fn answer_in_time(
        &mut self,
        encoded: &Encoded,
        sent: &Sent,
    ) -> Result<Answer, HttpError> {
        let Some(deadline) = self.deadline.clone() else {
            return self.answer(encoded, sent).await;
        };
        let limit = deadline.limit;
        let answered = Box::pin(deadline.guard(self.answer(encoded, sent))).await;
        answered.unwrap_or(Err(HttpError::TooSlow { limit }))
    }
}
