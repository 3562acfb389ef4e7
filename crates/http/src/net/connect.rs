//! Opening a connection: name, TCP, TLS, each with its own reading of the clock. All addresses
//! are tried in the resolver's order; the connect limit counts for each one, as in both clients.

use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::AsFd as _;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::{TcpSocket, TcpStream};

use crate::dialects::dialect::Dialect;
use crate::errors::error::HttpError;
use crate::tls::handshake::UserTls;
use crate::tls::profile::TlsProfile;
use crate::types::protocol::Protocol;
use crate::urls::scheme::Scheme;
use crate::urls::url::Url;
use rlocust_core::clock;

use super::connect_throttle::ConnectThrottle;
use super::connection::{Connection, Transport};
use super::dns::Dns;
use super::events;
use super::limit::Deadline;
use super::socket::{RoundTrip, SilentFor, Socket};
use super::waits::with_wait;
use crate::proxies::proxy::Proxy;
use crate::proxies::tunnel::Tunnel;

/// How long the steps took, over all connections that a call opened.
#[derive(Copy, Clone, Debug, Default)]
pub(crate) struct Steps {
    pub dns: Option<Duration>,
    pub connect: Option<Duration>,
    pub tls: Option<Duration>,
    /// Waited for the I/O thread's turn: in no step's time, nor in the call's.
    pub held: Duration,
}

/// Everything a new connection depends on.
pub(crate) struct Target<'a> {
    pub url: &'a Url,
    pub tls: &'a Arc<TlsProfile>,
    pub limit: Option<Duration>,
    pub dialect: Dialect,
    /// The proxy it goes through, if there is one.
    pub via: Option<&'a Proxy>,
    /// How an HTTP proxy is asked for a tunnel.
    pub tunnel: Tunnel,
    /// What an HTTP proxy gets of a URL without TLS.
    pub plain: Plain,
    /// The address it comes from, if one was chosen.
    pub source: Option<IpAddr>,
    pub protocol: Protocol,
    /// Whose connection it will be: its TLS tickets.
    pub user_tls: &'a UserTls,
    /// How its socket learns that the stream has not gone on.
    pub silent_for: SilentFor,
    /// How it is known when the network had opened it.
    pub round_trip: RoundTrip,
    /// Where it waits for its turn.
    pub openings: &'a ConnectThrottle,
    /// It waited for its turn before.
    pub has_turn: bool,
    /// When all answers of its call must be there, if they must.
    pub deadline: Option<&'a Deadline>,
}

/// How plain HTTP goes through an HTTP proxy.
#[derive(Copy, Clone, Debug, Eq, PartialEq)]
pub(crate) enum Plain {
    /// Requests for whole URLs, which the proxy makes.
    WholeUrls,
    /// Through a tunnel, as TLS: what is spoken is not for the proxy.
    Tunnelled,
}

