//! Books an answer: timing, cookies, the hop itself, and the fault of its body if there is one.

use crate::http::coding::decode::decode;
use crate::http::errors::error::HttpError;
use crate::http::http1::answer::Answer;
use crate::http::wire::sent::Sent;
use crate::http::words::header_block::HeaderBlock;
use crate::http::words::timing::wall_clock;

use super::job::Job;
use super::redirect::Chain;
use super::reply::Hop;

impl Job {
    /// Books an answer: timing, cookies, the hop itself, and the fault of its body if there is one.
    pub(super) fn take_in(&mut self, answer: Answer, sent: Sent) -> Result<(), HttpError> {
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
        let decoded = self.decode(&mut hop);
        let hops = &mut self.reply().hops;
        if hops.is_empty() {
            hops.reserve_exact(1);
        }
        hops.push(hop);
        answer.fault.map_or(decoded, Err)
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

    /// Undoes the encoding of the hop's body; on a fault it stays as it came.
    fn decode(&self, hop: &mut Hop) -> Result<(), HttpError> {
        let dialect = self.call.dialect;
        let is_skipped =
            !dialect.decodes_followed_answers() && Chain::would_follow(&self.call, hop);
        if self.call.decode
            && !is_skipped
            && let Some(decoded) = decode(&hop.head, &hop.body, dialect, self.lane.decoders)?
        {
            hop.body = decoded;
        }
        Ok(())
    }
}
