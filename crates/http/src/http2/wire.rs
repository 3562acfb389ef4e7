//! One HTTP/2 connection, shared by a user's concurrent requests.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bytes::Bytes;
use h2::client::SendRequest;
use tokio::io::{AsyncRead, AsyncWrite};

use super::flood::Watched;

/// How much of an answer may be on its way unread, per stream and per connection.
const WINDOW: u32 = 1024 * 1024;

/// A handle on an HTTP/2 connection.
#[derive(Clone)]
pub(crate) struct Wire {
    pub(crate) sender: SendRequest<Bytes>,
    pub(crate) heard: Arc<AtomicU64>,
}

impl Wire {
    /// How many bytes have come so far, for any request.
    pub(crate) fn heard(&self) -> u64 {
        self.heard.load(Ordering::Relaxed)
    }
}

/// Starts the protocol. The task that drives the connection ends with it, or when nobody holds a
/// handle any more; it belongs to the I/O thread's runtime.
pub(crate) async fn start<T>(stream: T) -> Result<Wire, h2::Error>
where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    // h2 keeps what it reads to itself: whether the other side is still there shows only in that it reads.
    let heard = Arc::new(AtomicU64::new(0));
    let stream = Watched::new(stream, Arc::clone(&heard));
    let (sender, driver) = h2::client::Builder::new()
        .initial_window_size(WINDOW)
        .initial_connection_window_size(2 * WINDOW)
        .enable_push(false)
        .handshake(stream)
        .await?;
    tokio::spawn(async move {
        // Its streams report the fault to those who wait for answers.
        drop(driver.await);
    });
    Ok(Wire { sender, heard })
}