impl Target<'_> {
    /// Opens a connection; `steps` grows by what it took, as far as it got.
    pub(crate) async fn connect(
        &self,
        dns: &Dns,
        steps: &mut Steps,
    ) -> Result<Connection, HttpError> {
        let stream = match self.via {
            None => {
                let (host, port) = (self.url.host(), self.url.port());
                self.reach_host(host, port, dns, steps).await?
            }
            Some(proxy) => self.reach_through(proxy, dns, steps).await?,
        };
        let mut socket = Socket::new(stream, self.silent_for);
        if self.url.scheme() == Scheme::Http {
            return Ok(Connection::new(Transport::Plain(socket)));
        }
        let connected = clock::instant();
        socket.count_waits();
        let handshake = self
            .user_tls
            .handshake(self.tls, self.protocol, self.url.host(), socket);
        let mut stream = self.within_limit(handshake).await;
        let late = match &mut stream {
            Ok(Ok(stream)) => stream.get_mut().0.waited(),
            _ => Duration::ZERO,
        };
        self.hold(steps, late);
        add(&mut steps.tls, connected.elapsed().saturating_sub(late));
        let stream = stream.map_err(|timeout| match timeout {
            HttpError::ConnectTimeout { limit } => HttpError::HandshakeTimeout { limit },
            other => other,
        });
        let stream = stream.and_then(|stream| stream);
        events::agreed(self.url.host(), &stream, connected);
        Ok(Connection::new(Transport::Tls(Box::new(stream?))))
    }

    async fn reach_host(
        &self,
        host: &str,
        port: u16,
        dns: &Dns,
        steps: &mut Steps,
    ) -> Result<TcpStream, HttpError> {
        let addresses = addresses(host, port, dns, steps).await?;
        self.turn(steps).await;
        let resolved = clock::instant();
        let mut late = Duration::ZERO;
        let stream = self.reach_any(&addresses, &mut late).await;
        self.hold(steps, late);
        add(&mut steps.connect, resolved.elapsed().saturating_sub(late));
        stream
    }

    async fn turn(&self, steps: &mut Steps) {
        if self.has_turn {
            return;
        }
        if let Some(deadline) = self.deadline {
            deadline.hold();
        }
        let waited = self.openings.turn().await;
        self.hold(steps, waited);
    }

    /// So long the connection waited for us.
    fn hold(&self, steps: &mut Steps, waited: Duration) {
        steps.held += waited;
        if let Some(deadline) = self.deadline {
            deadline.push_out(waited);
        }
    }

    /// To the proxy, and through it to the host. TLS comes later, and its faults are the host's.
    async fn reach_through(
        &self,
        proxy: &Proxy,
        dns: &Dns,
        steps: &mut Steps,
    ) -> Result<TcpStream, HttpError> {
        let reached = self.reach_host(&proxy.host, proxy.port, dns, steps).await;
        let stream = reached.map_err(|fault| proxy.fault_on_the_way(fault))?;
        let address = if proxy.wants_address() {
            let (host, port) = (self.url.host(), self.url.port());
            addresses(host, port, dns, steps).await?.first().copied()
        } else {
            None
        };
        let takes_whole_urls = self.plain == Plain::WholeUrls && proxy.takes_whole_urls(self.url);
        let tunnel = (!takes_whole_urls).then_some(self.tunnel);
        let reached = clock::instant();
        let led = self.within_limit(proxy.lead_on(stream, self.url, address, tunnel));
        let led = led.await.and_then(|led| led);
        add(&mut steps.connect, reached.elapsed());
        events::led_on((&proxy.host, proxy.port), self.url.place(), &led, reached);
        led.map_err(|fault| proxy.fault_on_the_way(fault))
    }

    async fn reach_any(
        &self,
        addresses: &[SocketAddr],
        late: &mut Duration,
    ) -> Result<TcpStream, HttpError> {
        let mut fault = None;
        for address in addresses {
            let began = clock::instant();
            let stream = self.reach(*address, late).await;
            events::reached(*address, &stream, began);
            match stream {
                Ok(stream) => return Ok(stream),
                Err(error) if fault.is_none() || self.dialect.reports_last_address() => {
                    fault = Some(error);
                }
                Err(_) => {}
            }
        }
        Err(fault.unwrap_or(HttpError::Connect { errno: 0 }))
    }

    /// `late` grows by what the open connection then waited for the I/O thread.
    async fn reach(
        &self,
        address: SocketAddr,
        late: &mut Duration,
    ) -> Result<TcpStream, HttpError> {
        let connecting = with_wait(connect_from(self.source, address));
        let (stream, since) = self.within_limit(connecting).await?;
        let stream = stream.map_err(|error| refused(&error))?;
        if let Some(network) = (self.round_trip)(stream.as_fd()) {
            *late += since.elapsed().saturating_sub(network);
        }
        stream.set_nodelay(true).map_err(|error| refused(&error))?;
        Ok(stream)
    }

    async fn within_limit<T>(&self, work: impl Future<Output = T>) -> Result<T, HttpError> {
        match self.limit {
            None => Ok(work.await),
            Some(limit) => tokio::time::timeout(limit, work)
                .await
                .map_err(|_| HttpError::ConnectTimeout { limit }),
        }
    }
}

async fn addresses(
    host: &str,
    port: u16,
    dns: &Dns,
    steps: &mut Steps,
) -> Result<Vec<SocketAddr>, HttpError> {
    let known = dns.known(host, port);
    if !known.is_empty() {
        return Ok(known);
    }
    let asked = clock::instant();
    let found = dns.look_up(host, port).await;
    add(&mut steps.dns, asked.elapsed());
    found
}

/// Connects from an address of this machine, if one was chosen (`--source-address`).
async fn connect_from(source: Option<IpAddr>, address: SocketAddr) -> io::Result<TcpStream> {
    let Some(source) = source else {
        return TcpStream::connect(address).await;
    };
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    socket.bind(SocketAddr::new(source, 0))?;
    socket.connect(address).await
}

fn add(sum: &mut Option<Duration>, more: Duration) {
    *sum = Some(sum.unwrap_or_default() + more);
}

fn refused(error: &io::Error) -> HttpError {
    HttpError::Connect {
        errno: error.raw_os_error().unwrap_or(0),
    }
}
