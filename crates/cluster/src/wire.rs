//! The sockets: ROUTER on a master, DEALER on a worker, set as Locust sets them, and `ROUTER_HANDOVER`, so that a worker
//! that comes back takes its own place. Nothing here waits: what cannot be sent now is said to be.
use std::net::{IpAddr, Ipv6Addr, TcpListener, ToSocketAddrs};
use std::os::fd::RawFd;

use zmq::{Context, DONTWAIT, Error, Message, SNDMORE, Socket, SocketType};

/// A connection whose next frame is longer is closed by libzmq. Stock workers with ten thousand names stay below.
pub const LONGEST_FRAME: u64 = 128 << 20;
/// Messages of one connection that libzmq keeps for us; then it lets the connection wait.
const MOST_WAITING: i32 = 8;
const KEEP_ALIVE_IDLE_S: i32 = 30;

/// What has come.
pub struct Received {
    /// Of whom; a master's alone.
    pub from: Vec<u8>,
    /// The descriptor of the connection.
    pub connection: Option<RawFd>,
    pub frame: Message,
}

/// What became of a frame.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    Yes,
    /// There is no room now.
    Later,
    /// Nobody of this name is connected.
    Nobody,
}

/// A master's socket.
pub fn router(context: &Context, host: &str) -> Result<Socket, Error> {
    let socket = socket(context, SocketType::ROUTER, host)?;
    socket.set_router_handover(true)?;
    socket.set_router_mandatory(true)?;
    socket.set_rcvhwm(MOST_WAITING)?;
    Ok(socket)
}

/// The port that it is bound to.
pub fn bind(socket: &Socket, host: &str, port: u16) -> Result<u16, Error> {
    let port = if port == 0 {
        "*".to_owned()
    } else {
        port.to_string()
    };
    socket.bind(&format!("tcp://{}:{port}", bracketed(host)))?;
    let endpoint = socket.get_last_endpoint()?.unwrap_or_default();
    let bound = endpoint
        .rsplit_once(':')
        .and_then(|(_, port)| port.parse().ok());
    bound.ok_or(Error::EADDRNOTAVAIL)
}

/// A worker's socket. It connects when somebody answers, and again whenever the connection is lost.
pub fn connect(context: &Context, host: &str, port: u16, identity: &str) -> Result<Socket, Error> {
    let socket = socket(context, SocketType::DEALER, host)?;
    socket.set_identity(identity.as_bytes())?;
    socket.connect(&format!("tcp://{}:{port}", bracketed(host)))?;
    Ok(socket)
}

fn socket(context: &Context, kind: SocketType, host: &str) -> Result<Socket, Error> {
    let socket = context.socket(kind)?;
    socket.set_tcp_keepalive(1)?;
    socket.set_tcp_keepalive_idle(KEEP_ALIVE_IDLE_S)?;
    socket.set_maxmsgsize(LONGEST_FRAME.cast_signed())?;
    socket.set_linger(0)?;
    socket.set_ipv6(wants_ipv6(host))?;
    Ok(socket)
}

/// Not where the machine has none, nor for a name that has no address of that kind.
fn wants_ipv6(host: &str) -> bool {
    if TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err() {
        return false;
    }
    match host.trim_matches(['[', ']']).parse() {
        Ok(IpAddr::V4(_)) => false,
        Ok(IpAddr::V6(_)) => true,
        Err(_) => (host, 0).to_socket_addrs().map_or(true, |mut addresses| {
            addresses.any(|address| address.is_ipv6())
        }),
    }
}

fn bracketed(host: &str) -> String {
    if host.parse::<Ipv6Addr>().is_ok() {
        format!("[{host}]")
    } else {
        host.to_owned()
    }
}

/// The next message of a master's socket, or nothing. Parts beyond those of a message are thrown away one by one.
pub fn receive_of_any(socket: &Socket) -> Option<Received> {
    let from = socket.recv_msg(DONTWAIT).ok()?.to_vec();
    let received = receive(socket)?;
    Some(Received { from, ..received })
}

/// The next message of a worker's socket, or nothing.
pub fn receive(socket: &Socket) -> Option<Received> {
    let mut frame = socket.recv_msg(DONTWAIT).ok()?;
    while socket.get_rcvmore().unwrap_or(false) {
        socket.recv_msg(DONTWAIT).ok()?;
    }
    // What libzmq's `ZMQ_SRCFD` reads, which the binding does not have.
    let connection = frame.gets("__fd").and_then(|number| number.parse().ok());
    Some(Received {
        from: Vec::new(),
        connection,
        frame,
    })
}

/// From a master, to one worker.
pub fn send_to(socket: &Socket, id: &str, frame: &[u8]) -> Sent {
    match socket.send(id.as_bytes(), DONTWAIT | SNDMORE) {
        Ok(()) => send(socket, frame),
        Err(Error::EHOSTUNREACH) => Sent::Nobody,
        Err(_) => Sent::Later,
    }
}

/// From a worker to its master.
pub fn send(socket: &Socket, frame: &[u8]) -> Sent {
    match socket.send(frame, DONTWAIT) {
        Ok(()) => Sent::Yes,
        Err(_) => Sent::Later,
    }
}
