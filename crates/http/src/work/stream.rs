//! An open connection for another protocol than HTTP: plain or TLS, as a stream of bytes that knows when what was read
//! from it had come.
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Instant;

use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::net::connection::{Connection, Transport};

/// An open connection that is no longer, or was never, HTTP's.
pub struct Stream {
    transport: Transport,
    arrivals: Arrivals,
}

/// When the bytes of a stream came and how many it has written, for whoever has wrapped it into something else.
#[derive(Clone, Default)]
pub struct Arrivals(Arc<Seen>);

#[derive(Default)]
struct Seen {
    last: Mutex<Option<Instant>>,
    written: AtomicU64,
}

impl Arrivals {
    /// When the bytes that were read last had come; `None` before the first.
    pub fn last(&self) -> Option<Instant> {
        *self.0.last.lock()
    }

    /// Bytes that the connection has taken from us so far.
    pub fn written(&self) -> u64 {
        self.0.written.load(Ordering::Relaxed)
    }
}

impl Stream {
    pub(crate) fn new(connection: Connection) -> Self {
        Self {
            transport: connection.into_transport(),
            arrivals: Arrivals::default(),
        }
    }

    /// Knows when bytes came, as long as somebody reads them.
    pub fn arrivals(&self) -> Arrivals {
        self.arrivals.clone()
    }

    fn note_arrival(&mut self) {
        let arrived = match &mut self.transport {
            Transport::Plain(socket) => socket.arrived(),
            Transport::Tls(stream) => stream.get_mut().0.arrived(),
        };
        *self.arrivals.0.last.lock() = Some(arrived);
    }
}

impl AsyncRead for Stream {
    fn poll_read(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        space: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = space.filled().len();
        ready!(match &mut self.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_read(task, space),
            Transport::Tls(stream) => Pin::new(stream).poll_read(task, space),
        })?;
        if space.filled().len() > before {
            self.note_arrival();
        }
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Stream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        task: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(match &mut self.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_write(task, bytes),
            Transport::Tls(stream) => Pin::new(stream).poll_write(task, bytes),
        })?;
        let so_far = &self.arrivals.0.written;
        so_far.fetch_add(written as u64, Ordering::Relaxed);
        Poll::Ready(Ok(written))
    }

    fn poll_flush(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_flush(task),
            Transport::Tls(stream) => Pin::new(stream).poll_flush(task),
        }
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, task: &mut Context<'_>) -> Poll<io::Result<()>> {
        match &mut self.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_shutdown(task),
            Transport::Tls(stream) => Pin::new(stream).poll_shutdown(task),
        }
    }
}
