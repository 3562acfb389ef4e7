//! Idle connections by host, and the limit of requests at a time where a client has one.
//! A pool usually serves one user and one host, so hosts are a short list that is searched.

use std::net::IpAddr;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::http::http2::line::Shared;
use crate::http::net::connection::Connection;
use crate::http::net::proxy::Proxy;
use crate::http::net::tls::{TlsProfile, UserTls};
use crate::http::urls::url::{Scheme, Url};
use crate::http::words::protocol::Protocol;

/// How many connections a pool keeps and allows.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub struct PoolOptions {
    /// Idle connections kept per host; more are closed when they come back (urllib3: 10).
    pub idle_per_host: usize,
    /// Hosts for which idle connections are kept; the one unused longest goes (urllib3: 10).
    pub hosts: usize,
    /// Requests at a time per host; others wait in order, within their response time
    /// (geventhttpclient's `concurrency`, a urllib3 pool with `block=True`). `None`: no limit.
    pub limit_per_host: Option<usize>,
    /// The version of HTTP on its connections.
    pub protocol: Protocol,
}

impl Default for PoolOptions {
    fn default() -> Self {
        Self {
            idle_per_host: 10,
            hosts: 10,
            limit_per_host: None,
            protocol: Protocol::Http1,
        }
    }
}

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
}

#[derive(Default)]
struct State {
    /// Grows when the idle ones were dropped: connections lent out before are not taken back.
    generation: u64,
    /// The host used last stands last.
    hosts: Vec<Host>,
}

struct Host {
    key: HostKey,
    idle: Vec<Connection>,
    limit: Option<Arc<Semaphore>>,
    http2: Option<Arc<Shared>>,
}

struct HostKey {
    scheme: Scheme,
    port: u16,
    host: Box<str>,
    tls: Option<Arc<TlsProfile>>,
    via: Option<Arc<Proxy>>,
}

/// Where a connection leads: two that agree in it can stand in for each other.
pub(crate) struct Place<'a> {
    pub url: &'a Url,
    pub tls: &'a Arc<TlsProfile>,
    pub via: Option<&'a Arc<Proxy>>,
}

impl Place<'_> {
    /// The far end: the host, or the proxy that takes requests for any.
    fn end(&self) -> (&str, u16) {
        match self.via {
            Some(proxy) if proxy.takes_whole_urls(self.url) => (&proxy.host, proxy.port),
            _ => (self.url.host(), self.url.port()),
        }
    }
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
            }),
        }
    }

    /// Drops the connections that are idle now. Those in use are dropped when they come back.
    pub fn close_idle(&self) {
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
            .any(|host| host.idle.iter().any(Connection::is_quiet))
    }
}

impl PoolInner {
    /// Waits for leave to use the host, and takes its youngest connection that is still quiet.
    pub(crate) async fn lease(&self, place: &Place<'_>) -> Lease {
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

    pub(crate) fn protocol(&self) -> Protocol {
        self.options.protocol
    }

    /// What is known of the host's HTTP/2, where that is wanted at all.
    pub(crate) fn http2(&self, place: &Place<'_>) -> Option<Arc<Shared>> {
        match self.options.protocol {
            Protocol::Http1 => return None,
            Protocol::Best if place.url.scheme() == Scheme::Http => return None,
            Protocol::Best | Protocol::Http2 => {}
        }
        let mut state = self.state.lock();
        let known = &mut self.host(&mut state, place).http2;
        Some(Arc::clone(known.get_or_insert_default()))
    }

    fn limit_of(&self, place: &Place<'_>) -> Option<Arc<Semaphore>> {
        self.options.limit_per_host?;
        let mut state = self.state.lock();
        self.host(&mut state, place).limit.clone()
    }

    fn take_quiet(&self, place: &Place<'_>) -> (Option<Connection>, u64) {
        let mut state = self.state.lock();
        let generation = state.generation;
        let Some(at) = state.hosts.iter().position(|host| host.key.fits(place)) else {
            return (None, generation);
        };
        let idle = &mut state.hosts[at].idle;
        while let Some(connection) = idle.pop() {
            if connection.is_quiet() {
                return (Some(connection), generation);
            }
        }
        (None, generation)
    }

    /// Takes a connection back after a complete answer that allows another request.
    pub(crate) fn give_back(&self, place: &Place<'_>, lease: &Lease, mut connection: Connection) {
        connection.reused = true;
        let mut state = self.state.lock();
        if state.generation != lease.generation {
            return;
        }
        let host = self.host(&mut state, place);
        if host.idle.len() < self.options.idle_per_host {
            reserve_one(&mut host.idle);
            host.idle.push(connection);
        }
    }

    /// The host's entry, made if need be; hosts above the limit lose the oldest unused entry.
    fn host<'a>(&self, state: &'a mut State, place: &Place<'_>) -> &'a mut Host {
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

/// Most users have one connection to one host: room for that, and not for the usual four.
fn reserve_one<T>(list: &mut Vec<T>) {
    if list.is_empty() {
        list.reserve_exact(1);
    }
}

impl Host {
    fn new(key: HostKey, limit: Option<usize>) -> Self {
        Self {
            key,
            idle: Vec::new(),
            limit: limit.map(|limit| Arc::new(Semaphore::new(limit.max(1)))),
            http2: None,
        }
    }

    /// No request holds its limit, so that it can be forgotten without letting more in.
    fn is_unused(&self) -> bool {
        self.limit
            .as_ref()
            .is_none_or(|limit| Arc::strong_count(limit) == 1)
    }
}

impl HostKey {
    fn of(place: &Place<'_>) -> Self {
        let (host, port) = place.end();
        Self {
            scheme: place.url.scheme(),
            port,
            host: host.into(),
            tls: (place.url.scheme() == Scheme::Https).then(|| Arc::clone(place.tls)),
            via: place.via.cloned(),
        }
    }

    fn fits(&self, place: &Place<'_>) -> bool {
        let (host, port) = place.end();
        self.port == port
            && self.scheme == place.url.scheme()
            && self
                .tls
                .as_ref()
                .is_none_or(|own| Arc::ptr_eq(own, place.tls))
            && self.host.eq_ignore_ascii_case(host)
            && self.via.as_ref() == place.via
    }
}
