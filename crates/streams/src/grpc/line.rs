//! The connection of a channel: opened by the first call, kept, replaced when it is gone.
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use bytes::Bytes;
use h2::client::SendRequest;
use tokio::sync::{Mutex, Notify};

use rlocust_http::{Arrivals, Destination, Network, Protocol};

use super::fault::{Broken, unreachable};
use super::status::{Code, Status};
use super::target::Target;

/// How much of the answers may be on its way unread, per call and twice that per connection.
const WINDOW: u32 = 1024 * 1024;
/// Bytes of metadata in one answer.
const MOST_METADATA: u32 = 64 * 1024;

/// What a channel knows of its target.
pub(super) struct Line {
    pub target: Target,
    /// Locked while a connection is opened, so that concurrent calls open one.
    link: Mutex<Option<Link>>,
    /// The last fault of opening; its number says whether it is of an attempt that somebody waited for.
    failures: AtomicU64,
    last_failure: parking_lot::Mutex<Option<Status>>,
    next_link: AtomicU64,
    is_closed: AtomicBool,
    pub closing: Notify,
}

/// An open connection.
#[derive(Clone)]
pub(super) struct Link {
    pub sender: SendRequest<Bytes>,
    pub arrivals: Arrivals,
    number: u64,
}

/// A connection, and how long its opening waited for the I/O thread.
pub(super) type Way = (Link, Duration);

impl Line {
    pub fn new(target: Target) -> Self {
        Self {
            target,
            link: Mutex::default(),
            failures: AtomicU64::new(0),
            last_failure: parking_lot::Mutex::default(),
            next_link: AtomicU64::new(0),
            is_closed: AtomicBool::new(false),
            closing: Notify::new(),
        }
    }

    /// A connection that takes a call. One that cannot be opened fails all calls that waited for it: were each to try in
    /// turn, the last would wait for all their limits.
    pub async fn way(&self, network: &Network) -> Result<Way, Status> {
        let before = self.failures.load(Ordering::Relaxed);
        let mut link = self.link.lock().await;
        if self.is_closed() {
            return Err(closed());
        }
        if let Some(open) = &*link {
            let mut open = open.clone();
            if let Ok(sender) = open.sender.ready().await {
                open.sender = sender;
                return Ok((open, Duration::ZERO));
            }
            *link = None;
        }
        if self.failures.load(Ordering::Relaxed) != before
            && let Some(status) = &*self.last_failure.lock()
        {
            return Err(status.clone());
        }
        match self.open(network).await {
            Ok((open, held)) => {
                *link = Some(open.clone());
                Ok((open, held))
            }
            Err(status) => {
                *self.last_failure.lock() = Some(status.clone());
                self.failures.fetch_add(1, Ordering::Relaxed);
                Err(status)
            }
        }
    }

    /// No later call goes by this connection.
    pub fn give_up(&self, gone: &Link) {
        if let Ok(mut link) = self.link.try_lock()
            && link.as_ref().is_some_and(|own| own.number == gone.number)
        {
            *link = None;
        }
    }

    /// Ends its calls and its connection, for good.
    pub fn close(&self) {
        self.is_closed.store(true, Ordering::Release);
        self.closing.notify_waiters();
        if let Ok(mut link) = self.link.try_lock() {
            *link = None;
        }
    }

    pub fn is_closed(&self) -> bool {
        self.is_closed.load(Ordering::Acquire)
    }

    async fn open(&self, network: &Network) -> Result<Way, Status> {
        let limit = self.target.connect_limit;
        let opened = tokio::time::timeout(limit, self.open_at_leisure(network)).await;
        opened.unwrap_or_else(|_| {
            let text = format!("not connected within {} s", limit.as_secs_f64());
            Err(Status::new(Code::UNAVAILABLE, text))
        })
    }

    async fn open_at_leisure(&self, network: &Network) -> Result<Way, Status> {
        let target = &self.target;
        let opened = network
            .open(Destination {
                url: &target.url,
                tls: &target.tls,
                protocol: Protocol::Http2,
                limit: target.connect_limit,
                proxies: None,
            })
            .await
            .map_err(|error| unreachable(&error))?;
        let arrivals = opened.stream.arrivals();
        let shaken = h2::client::Builder::new()
            .initial_window_size(WINDOW)
            .initial_connection_window_size(2 * WINDOW)
            .max_header_list_size(MOST_METADATA)
            .enable_push(false)
            .handshake(opened.stream)
            .await;
        let (sender, driver) = shaken.map_err(|error| Broken::from(error).status)?;
        // It ends with the connection, or when nobody holds a sender any more; its calls report the fault.
        tokio::spawn(async move { drop(driver.await) });
        let number = self.next_link.fetch_add(1, Ordering::Relaxed);
        let link = Link {
            sender,
            arrivals,
            number,
        };
        Ok((link, opened.held))
    }
}

pub(super) fn closed() -> Status {
    Status::new(Code::CANCELLED, "the channel was closed")
}
