//! A TCP stream that knows when what was read from it had come. On Linux the kernel stamps what arrives
//! (`SO_TIMESTAMPNS`, socket(7)): so a response time ends when the answer's last byte reached this machine, however
//! late a busy I/O thread comes to read it. Elsewhere, and where a stamp is missing, it ends with the reading.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;

use crate::clock;

/// An open TCP connection.
pub(super) struct Socket {
    stream: TcpStream,
    arrived: Instant,
}

impl Socket {
    pub(super) fn new(stream: TcpStream) -> Self {
        stamps::ask_for(&stream);
        let arrived = clock::instant();
        Self { stream, arrived }
    }

    pub(super) fn stream(&self) -> &TcpStream {
        &self.stream
    }

    /// When the bytes that were read last had come; of the other side's goodbye, when it was read.
    pub(super) fn arrived(&self) -> Instant {
        self.arrived
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = space.filled().len();
        let read = stamps::poll_read(&mut self.stream, task, space);
        if let Poll::Ready(Ok(stamp)) = read {
            let is_goodbye = space.filled().len() == before;
            self.arrived = stamp.filter(|_| !is_goodbye).unwrap_or_else(clock::instant);
        }
        read.map_ok(drop)
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(task, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(task)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(task)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        parts: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(task, parts)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}

/// Reading with the kernel's stamps.
#[cfg(target_os = "linux")]
mod stamps {
    use std::cell::{Cell, RefCell};
    use std::io::{self, IoSliceMut};
    use std::os::fd::AsRawFd as _;
    use std::task::{Context, Poll, ready};
    use std::time::{Duration, Instant, UNIX_EPOCH};

    use nix::sys::socket::{ControlMessageOwned, MsgFlags, recvmsg, setsockopt, sockopt};
    use nix::sys::time::TimeSpec;
    use tokio::io::{Interest, ReadBuf};
    use tokio::net::TcpStream;

    use crate::clock;

    /// The wall clock was set when it and the monotonic one have moved apart by more than this between two readings.
    const MOST_APART: Duration = Duration::from_millis(1);

    thread_local! {
        static CONTROL: RefCell<Vec<u8>> = RefCell::new(nix::cmsg_space!(TimeSpec));
        /// What both clocks told at the last reading.
        static LAST: Cell<Option<(Instant, Duration)>> = const { Cell::new(None) };
    }

    /// From now on the kernel stamps what arrives; a system that cannot does without.
    pub(super) fn ask_for(stream: &TcpStream) {
        setsockopt(stream, sockopt::ReceiveTimestampns, &true).ok();
    }

    pub(super) fn poll_read(
        stream: &mut TcpStream,
        task: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<Option<Instant>>> {
        loop {
            ready!(stream.poll_read_ready(task))?;
            let mut received = None;
            let free = space.initialize_unfilled();
            let most = free.len();
            let tried = stream.try_io(Interest::READABLE, || {
                let (length, stamp) = receive(stream, free)?;
                received = Some((length, stamp));
                // Less than there was room for: no more is there, which spares the runtime asking once more.
                if length > 0 && length < most {
                    return Err(io::ErrorKind::WouldBlock.into());
                }
                Ok(())
            });
            if let Some((length, stamp)) = received {
                space.advance(length);
                return Poll::Ready(Ok(stamp.and_then(on_our_clock)));
            }
            match tried {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                other => return Poll::Ready(other.map(|()| None)),
            }
        }
    }

    fn receive(stream: &TcpStream, free: &mut [u8]) -> io::Result<(usize, Option<TimeSpec>)> {
        CONTROL.with_borrow_mut(|control| {
            let mut parts = [IoSliceMut::new(free)];
            let descriptor = stream.as_raw_fd();
            let message = recvmsg::<()>(descriptor, &mut parts, Some(control), MsgFlags::empty())?;
            let stamp = message.cmsgs()?.find_map(|told| match told {
                ControlMessageOwned::ScmTimestampns(stamp) => Some(stamp),
                _ => None,
            });
            Ok((message.bytes, stamp))
        })
    }

    /// The kernel stamps with the wall clock. Nothing where that was set since the last reading.
    fn on_our_clock(stamp: TimeSpec) -> Option<Instant> {
        let now = clock::instant();
        let wall = clock::wall().duration_since(UNIX_EPOCH).ok()?;
        let (last, last_wall) = LAST.replace(Some((now, wall)))?;
        let is_set = (now - last).abs_diff(wall.checked_sub(last_wall)?) > MOST_APART;
        let ago = wall.checked_sub(Duration::from(stamp))?;
        now.checked_sub(ago).filter(|_| !is_set)
    }
}

#[cfg(not(target_os = "linux"))]
mod stamps {
    use std::io;
    use std::pin::Pin;
    use std::task::{Context, Poll};
    use std::time::Instant;

    use tokio::io::{AsyncRead as _, ReadBuf};
    use tokio::net::TcpStream;

    pub(super) fn ask_for(_: &TcpStream) {}

    pub(super) fn poll_read(
        stream: &mut TcpStream,
        task: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<Option<Instant>>> {
        Pin::new(stream).poll_read(task, space).map_ok(|()| None)
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::io::Write as _;
    use std::mem::MaybeUninit;
    use std::net::TcpListener;
    use std::time::Duration;

    use socket2::SockRef;
    use tokio::io::AsyncReadExt as _;

    use super::*;

    fn pair() -> (Socket, std::net::TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("bound");
        let stream = std::net::TcpStream::connect(address).expect("it listens");
        stream.set_nonblocking(true).expect("a socket");
        let stream = TcpStream::from_std(stream).expect("a runtime");
        (Socket::new(stream), listener.accept().expect("connected").0)
    }

    fn wait_for_bytes(socket: &Socket) {
        let mut byte = [MaybeUninit::uninit()];
        let deadline = clock::instant() + Duration::from_secs(10);
        while SockRef::from(socket.stream()).peek(&mut byte).is_err() {
            assert!(clock::instant() < deadline, "nothing came");
            std::thread::yield_now();
        }
    }

    #[tokio::test]
    async fn a_late_reader_learns_when_the_bytes_came() {
        let (mut socket, mut server) = pair();
        let mut told = Vec::new();
        for _ in 0..20 {
            let asked = clock::instant();
            server.write_all(b"four").expect("connected");
            wait_for_bytes(&socket);
            let seen = clock::instant();
            while seen.elapsed() < Duration::from_millis(3) {
                std::thread::yield_now();
            }
            socket.read_exact(&mut [0; 4]).await.expect("four bytes");
            told.push(socket.arrived() >= asked && socket.arrived() <= seen);
        }
        // The kernel begins to stamp a little after it is asked to, and a busy machine spoils a reading of two clocks.
        assert!(
            told.iter().filter(|is_so| **is_so).count() >= 10,
            "{told:?}"
        );
    }

    #[tokio::test]
    async fn the_end_of_a_connection_comes_when_it_is_read() {
        let (mut socket, mut server) = pair();
        server.write_all(b"four").expect("connected");
        drop(server);
        wait_for_bytes(&socket);
        let begun = clock::instant();
        let mut read = Vec::new();
        socket.read_to_end(&mut read).await.expect("an end");
        assert_eq!(read, b"four");
        assert!(socket.arrived() >= begun);
    }
}
