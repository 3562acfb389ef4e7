//! Idle connections by host, and the limit of requests at a time where a client has one.
//! A pool usually serves one user and one host, so hosts are a short list that is searched.

use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::http2::line::Shared;
use crate::net::connection::Connection;
use crate::tls::handshake::UserTls;
use crate::types::protocol::Protocol;
use crate::urls::scheme::Scheme;

use super::connection_key::{ConnectionKey, HostKey};
use super::host::{Host, reserve_one};
use super::idle::Idle;
use super::options::PoolOptions;

/// Connections that may be shared by several sessions. Cheap to clone.
#[derive(Clone)]
pub struct Pool {
    pub(crate) inner: Arc<PoolInner>,
}

pub(crate) struct PoolInner {
    /// The I/O thread whose runtime its sockets belong to.
    pub lane: usize,
    /// The address its connections come from, if one was chosen.
    pub source: Option<IpAddr>,
    pub tls: UserTls,
    options: PoolOptions,
    state: Mutex<State>,
    /// The process whose sockets they are. A forked child shares the set that the kernel watches for the I/O thread with
    /// its parent: a socket closed properly there is taken out of it, and the parent waits for ever.
    process: u32,
}

#[derive(Default)]
struct State {
    /// Grows when the idle ones were dropped: connections lent out before are not taken back.
    generation: u64,
    /// The host used last stands last.
    hosts: Vec<Host>,
}

/// Leave to use a host, and perhaps a connection to it. Dropping it lets the next one in.
pub(crate) struct Lease {
    /// An idle connection, checked to be quiet.
    pub connection: Option<Connection>,
    generation: u64,
    _permit: Option<OwnedSemaphorePermit>,
}

impl Pool {
    pub(crate) fn new(lane: usize, source: Option<IpAddr>, options: PoolOptions) -> Self {
        Self {
            inner: Arc::new(PoolInner {
                lane,
                source,
                tls: UserTls::default(),
                options,
                state: Mutex::default(),
                process: std::process::id(),
            }),
        }
    }

    /// Drops the connections that are idle now. Those in use are dropped when they come back.
    ///
    /// Does nothing in a forked child, where they are the parent's and the lock may be held for ever.
    pub fn close_idle(&self) {
        if self.inner.is_of_parent() {
            return;
        }
        let mut state = self.inner.state.lock();
        state.generation += 1;
        for host in &mut state.hosts {
            host.idle.clear();
            host.http2 = None;
        }
    }

    /// How many connections are idle.
    pub fn idle(&self) -> usize {
        self.inner
            .state
            .lock()
            .hosts
            .iter()
            .map(|host| host.idle.len())
            .sum()
    }

    /// One of the idle connections could be used: the server has not ended it.
    pub fn has_quiet_connection(&self) -> bool {
        self.inner
            .state
            .lock()
            .hosts
            .iter()
            .any(|host| host.idle.iter().any(|idle| idle.connection.is_quiet()))
    }
}

impl Drop for PoolInner {
    fn drop(&mut self) {
        if self.is_of_parent() {
            std::mem::forget(std::mem::take(self.state.get_mut()));
        }
    }
}

impl PoolInner {
    /// Waits for leave to use the host, and takes its youngest connection that is still quiet.
    pub(crate) async fn lease(&self, place: &ConnectionKey<'_>) -> Lease {
        let permit = match self.limit_of(place) {
            Some(limit) => limit.acquire_owned().await.ok(),
            None => None,
        };
        let (connection, generation) = self.take_quiet(place);
        Lease {
            connection,
            generation,
            _permit: permit,
        }
    }

    /// No connection of it could be used.
    pub(crate) fn is_unused(&self) -> bool {
        let state = self.state.lock();
        let is_unused = |host: &Host| host.idle.is_empty() && host.http2.is_none();
        self.options.protocol == Protocol::Http1 && state.hosts.iter().all(is_unused)
    }

    pub(crate) fn protocol(&self) -> Protocol {
        self.options.protocol
    }

    fn is_of_parent(&self) -> bool {
        self.process != std::process::id()
    }

    /// What is known of the host's HTTP/2, where that is wanted at all.
    pub(crate) fn http2(&self, place: &ConnectionKey<'_>) -> Option<Arc<Shared>> {
        match self.options.protocol {
            Protocol::Http1 => return None,
            Protocol::Best if place.url.scheme() == Scheme::Http => return None,
            Protocol::Best | Protocol::Http2 => {}
        }
        let mut state = self.state.lock();
        let known = &mut self.host(&mut state, place).http2;
        Some(Arc::clone(known.get_or_insert_default()))
    }

    fn limit_of(&self, place: &ConnectionKey<'_>) -> Option<Arc<Semaphore>> {
        self.options.limit_per_host?;
        let mut state = self.state.lock();
        self.host(&mut state, place).limit.clone()
    }

    fn take_quiet(&self, place: &ConnectionKey<'_>) -> (Option<Connection>, u64) {
        let mut state = self.state.lock();
        let generation = state.generation;
        let Some(at) = state.hosts.iter().position(|host| host.key.fits(place)) else {
            return (None, generation);
        };
        let idle = &mut state.hosts[at].idle;
        let quiet = std::iter::from_fn(|| idle.pop()).find_map(Idle::quiet);
        (quiet, generation)
    }

    /// Takes a connection back after a complete answer that allows another request.
    pub(crate) fn give_back(
        &self,
        place: &ConnectionKey<'_>,
        lease: &Lease,
        connection: Connection,
    ) {
        let mut state = self.state.lock();
        if state.generation != lease.generation {
            return;
        }
        let host = self.host(&mut state, place);
        if host.idle.len() < self.options.idle_per_host {
            reserve_one(&mut host.idle);
            host.idle.push(Idle::new(connection));
        }
    }

    /// The host's entry, made if need be; hosts above the limit lose the oldest unused entry.
    fn host<'a>(&self, state: &'a mut State, place: &ConnectionKey<'_>) -> &'a mut Host {
        let hosts = &mut state.hosts;
        if let Some(at) = hosts.iter().position(|host| host.key.fits(place)) {
            hosts[at..].rotate_left(1);
        } else {
            if hosts.len() >= self.options.hosts.max(1)
                && let Some(oldest) = hosts.iter().position(Host::is_unused)
            {
                hosts.remove(oldest);
            }
            reserve_one(hosts);
            hosts.push(Host::new(HostKey::of(place), self.options.limit_per_host));
        }
        let last = hosts.len() - 1;
        &mut hosts[last]
    }
}
