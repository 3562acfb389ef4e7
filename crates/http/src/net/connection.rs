//! One open connection, plain or TLS, with no buffer of its own: bytes are read through a scratch
//! space of the I/O thread, so that an idle or waiting user costs a socket and little else. The rest of a body whose
//! length is known goes where it stays.

use std::cell::RefCell;
use std::future::poll_fn;
use std::io;
use std::mem::MaybeUninit;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use socket2::SockRef;
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio_rustls::client::TlsStream;

use super::socket::Socket;

/// One read takes at most this much. Larger than any usual answer, so that most need one read.
const SCRATCH: usize = 64 * 1024;

thread_local! {
    static SCRATCH_SPACE: RefCell<Box<[u8]>> = RefCell::new(vec![0; SCRATCH].into_boxed_slice());
}

/// What the bytes go through.
pub(crate) enum Transport {
    Plain(Socket),
    Tls(Box<TlsStream<Socket>>),
}

/// An open connection to one host.
pub(crate) struct Connection {
    transport: Transport,
    /// It has carried an answered request before.
    pub reused: bool,
}

impl Connection {
    pub(crate) fn new(transport: Transport) -> Self {
        Self {
            transport,
            reused: false,
        }
    }

    /// The server chose HTTP/2 in the TLS handshake.
    pub(crate) fn chose_http2(&self) -> bool {
        match &self.transport {
            Transport::Plain(_) => false,
            Transport::Tls(stream) => stream.get_ref().1.alpn_protocol() == Some(b"h2"),
        }
    }

    pub(crate) fn into_transport(self) -> Transport {
        self.transport
    }

    /// An idle connection on which nothing has arrived, neither data nor an end. Asks the
    /// system, as readiness seen by the runtime may be older than the server's goodbye.
    pub(crate) fn is_quiet(&self) -> bool {
        let mut byte = [MaybeUninit::uninit()];
        match SockRef::from(self.socket().stream()).peek(&mut byte) {
            Err(error) => error.kind() == io::ErrorKind::WouldBlock,
            Ok(_) => false,
        }
    }

    /// The same as the runtime saw it when it asked the network last, without a system call.
    pub(crate) fn seems_quiet(&self) -> bool {
        let stream = self.socket().stream();
        stream.try_io(Interest::READABLE, || Ok(())).is_err()
    }

    /// When the bytes that were read last had come, see [`Socket::arrived`].
    pub(crate) fn arrived(&mut self) -> Instant {
        match &mut self.transport {
            Transport::Plain(socket) => socket.arrived(),
            Transport::Tls(stream) => stream.get_mut().0.arrived(),
        }
    }

    fn socket(&self) -> &Socket {
        match &self.transport {
            Transport::Plain(socket) => socket,
            Transport::Tls(stream) => stream.get_ref().0,
        }
    }

    /// Appends the next bytes to `into`; 0 means the other side has closed.
    pub(crate) async fn read_more(&mut self, into: &mut Vec<u8>) -> io::Result<usize> {
        let appended = self.read_to(|fresh| {
            let reserved = if into.is_empty() {
                into.try_reserve_exact(fresh.len())
            } else {
                into.try_reserve(fresh.len())
            };
            reserved.map_err(|_| io::ErrorKind::OutOfMemory)?;
            into.extend_from_slice(fresh);
            Ok(fresh.len())
        });
        appended.await?
    }

    /// Shows the next bytes to `take` where they lie; none means the other side has closed.
    pub(crate) async fn read_to<T>(&mut self, mut take: impl FnMut(&[u8]) -> T) -> io::Result<T> {
        poll_fn(|task| {
            SCRATCH_SPACE.with_borrow_mut(|scratch| {
                let count = ready!(self.poll_read(task, scratch))?;
                Poll::Ready(Ok(take(&scratch[..count])))
            })
        })
        .await
    }

    /// Reads the next bytes into `into`, which is where they stay; 0 means the other side has closed.
    pub(crate) async fn read_into(&mut self, into: &mut [u8]) -> io::Result<usize> {
        poll_fn(|task| self.poll_read(task, into)).await
    }

    fn poll_read(&mut self, task: &mut Context<'_>, into: &mut [u8]) -> Poll<io::Result<usize>> {
        let mut space = ReadBuf::new(into);
        let polled = match &mut self.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_read(task, &mut space),
            Transport::Tls(stream) => Pin::new(stream).poll_read(task, &mut space),
        };
        match ready!(polled) {
            // A TLS peer that leaves without its goodbye: Python takes that for an end, too.
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => {}
            other => other?,
        }
        Poll::Ready(Ok(space.filled().len()))
    }

    /// Writes what it can of `bytes`; returns how many went.
    pub(crate) async fn write_some(&mut self, bytes: &[u8]) -> io::Result<usize> {
        poll_fn(|task| match &mut self.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_write(task, bytes),
            Transport::Tls(stream) => Pin::new(stream).poll_write(task, bytes),
        })
        .await
    }

    /// Writes all of it, and pushes it out.
    pub(crate) async fn write_whole(&mut self, mut left: &[u8]) -> io::Result<()> {
        while !left.is_empty() {
            match self.write_some(left).await? {
                0 => return Err(io::ErrorKind::BrokenPipe.into()),
                count => left = &left[count..],
            }
        }
        self.flush().await
    }

    /// Pushes out what TLS still holds; nothing to do on plain connections.
    pub(crate) async fn flush(&mut self) -> io::Result<()> {
        match &mut self.transport {
            Transport::Plain(_) => Ok(()),
            Transport::Tls(stream) => poll_fn(|task| Pin::new(&mut *stream).poll_flush(task)).await,
        }
    }
}
