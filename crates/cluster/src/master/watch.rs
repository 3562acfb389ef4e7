//! Looks after the connections to a master's port: libzmq tells which there are, the kernel what has come on them.
use std::net::SocketAddr;
use std::os::fd::RawFd;
use std::time::{Duration, Instant};

use nix::sys::socket::{Shutdown, SockaddrStorage, getpeername, shutdown};
use rustix::process::{Resource, getrlimit};
use tracing::warn;
use zmq::{Context, DONTWAIT, Error, PAIR, Socket, SocketEvent};

use super::connections::{Connections, Counted};
use rlocust_core::clock;

const ENDPOINT: &str = "inproc://connections";
/// Between two looks: a stranger's connection brings about 1 GB a second on one machine.
const LOOK: Duration = Duration::from_millis(50);
/// Where all are workers'.
const RARE_LOOK: Duration = Duration::from_secs(1);
/// Where the system does not say how many descriptors there are.
const MOST_STRANGERS: u64 = 4_096;

/// How many bytes have come on a TCP connection; nothing where nobody knows. Handed in, since to ask the kernel
/// (`TCP_INFO`, tcp(7)) takes `unsafe`.
pub type BytesReceived = fn(RawFd) -> Option<u64>;

pub struct Watch {
    events: Socket,
    connections: Connections,
    bytes_received: BytesReceived,
    look_at: Instant,
    has_complained: bool,
}

impl Watch {
    /// Before `socket` is bound, so that it misses nobody.
    pub fn start(
        context: &Context,
        socket: &Socket,
        bytes_received: BytesReceived,
    ) -> Result<Self, Error> {
        let wanted = [SocketEvent::ACCEPTED, SocketEvent::DISCONNECTED];
        let wanted = wanted.map(SocketEvent::to_raw).into_iter().sum::<u16>();
        socket.monitor(ENDPOINT, wanted.into())?;
        let events = context.socket(PAIR)?;
        events.set_rcvhwm(0)?; // libzmq's thread would wait for us
        events.set_linger(0)?;
        events.connect(ENDPOINT)?;
        Ok(Self {
            events,
            connections: Connections::new(most_strangers()),
            bytes_received,
            look_at: clock::instant(),
            has_complained: false,
        })
    }

    /// Readable when somebody has come or gone.
    pub fn socket(&self) -> &Socket {
        &self.events
    }

    /// A whole message has come.
    pub fn heard(&mut self, connection: Option<RawFd>, is_of_worker: bool) {
        if let Some(descriptor) = connection {
            self.connections.heard(descriptor, is_of_worker);
        }
    }

    /// How long until the next look.
    pub fn sleep(&self) -> Duration {
        self.look_at.saturating_duration_since(clock::instant())
    }

    /// Who has come and gone, before what they say is heard.
    pub fn read_events(&mut self) {
        while let Some((event, descriptor)) = next_event(&self.events) {
            match (event, peer_of(descriptor)) {
                (SocketEvent::ACCEPTED, Some(peer)) => self.connections.accepted(descriptor, peer),
                _ => self.connections.ended(descriptor),
            }
            self.look_at = self.look_at.min(clock::instant() + LOOK);
        }
    }

    /// All that is whole has been heard before.
    pub fn look(&mut self, has_workers: bool) {
        let now = clock::instant();
        if now < self.look_at {
            return;
        }
        let count = |descriptor| counted(descriptor, self.bytes_received);
        let closed = self.connections.look(has_workers, count);
        for descriptor in &closed {
            shutdown(*descriptor, Shutdown::Both).ok(); // the other end may have been faster
        }
        if !closed.is_empty() && !std::mem::replace(&mut self.has_complained, true) {
            warn!(target: "rlocust::cluster", "connections are closed, of which too many are of no worker, or whose messages do not end");
        }
        let has_strangers = self.connections.has_strangers();
        self.look_at = now + if has_strangers { LOOK } else { RARE_LOOK };
    }
}

/// Half of the descriptors are for others.
fn most_strangers() -> usize {
    let most = getrlimit(Resource::Nofile).current;
    usize::try_from(most.unwrap_or(2 * MOST_STRANGERS) / 2).unwrap_or(usize::MAX)
}

fn next_event(events: &Socket) -> Option<(SocketEvent, RawFd)> {
    let frame = events.recv_msg(DONTWAIT).ok()?;
    while events.get_rcvmore().unwrap_or(false) {
        events.recv_msg(DONTWAIT).ok()?; // the address that is bound
    }
    let (kind, value) = frame.split_first_chunk()?;
    let kind = SocketEvent::from_raw(u16::from_ne_bytes(*kind));
    Some((kind, RawFd::from_ne_bytes(*value.first_chunk()?)))
}

fn counted(descriptor: RawFd, bytes_received: BytesReceived) -> Option<Counted> {
    let peer = peer_of(descriptor)?;
    Some((peer, bytes_received(descriptor).unwrap_or_default()))
}

fn peer_of(descriptor: RawFd) -> Option<SocketAddr> {
    let address: SockaddrStorage = getpeername(descriptor).ok()?;
    let of_4 = address
        .as_sockaddr_in()
        .map(|one| SocketAddr::from(std::net::SocketAddrV4::from(*one)));
    of_4.or_else(|| Some(SocketAddr::V6((*address.as_sockaddr_in6()?).into())))
}
