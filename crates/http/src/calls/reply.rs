//! What comes back: a `Reply` with every answered hop, the clock's readings and the count of
//! attempts. Header blocks stay as they came and are read on demand.

use std::time::{Duration, Instant};

use bytes::Bytes;

use crate::errors::error::HttpError;
use crate::types::header_block::HeaderBlock;
use crate::types::method::Method;
use crate::types::ticket::Ticket;
use crate::types::timing::Timing;
use crate::types::version::Version;
use crate::urls::url::Url;
use crate::wire::sent::Sent;
use rlocust_core::clock;
use rlocust_core::model::{Attempts, CallEnd, Ended};

/// The end of a call: exactly one per call.
#[derive(Debug)]
pub struct Reply {
    /// The caller's name for the call.
    pub ticket: Ticket,
    /// Every answered hop in order; the last one is the response. Empty if nothing answered.
    pub hops: Vec<Hop>,
    /// What went wrong. A fault inside a body leaves its hop, with the partial body, in `hops`.
    pub error: Option<HttpError>,
    /// The last request sent (or tried) that has no hop of its own because no head came back, or
    /// because the call was cut inside its body.
    /// Method, URL and headers of a failed request, for the bridge.
    pub unanswered: Option<Sent>,
    /// The clock's readings.
    pub timing: Timing,
    /// `taken_up` and `elapsed` later: when the last byte came (or the error). What the engine did
    /// afterwards is part of the lag until the caller is resumed.
    pub finished: Instant,
    /// What went over the wire, for exact accounting.
    pub attempts: Attempts,
    /// The session's jar is not as it was when the call began.
    pub cookies_changed: bool,
}

impl Reply {
    /// The reply of a call that nothing has happened to yet.
    pub(crate) fn blank(ticket: Ticket, submitted: Instant, now: Instant) -> Self {
        Self {
            ticket,
            hops: Vec::new(),
            error: None,
            unanswered: None,
            timing: Timing::begun(submitted, now),
            finished: now,
            attempts: Attempts::default(),
            cookies_changed: false,
        }
    }

    /// Of a call whose caller went away in the midst of it, by a time limit of its own. How far the call had come is
    /// not known yet: one attempt that failed after it was sent stands for those that its end will have.
    pub fn given_up(method: Method, url: Url, submitted: Instant) -> Self {
        let now = clock::instant();
        let mut reply = Self::blank(Ticket(0), submitted, submitted);
        reply.finished = now;
        reply.timing.elapsed = now.saturating_duration_since(submitted);
        reply.timing.started = clock::wall() - reply.timing.elapsed;
        reply.error = Some(HttpError::ReadTimeoutBeforeHeaders {
            limit: Duration::ZERO,
        });
        reply.unanswered = Some(Sent {
            method,
            url,
            head: Bytes::new(),
            body: Bytes::new(),
        });
        reply.attempts.failed_after_send = 1;
        reply
    }

    /// The response: the last answered hop.
    pub fn response(&self) -> Option<&Hop> {
        self.hops.last()
    }

    /// How the call ended, as far as it is counted.
    pub fn end(&self) -> CallEnd {
        let how = match self.error {
            None => Ended::Answered,
            Some(HttpError::Cut { phase }) => Ended::Cut(phase),
            Some(_) => Ended::Failed,
        };
        CallEnd {
            attempts: self.attempts,
            how,
        }
    }
}

/// One answered request of a chain of redirects.
#[derive(Debug)]
pub struct Hop {
    /// The status code.
    pub status: u16,
    /// The version the answer came in.
    pub version: Version,
    /// Status line and headers as they came.
    pub head: HeaderBlock,
    /// The request this answers.
    pub sent: Sent,
    /// From the start of this hop's request (connecting included) to the end of its headers.
    pub elapsed: Duration,
    /// The body, decoded if the call asked for it; partial after an error.
    pub body: Bytes,
    /// Bytes of the body on the wire, chunk framing not counted.
    pub wire_length: u64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_core::model::{CutPhase, Outcome, Reported};

    fn given_up() -> Reply {
        let url = Url::parse("http://h.local/a").expect("a URL");
        Reply::given_up(Method::Get, url, clock::instant())
    }

    #[test]
    fn the_error_says_how_a_call_ended() {
        let phase = CutPhase::Sent;
        let errno = 111;
        for (error, how) in [
            (None, Ended::Answered),
            (Some(HttpError::Cut { phase }), Ended::Cut(phase)),
            (Some(HttpError::Connect { errno }), Ended::Failed),
            (Some(HttpError::Panic), Ended::Failed),
        ] {
            let reply = Reply {
                error,
                ..given_up()
            };
            assert_eq!(reply.end().how, how);
            assert_eq!(reply.end().attempts, reply.attempts);
        }
    }

    #[test]
    fn a_call_that_was_given_up_counts_as_sent_until_its_end_is_known() {
        let outcome = given_up().end().outcome_of_reported(Reported::Failure);
        assert_eq!(outcome, Outcome::Failed);
    }
}
