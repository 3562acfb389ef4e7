//! Sends the request of one hop until an answer's head is there: on an idle connection, a new one, or the user's HTTP/2
//! connection, and once more where the client's rules allow it.

use crate::errors::error::HttpError;
use crate::http1::answer::Answer;
use crate::http1::exchange::Exchange;
use crate::http1::progress::Progress;
use crate::http2::exchange::{self, Limits};
use crate::http2::line::{Line, Route};
use crate::http2::wire::Wire;
use crate::net::connect::{Plain, Target};
use crate::net::connection::Connection;
use crate::proxies::tunnel::Tunnel;
use crate::sessions::pool::{Lease, PoolInner};
use crate::wire::encode::Encoded;
use crate::wire::sent::Sent;

use super::events;
use super::job::Job;

impl Job {
    /// Sends until an answer's head is there, on an idle connection if there is one. A request
    /// that an idle connection swallowed is sent once more where the client's rules allow it.
    pub(super) async fn answer(
        &mut self,
        encoded: &Encoded,
        sent: &Sent,
    ) -> Result<Answer, HttpError> {
        let session = self.call.session.clone();
        let pool = session.pool_inner();
        let mut lease = pool.lease(&self.place()).await;
        let mut may_resend = true;
        let mut has_turn = std::mem::take(&mut self.has_turn);
        loop {
            let way = match lease.connection.take() {
                Some(idle) => Route::Http1(idle),
                None => Box::pin(self.way(pool, std::mem::take(&mut has_turn))).await?,
            };
            if let Some(Sent { head, .. }) = &mut self.reply().unanswered {
                *head = sent.head.clone();
            }
            let (answered, may_repeat) = match way {
                Route::Http1(connection) => {
                    let may_repeat =
                        connection.reused && self.call.dialect.resends_on_dead_connection();
                    let answered = self.over_http1(encoded, connection, &lease).await;
                    (answered, may_repeat)
                }
                Route::Http2 { wire, reused } => {
                    (self.over_http2(sent, &wire, reused).await, reused)
                }
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
            events::resent(&self.call, &fault);
        }
    }

    /// The user's HTTP/2 connection, or a new one of what the server speaks.
    async fn way(&mut self, pool: &PoolInner, has_turn: bool) -> Result<Route, HttpError> {
        let Some(shared) = pool.http2(&self.place()) else {
            return self.connect(has_turn).await.map(Route::Http1);
        };
        let mut line = match shared.turn().await {
            Ok(line) => line,
            Err(fault) => {
                self.reply().attempts.failed_before_send += 1;
                return Err(fault);
            }
        };
        if matches!(*line, Line::Http1) {
            drop(line);
            return self.connect(has_turn).await.map(Route::Http1);
        }
        if let Some(open) = line.open().await {
            return Ok(open);
        }
        let way = match self.connect(has_turn).await {
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
            asked: self.call.asked(),
            encoded,
            spare: &self.lane.spare,
            budget: &self.lane.budget,
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
        let limits = Limits {
            read: self.call.timeouts.read,
            budget: &self.lane.budget,
        };
        let exchange = exchange::exchange(limits, sent, wire, &mut self.progress);
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

    async fn connect(&mut self, has_turn: bool) -> Result<Connection, HttpError> {
        let pool = self.call.session.pool_inner();
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
            plain: Plain::WholeUrls,
            source: pool.source,
            protocol: pool.protocol(),
            user_tls: &pool.tls,
            silent_for: self.lane.silent_for,
            round_trip: self.lane.round_trip,
            openings: &self.lane.openings,
            has_turn,
            deadline: self.deadline.as_deref(),
        };
        let connected = target.connect(&self.lane.dns, &mut self.steps).await;
        let held = std::mem::take(&mut self.steps.held);
        self.hold(held);
        if connected.is_err() {
            self.reply().attempts.failed_before_send += 1;
        }
        connected
    }
}
