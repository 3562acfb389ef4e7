//! A connection that nobody uses, and whether it can be used again. What has come to it is in the runtime's books once
//! the I/O thread has asked the network what is ready: to ask the system as well costs a system call a request.

use std::cell::Cell;

use crate::net::connection::Connection;

thread_local! {
    static LOOKS: Cell<u64> = const { Cell::new(0) };
}

/// The runtime of this thread has asked the network what is ready. Where nobody says so, the system is asked each time.
pub(crate) fn has_looked() {
    LOOKS.set(LOOKS.get() + 1);
}

/// How often it has.
pub(crate) fn looks() -> u64 {
    LOOKS.get()
}

/// A connection that nobody uses.
pub(super) struct Idle {
    pub(super) connection: Connection,
    /// How often this thread had looked when the connection came.
    since: u64,
}

impl Idle {
    /// From now on.
    pub(super) fn new(mut connection: Connection) -> Self {
        connection.reused = true;
        Self {
            connection,
            since: looks(),
        }
    }

    /// The connection, if nothing had arrived on it when the network was asked last. For its I/O thread alone.
    pub(super) fn quiet(self) -> Option<Connection> {
        let has_looked_since = looks() != self.since;
        let is_quiet =
            has_looked_since && self.connection.seems_quiet() || self.connection.is_quiet();
        is_quiet.then_some(self.connection)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::mem::MaybeUninit;
    use std::net::{TcpListener, TcpStream};

    use socket2::SockRef;

    use crate::net::connection::Transport;
    use crate::net::socket::Socket;
    use rlocust_testing::waiting::wait_until;

    use super::*;

    /// A connection that nobody uses, its descriptor once more, and its other end.
    fn idle() -> (Idle, TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let stream = TcpStream::connect(address).expect("it listens");
        stream.set_nonblocking(true).expect("a socket");
        let same = stream.try_clone().expect("a descriptor");
        let stream = tokio::net::TcpStream::from_std(stream).expect("a runtime");
        let socket = Socket::new(stream, |_| None);
        let idle = Idle::new(Connection::new(Transport::Plain(socket)));
        (idle, same, listener.accept().expect("connected").0)
    }

    fn wait_for_bytes(stream: &TcpStream) {
        let mut byte = [MaybeUninit::uninit()];
        wait_until("something came", || {
            SockRef::from(stream).peek(&mut byte).is_ok()
        });
    }

    #[tokio::test]
    async fn the_system_is_asked_where_the_network_was_not_since_the_last_use() {
        let (idle, same, mut server) = idle();
        server.write_all(b"late").expect("connected");
        wait_for_bytes(&same);
        assert!(idle.quiet().is_none());
    }

    #[tokio::test]
    async fn the_system_is_not_asked_where_the_network_was() {
        let (idle, same, mut server) = idle();
        server.write_all(b"late").expect("connected");
        wait_for_bytes(&same);
        has_looked();
        assert!(idle.quiet().is_some(), "the runtime has not looked at all");
    }

    #[tokio::test]
    async fn what_the_network_has_shown_is_known() {
        let (goodbye, same, server) = idle();
        drop(server);
        wait_for_bytes(&same);
        tokio::task::yield_now().await;
        has_looked();
        assert!(goodbye.quiet().is_none());
    }
}
