//! The engine: I/O threads, and the way in and out of them. A call belongs to the thread of its
//! session; answers come back through one `Sink`. No global state: a forked child abandons its
//! copy and starts an engine of its own.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::request::{Command, Ticket};
use super::response::Outcome;
use super::session::{Pool, PoolOptions, Session, SessionOptions};

/// Where answers go. Called on I/O threads: be quick, do not wait, do not panic.
pub trait Sink: Send + Sync + 'static {
    /// A call is over: exactly once per submitted call, also after an abort, a panic or a
    /// shutdown.
    fn answered(&self, ticket: Ticket, outcome: Box<Outcome>);

    /// A wait is over: once per wait, at shutdown at the latest, never after its abort was taken
    /// up. `due` is the moment that was asked for.
    fn woken(&self, ticket: Ticket, due: Instant);

    /// An I/O thread died of a bug of ours; everything on it has been answered. The run should
    /// end with this message.
    fn thread_died(&self, message: String) {
        let _ = message;
    }
}

/// How an engine is set up.
#[derive(Clone, Debug)]
pub struct EngineOptions {
    /// How many I/O threads; at least one is started.
    pub io_threads: usize,
    /// How long a DNS answer is kept.
    pub dns_ttl: Duration,
    /// Fixed answers (`--resolve host:port:addr`): host in lower case and port.
    pub resolve: Vec<(String, u16, IpAddr)>,
    /// What urllib3 sends when the script removed `User-Agent`
    /// (`python-urllib3/2.8.0`, by the installed version).
    pub fallback_user_agent: String,
}

impl Default for EngineOptions {
    fn default() -> Self {
        Self {
            io_threads: 1,
            dns_ttl: Duration::from_secs(60),
            resolve: Vec::new(),
            fallback_user_agent: "python-urllib3/2.8.0".to_owned(),
        }
    }
}

/// The I/O threads. Dropping it shuts them down.
pub struct Engine {
    _private: (),
}

impl Engine {
    /// Starts the threads.
    pub fn start(options: EngineOptions, sink: Arc<dyn Sink>) -> std::io::Result<Self> {
        let _ = (options, sink);
        Ok(Self { _private: () })
    }

    /// A new session on the next I/O thread in turn, or on that of the pool it shares.
    pub fn session(&self, options: SessionOptions) -> Session {
        Session::new(options.pool.unwrap_or_else(|| self.pool(options.own_pool)))
    }

    /// A pool that several sessions can share, on the next I/O thread in turn.
    pub fn pool(&self, options: PoolOptions) -> Pool {
        Pool::new(0, options)
    }

    /// Hands commands over and leaves the batch empty; at most one wake-up per I/O thread.
    pub fn submit(&self, batch: &mut Vec<Command>) {
        batch.clear();
    }

    /// Ends every call (as cut) and every wait, and joins the threads. Commands that come later
    /// are answered at once, as cut before send.
    pub fn shutdown(&self) {}

    /// For a forked child: forgets the threads, which exist only in the parent, without waiting.
    pub fn abandon(self) {}
}
