//! An open connection for another protocol than HTTP: plain or TLS, as a stream of bytes that knows when what was read
//! from it had come.
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use parking_lot::Mutex;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

use crate::http::net::connection::{Connection, Transport};

/// An open connection that is no longer, or was never, HTTP's.
pub struct Stream {
    transport: Transport,
    arrivals: Arrivals,
}

/// When the bytes of a stream came, for whoever has wrapped it into something else.
#[derive(Clone, Default)]
pub struct Arrivals(Arc<Mutex<Option<Instant>>>);

impl Arrivals {
    /// When the bytes that were read last had come; `None` before the first.
    pub fn last(&self) -> Option<Instant> {
        *self.0.lock()
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
        *self.arrivals.0.lock() = Some(arrived);
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
        match &mut self.transport {
            Transport::Plain(stream) => Pin::new(stream).poll_write(task, bytes),
            Transport::Tls(stream) => Pin::new(stream).poll_write(task, bytes),
        }
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
