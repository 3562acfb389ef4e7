//! Books an answer: timing, cookies, the hop itself, and the fault of its body if there is one.

use crate::coding::coded::Coded;
use crate::errors::error::HttpError;
use crate::http1::answer::Answer;
use crate::types::header_block::HeaderBlock;
use crate::types::timing::wall_clock;
use crate::wire::sent::Sent;

use super::job::Job;
use super::reply::Hop;

impl Job {
    /// Books an answer: timing, cookies, the hop itself, and the fault of its body if there is one. Gives back a body
    /// whose encoding is still to be undone.
    pub(super) fn take_in(
        &mut self,
        answer: Answer,
        sent: Sent,
    ) -> (Option<Coded>, Result<(), HttpError>) {
        let headers_at = self.progress.headers_at.unwrap_or(self.hop_started);
        let elapsed = headers_at.saturating_duration_since(self.hop_started);
        let progress = self.progress;
        let reply = self.reply();
        reply.unanswered = None;
        let timing = &mut reply.timing;
        timing.last_hop_headers = elapsed;
        timing.ttfb = progress
            .written_at
            .zip(progress.first_byte_at)
            .map(|(from, to)| to.saturating_duration_since(from));
        let ended_at = answer.ended_at;
        timing.body = progress
            .first_byte_at
            .map(|from| ended_at.saturating_duration_since(from));
        timing.reused = answer.reused;
        timing.elapsed = ended_at.saturating_duration_since(timing.taken_up);
        let head = HeaderBlock {
            raw: answer.raw_head,
            reason: answer.head.reason,
            fields: answer.head.fields,
        };
        let mut hop = Hop {
            status: answer.head.status,
            version: answer.head.version,
            head,
            sent,
            elapsed,
            body: answer.body,
            wire_length: answer.wire_length,
        };
        self.store_cookies(&hop);
        let (large, decoded) = match self.decode_here(&mut hop) {
            Ok(large) => (large, Ok(())),
            Err(fault) => (None, Err(fault)),
        };
        let hops = &mut self.reply().hops;
        if hops.is_empty() {
            hops.reserve_exact(1);
        }
        hops.push(hop);
        self.has_clock_stopped = answer.fault.is_none() && decoded.is_err();
        (large, answer.fault.map_or(decoded, Err))
    }

    fn store_cookies(&mut self, hop: &Hop) {
        if hop.head.get("set-cookie").is_none() {
            return;
        }
        let site = self.call.site(&hop.sent.url);
        let now = wall_clock();
        if let Some(own) = &mut self.call.cookies {
            own.extract(&site, hop.head.get_all("set-cookie"), now);
        }
        let mut jar = self.call.session.cookies();
        let before = jar.version();
        let excess = jar.extract(&site, hop.head.get_all("set-cookie"), now);
        let changed = jar.version() != before;
        drop(jar);
        if let Some(excess) = excess {
            self.lane.cookie_warning.say(hop.sent.url.place(), excess);
        }
        self.reply().cookies_changed |= changed;
    }
}
