//! One call from taking up to answer: hop after hop, counted and timed. A `Job` owns the reply
//! from the start and hands it to the sink when it is dropped, so that a cut or a panic is
//! answered like everything else.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bytes::Bytes;

use crate::clock;

use super::call::{Call, Dialect, Ticket};
use super::redirect::{Chain, Next};
use super::reply::{HeaderBlock, Hop, Reply, Sent, Timing};
use crate::http::cookies::jar::Site;
use crate::http::http1::exchange::{Answer, Exchange, Progress};
use crate::http::http2::line::{self, Line, Way, Wire};
use crate::http::net::connect::{Steps, Target};
use crate::http::net::connection::Connection;
use crate::http::net::proxy::{Proxy, Tunnel};
use crate::http::sessions::pool::{Lease, Place, PoolInner};
use crate::http::threads::lane::LaneShared;
use crate::http::wire::encode::{Encoded, Request};
use crate::http::words::error::HttpError;
use crate::model::{Attempts, CutPhase};

pub(crate) struct Job {
    lane: Arc<LaneShared>,
    ticket: Ticket,
    call: Box<Call>,
    /// Present until it is handed in.
    reply: Option<Box<Reply>>,
    progress: Progress,
    steps: Steps,
    /// The proxy of the hop under way.
    via: Option<Arc<Proxy>>,
    hop_started: Instant,
}

impl Job {
    pub(crate) fn new(lane: Arc<LaneShared>, call: Box<Call>) -> Self {
        let now = clock::instant();
        let reply = Box::new(blank_reply(&call, now));
        Self {
            lane,
            ticket: call.ticket,
            call,
            reply: Some(reply),
            progress: Progress::default(),
            steps: Steps::default(),
            via: None,
            hop_started: now,
        }
    }

    pub(crate) async fn run(mut self) {
        self.begin();
        let error = self.follow().await.err();
        self.hand_in(error);
    }

    /// The clock starts here: while it waited among the lane's tasks, nothing was done for it.
    fn begin(&mut self) {
        let now = clock::instant();
        self.hop_started = now;
        let timing = &mut self.reply().timing;
        (timing.taken_up, timing.started) = (now, wall_clock());
    }

