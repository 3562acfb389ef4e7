//! What the calls of one I/O thread share.

use std::sync::Arc;
use std::time::Duration;

use crate::coding::decoders::Decoders;
use crate::cookies::warning::CookieWarning;
use crate::errors::error::HttpError;
use crate::http1::spare::SpareBuffers;
use crate::memory::budget::BodyBudget;
use crate::net::connect_throttle::ConnectThrottle;
use crate::net::dns::Dns;
use crate::net::socket::{RoundTrip, SilentFor};
use crate::sessions::session::Session;
use crate::types::ticket::Ticket;
use crate::work::network::Network;
use rlocust_core::clock;
use rlocust_core::helpers::Helpers;
use rlocust_core::model::CutPhase;

use super::call::Call;
use super::command::Command;
use super::reply::Reply;
use super::running::Running;
use super::sink::Sink;

/// What the tasks of a lane share.
pub(crate) struct LaneShared {
    pub sink: Arc<dyn Sink>,
    pub dns: Arc<Dns>,
    pub cookie_warning: Arc<CookieWarning>,
    pub fallback_user_agent: String,
    pub decoders: Decoders,
    pub spare: Arc<SpareBuffers>,
    pub budget: Arc<BodyBudget>,
    pub max_response_time: Option<Duration>,
    pub silent_for: SilentFor,
    pub round_trip: RoundTrip,
    pub running: Running,
    pub openings: Arc<ConnectThrottle>,
    /// Where large bodies are decoded; one for all lanes.
    pub decoding: Arc<Helpers>,
}

impl LaneShared {
    /// Hands a reply in; the ticket is free again.
    pub(crate) fn finished(&self, ticket: Ticket, reply: Box<Reply>) {
        self.running.take(ticket);
        self.sink.answered(ticket, reply);
    }

    /// The network as a session of this lane sees it.
    pub(crate) fn network(&self, session: Session) -> Network {
        Network {
            session,
            dns: Arc::clone(&self.dns),
            openings: Arc::clone(&self.openings),
            silent_for: self.silent_for,
            round_trip: self.round_trip,
        }
    }

    /// Answers a command that no lane will take up.
    pub(crate) fn refuse(&self, command: Command) {
        match command {
            Command::Call(call) => refuse_call(&*self.sink, &call),
            Command::Abort { .. } | Command::Work { .. } => {}
            #[cfg(debug_assertions)]
            Command::Stall { .. } => {}
            #[cfg(test)]
            Command::Panic(_) => {}
        }
    }
}

fn refuse_call(sink: &dyn Sink, call: &Call) {
    let mut reply = call.blank_reply(clock::instant());
    reply.error = Some(HttpError::Cut {
        phase: CutPhase::BeforeSend,
    });
    reply.attempts.failed_before_send = 1;
    sink.answered(call.ticket, reply);
}
