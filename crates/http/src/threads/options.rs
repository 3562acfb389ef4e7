//! How an engine is set up.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::calls::running::Running;
use crate::calls::shared::LaneShared;
use crate::calls::sink::Sink;
use crate::coding::decoders::Decoders;
use crate::memory::available::half_of_memory;
use crate::memory::budget::BodyBudget;
use crate::net::dns::Dns;
use crate::net::socket::{RoundTrip, SilentFor};
use rlocust_core::helpers::Helpers;

/// How an engine is set up.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// How many I/O threads; at least one is started.
    pub io_threads: usize,
    /// How long a DNS answer is kept.
    pub dns_ttl: Duration,
    /// Fixed answers (`--resolve host:port:addr`): host in lower case and port.
    pub resolve: Vec<(String, u16, IpAddr)>,
    /// Addresses of this machine that connections come from (`--source-address`): each new session
    /// takes the next in turn. Empty: the system chooses.
    pub sources: Vec<IpAddr>,
    /// What urllib3 sends when the script removed `User-Agent`
    /// (`python-urllib3/2.8.0`, by the installed version).
    pub fallback_user_agent: String,
    /// Which optional content encodings the clients would undo here.
    pub decoders: Decoders,
    /// How long one body may be, before its encoding is undone and after (`--max-body`).
    pub max_body: u64,
    /// How long a whole call may take, redirects included (`--max-response-time`). No limit of a client's covers that.
    pub max_response_time: Option<Duration>,
    /// How long a connection's stream has not gone on. Where it knows nothing, a response whose segments came out of
    /// turn ends when one of them came, not when it was whole.
    pub silent_for: SilentFor,
    /// How long the network took to open a connection. Where it knows nothing, what a new connection waits for its busy
    /// I/O thread stands in the time of its call.
    pub round_trip: RoundTrip,
}

/// Short: a name that stands for several machines is spread over them by its resolver, and
/// Locust asks it for each connection.
const DNS_TTL: Duration = Duration::from_secs(1);

/// More than what tests load, less than what a machine has.
const MAX_BODY: u64 = 1 << 30;

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            io_threads: 1,
            dns_ttl: DNS_TTL,
            resolve: Vec::new(),
            sources: Vec::new(),
            fallback_user_agent: "python-urllib3/2.8.0".to_owned(),
            decoders: Decoders::default(),
            max_body: MAX_BODY,
            max_response_time: None,
            silent_for: |_| None,
            round_trip: |_| None,
        }
    }
}

impl EngineOptions {
    /// What the bodies of all calls may take.
    pub(crate) fn budget(&self) -> Arc<BodyBudget> {
        BodyBudget::new(self.max_body, half_of_memory())
    }

    /// Threads that decode large bodies, for all lanes together: as many as there are cores.
    pub(crate) fn decoding() -> Arc<Helpers> {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Arc::new(Helpers::new("rlocust-decode", cores))
    }

    /// What the calls of one I/O thread share.
    pub(crate) fn shared(&self, sink: Arc<dyn Sink>, dns: Arc<Dns>) -> LaneShared {
        LaneShared {
            sink,
            dns,
            cookie_warning: Arc::default(),
            fallback_user_agent: self.fallback_user_agent.clone(),
            decoders: self.decoders,
            spare: Arc::default(),
            budget: Arc::default(),
            max_response_time: self.max_response_time,
            silent_for: self.silent_for,
            round_trip: self.round_trip,
            running: Running::default(),
            openings: Arc::default(),
            decoding: Self::decoding(),
        }
    }
}