    /// Hop after hop until one stands; timeouts are tried again where the client does so.
    async fn follow(&mut self) -> Result<(), HttpError> {
        let mut chain = Chain::new(&self.call);
        let mut retries = if self.call.dialect == Dialect::Ghc {
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
                Next::Go => self.hop_started = clock::instant(),
            }
        }
    }

    /// requests passes over a broken body on the way to a redirect's target.
    fn may_pass_over(&self, fault: &HttpError) -> bool {
        let last = self.reply.as_ref().and_then(|reply| reply.hops.last());
        self.call.dialect == Dialect::Requests
            && fault.is_broken_body()
            && self
                .reply
                .as_ref()
                .is_some_and(|reply| reply.unanswered.is_none())
            && last.is_some_and(|hop| Chain::would_follow(&self.call, hop))
    }

    /// One request and its answer; leaves the hop in the reply if a head came back.
    async fn hop(&mut self, first: bool) -> Result<(), HttpError> {
        self.progress = Progress::default();
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
        let answer = self.answer(&encoded, &sent).await?;
        self.take_in(answer, sent)
    }

    fn encode(&mut self, first: bool) -> Encoded {
        let cookie = if self.call.headers.known().cookie {
            None
        } else {
            self.cookie_header(first)
        };
        let request = Request {
            dialect: self.call.dialect,
            method: &self.call.method,
            url: &self.call.url,
            headers: &self.call.headers,
            cookie: cookie.as_deref(),
            body: &self.call.body,
            first,
            fallback_user_agent: &self.lane.fallback_user_agent,
            to_proxy: self
                .via
                .as_deref()
                .filter(|proxy| proxy.takes_whole_urls(&self.call.url)),
        };
        request.encode()
    }

    fn cookie_header(&mut self, first: bool) -> Option<Vec<u8>> {
        let call = &mut *self.call;
        let site = || Site::of(&call.url, call.headers.get("host"), call.dialect);
        if let Some(own) = &mut call.cookies {
            if !first {
                // requests merges the session's into them before it follows a redirect.
                own.take_over(&call.session.cookies());
            }
            return own.header_for(&site(), wall_clock());
        }
        let mut jar = call.session.cookies();
        if jar.is_empty() {
            None
        } else {
            jar.header_for(&site(), wall_clock())
        }
    }

    /// Sends until an answer's head is there, on an idle connection if there is one. A request
    /// that an idle connection swallowed is sent once more where the client's rules allow it.
    async fn answer(&mut self, encoded: &Encoded, sent: &Sent) -> Result<Answer, HttpError> {
        let session = self.call.session.clone();
        let pool = session.pool_inner();
        let mut lease = pool.lease(&self.place()).await;
        let mut may_resend = true;
        loop {
            let way = match lease.connection.take() {
                Some(idle) => Way::One(idle),
                None => Box::pin(self.way(pool)).await?,
            };
            if let Some(Sent { head, .. }) = &mut self.reply().unanswered {
                *head = sent.head.clone();
            }
            let (answered, may_repeat) = match way {
                Way::One(connection) => {
                    let may_repeat = connection.reused && self.call.dialect == Dialect::Ghc;
                    let answered = self.over_http1(encoded, connection, &lease).await;
                    (answered, may_repeat)
                }
                Way::Two { wire, reused } => (self.over_http2(sent, &wire, reused).await, reused),
            };
            let fault = match answered {
                Ok(answer) => return Ok(answer),
                Err(fault) => fault,
            };
            self.count_failure();
            let is_harmless = may_repeat && fault.is_silence() && self.call.method.is_idempotent();
            if !(may_resend && (is_harmless || fault.is_untouched())) {
                return Err(fault);
            }
            may_resend = false;
            self.progress = Progress::default();
            self.reply().attempts.resent += 1;
        }
    }

    /// The user's HTTP/2 connection, or a new one of what the server speaks.
    async fn way(&mut self, pool: &PoolInner) -> Result<Way, HttpError> {
        let Some(shared) = pool.http2(&self.place()) else {
            return self.connect().await.map(Way::One);
        };
        let mut line = match shared.turn().await {
            Ok(line) => line,
            Err(fault) => {
                self.reply().attempts.failed_before_send += 1;
                return Err(fault);
            }
        };
        if matches!(*line, Line::One) {
            drop(line);
            return self.connect().await.map(Way::One);
        }
        if let Some(open) = line.open().await {
            return Ok(open);
        }
        let way = match self.connect().await {
            Ok(connection) => {
                let way = line.take_in(connection, pool.protocol()).await;
                if way.is_err() {
                    self.count_failure();
                }
                way
            }
            Err(fault) => Err(fault),
        };
        way.inspect_err(|fault| shared.has_failed(&mut line, fault))
    }

    async fn over_http1(
        &mut self,
        encoded: &Encoded,
        mut connection: Connection,
        lease: &Lease,
    ) -> Result<Answer, HttpError> {
        let exchange = Exchange {
            call: &self.call,
            encoded,
            spare: &self.lane.spare,
        };
        let answered = exchange.run(&mut connection, &mut self.progress).await;
        let pool = self.call.session.pool_inner();
        let mut answer = match answered {
            Ok(answer) => answer,
            Err(fault) => {
                if self.progress.is_reusable {
                    pool.give_back(&self.place(), lease, connection);
                }
                return Err(fault);
            }
        };
        answer.reused = connection.reused;
        self.reply().attempts.answered += 1;
        self.progress.is_answered = false;
        if answer.reusable {
            let pool = self.call.session.pool_inner();
            pool.give_back(&self.place(), lease, connection);
        }
        Ok(answer)
    }

    async fn over_http2(
        &mut self,
        sent: &Sent,
        wire: &Wire,
        reused: bool,
    ) -> Result<Answer, HttpError> {
        let before = wire.heard();
        let exchange = line::exchange(&self.call, sent, wire, &mut self.progress);
        let answered = Box::pin(exchange).await;
        let is_late = matches!(answered, Err(HttpError::ReadTimeoutBeforeHeaders { .. }));
        if is_late && wire.heard() == before {
            // Nothing at all has come: its peer may be gone, and would fail every later call.
            let pool = self.call.session.pool_inner();
            if let Some(shared) = pool.http2(&self.place()) {
                shared.give_up(wire);
            }
        }
        let mut answer = answered?;
        answer.reused = reused;
        self.reply().attempts.answered += 1;
        self.progress.is_answered = false;
        Ok(answer)
    }

    fn place(&self) -> Place<'_> {
        Place {
            url: &self.call.url,
            tls: &self.call.tls,
            via: self.via.as_ref(),
        }
    }

    async fn connect(&mut self) -> Result<Connection, HttpError> {
        let target = Target {
            url: &self.call.url,
            tls: &self.call.tls,
            limit: self.call.timeouts.connect,
            dialect: self.call.dialect,
            via: self.via.as_deref(),
            tunnel: self
                .call
                .proxies
                .as_ref()
                .map_or(Tunnel::Http10, |proxies| proxies.tunnel),
            pool: self.call.session.pool_inner(),
            silent_for: self.lane.silent_for,
        };
        let connected = target.connect(&self.lane.dns, &mut self.steps).await;
        if connected.is_err() {
            self.reply().attempts.failed_before_send += 1;
        }
        connected
    }

    fn count_failure(&mut self) {
        let was_open = std::mem::take(&mut self.progress.is_open);
        let attempts = &mut self.reply().attempts;
        *(if was_open {
            &mut attempts.failed_after_send
        } else {
            &mut attempts.failed_before_send
        }) += 1;
    }

    /// Books an answer: timing, cookies, the hop itself, and the fault of its body if there is one.
    fn take_in(&mut self, answer: Answer, sent: Sent) -> Result<(), HttpError> {
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
        // geventhttpclient never looks into the body of an answer that it follows.
        let is_skipped = self.call.dialect == Dialect::Ghc && Chain::would_follow(&self.call, &hop);
        let decoded = if self.call.decode && !is_skipped {
            crate::http::coding::decode::decode(&mut hop, self.call.dialect, self.lane.decoders)
        } else {
            Ok(())
        };
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
        let site = Site::of(
            &hop.sent.url,
            self.call.headers.get("host"),
            self.call.dialect,
        );
        let now = wall_clock();
        if let Some(own) = &mut self.call.cookies {
            own.extract(&site, hop.head.get_all("set-cookie"), now);
        }
        let mut jar = self.call.session.cookies();
        let before = jar.version();
        jar.extract(&site, hop.head.get_all("set-cookie"), now);
        let changed = jar.version() != before;
        drop(jar);
        self.reply().cookies_changed |= changed;
    }

    /// The reply, which is there until it is handed in.
    fn reply(&mut self) -> &mut Reply {
        let (call, hop_started) = (&self.call, self.hop_started);
        self.reply
            .get_or_insert_with(|| Box::new(blank_reply(call, hop_started)))
    }

    fn hand_in(&mut self, error: Option<HttpError>) {
        let Some(mut reply) = self.reply.take() else {
            return;
        };
        let now = clock::instant();
        let steps = self.steps;
        let timing = &mut reply.timing;
        (timing.dns, timing.connect, timing.tls) = (steps.dns, steps.connect, steps.tls);
        if error
            .as_ref()
            .is_some_and(|error| !error.is_after_the_clock())
        {
            timing.elapsed = now - timing.taken_up;
        }
        reply.finished = timing.taken_up + timing.elapsed;
        reply.error = error;
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

fn wall_clock() -> SystemTime {
    UNIX_EPOCH + Duration::from_secs_f64(clock::unix_seconds())
}

/// The reply of a call that nothing has happened to yet.
pub(crate) fn blank_reply(call: &Call, now: Instant) -> Reply {
    Reply {
        ticket: call.ticket,
        hops: Vec::new(),
        error: None,
        unanswered: None,
        timing: Timing {
            submitted: call.submitted,
            taken_up: now,
            started: wall_clock(),
            elapsed: Duration::ZERO,
            last_hop_headers: Duration::ZERO,
            dns: None,
            connect: None,
            tls: None,
            ttfb: None,
            body: None,
            reused: false,
        },
        finished: now,
        attempts: Attempts::default(),
        cookies_changed: false,
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::mpsc::{Sender, channel};

    use parking_lot::Mutex;

    use super::super::call::{Headers, Method, Redirects, Timeouts};
    use super::*;
    use crate::http::net::dns::Dns;
    use crate::http::net::tls::TlsProfile;
    use crate::http::sessions::pool::{Pool, PoolOptions};
    use crate::http::sessions::session::Session;
    use crate::http::threads::engine::{EngineOptions, Sink};
    use crate::http::urls::url::Url;

    struct Mailbox(Mutex<Sender<Box<Reply>>>);

    impl Sink for Mailbox {
        fn answered(&self, _ticket: Ticket, reply: Box<Reply>) {
            drop(self.0.lock().send(reply));
        }
    }

    pub fn call() -> Box<Call> {
        Box::new(Call {
            ticket: Ticket(7),
            session: Session::new(Pool::new(0, None, PoolOptions::default())),
            submitted: clock::instant(),
            method: Method::Get,
            url: Url::parse("http://h/").expect("a URL"),
            headers: Headers::new(),
            body: Bytes::new(),
            dialect: Dialect::Requests,
            redirects: Redirects::Never,
            timeouts: Timeouts::default(),
            tls: TlsProfile::none(),
            proxies: None,
            decode: true,
            max_retries: 0,
            cookies: None,
        })
    }

    #[test]
    fn a_panic_is_answered_like_everything_else() {
        let (sender, replies) = channel();
        let options = EngineOptions::default();
        let dns = Arc::new(Dns::new(options.dns_ttl, Vec::new()));
        let lane = LaneShared::new(Arc::new(Mailbox(Mutex::new(sender))), dns, &options);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .build()
            .expect("a runtime");
        let job = Job::new(lane, call());
        let task = runtime.spawn(async move {
            let _job = job;
            panic!("a bug");
        });
        assert!(runtime.block_on(task).is_err());
        let reply = replies.try_recv().expect("a reply");
        assert_eq!(
            (reply.ticket, reply.error),
            (Ticket(7), Some(HttpError::Panic))
        );
        assert!(replies.try_recv().is_err());
    }
}
