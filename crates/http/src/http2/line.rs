//! HTTP/2 for users that ask for it: one connection per user and host, shared by the user's
//! concurrent requests. Says what it got as an `Answer` like HTTP/1.1's, so that redirects, cookies,
//! decoding and all texts above are the same. Stands on `h2` itself:
//! `docs/decisions/0008-http-2-on-h2-and-tls-by-two.md`.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{Mutex, MutexGuard};

use crate::errors::error::HttpError;
use crate::net::connection::{Connection, Transport};
use crate::types::protocol::Protocol;
use rlocust_core::model::CutPhase;

use super::fault::fault_of;
use super::wire::{Wire, start};

/// What a user knows of a host: locked while a connection is opened, so that concurrent requests
/// of a user open one.
#[derive(Default)]
pub(crate) struct Shared {
    line: Mutex<Line>,
    /// How many times opening has failed.
    failures: AtomicUsize,
}

#[derive(Default)]
pub(crate) enum Line {
    #[default]
    Unknown,
    /// The last connection could not be opened.
    Failed(HttpError),
    /// The server chose HTTP/1.1.
    Http1,
    Http2(Wire),
}

/// A way to send a request.
pub(crate) enum Route {
    /// On an HTTP/1.1 connection of its own.
    Http1(Connection),
    /// On the user's HTTP/2 connection.
    Http2 { wire: Wire, reused: bool },
}

impl Shared {
    /// Waits for the one who is opening a connection. A fault that this comes to is everyone's who
    /// has waited: were each to try in turn, the last would wait for all their limits.
    pub(crate) async fn turn(&self) -> Result<MutexGuard<'_, Line>, HttpError> {
        let before = self.failures.load(Ordering::Relaxed);
        let line = self.line.lock().await;
        match &*line {
            Line::Failed(fault) if self.failures.load(Ordering::Relaxed) != before => {
                Err(fault.clone())
            }
            _ => Ok(line),
        }
    }

    pub(crate) fn has_failed(&self, line: &mut Line, fault: &HttpError) {
        *line = Line::Failed(fault.clone());
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Lets no later request go by this connection. While the lock is held another is being opened
    /// in its place.
    pub(crate) fn give_up(&self, wire: &Wire) {
        if let Ok(mut line) = self.line.try_lock()
            && matches!(&*line, Line::Http2(own) if Arc::ptr_eq(&own.heard, &wire.heard))
        {
            *line = Line::Unknown;
        }
    }
}

impl Line {
    /// The connection that is open already; one that has ended is forgotten.
    pub(crate) async fn open(&mut self) -> Option<Route> {
        let Self::Http2(wire) = self else {
            return None;
        };
        let mut wire = wire.clone();
        if let Ok(sender) = wire.sender.ready().await {
            wire.sender = sender;
            return Some(Route::Http2 { wire, reused: true });
        }
        *self = Self::Unknown;
        None
    }

    /// Takes a new connection in, by what it speaks.
    pub(crate) async fn take_in(
        &mut self,
        connection: Connection,
        protocol: Protocol,
    ) -> Result<Route, HttpError> {
        // A server that does not answer to ALPN may still speak it, if it is all that is wanted.
        if protocol != Protocol::Http2 && !connection.chose_http2() {
            *self = Self::Http1;
            return Ok(Route::Http1(connection));
        }
        let wire = match connection.into_transport() {
            Transport::Plain(stream) => start(stream).await,
            Transport::Tls(stream) => start(*stream).await,
        };
        let wire = wire.map_err(|error| fault_of(&error, CutPhase::BeforeSend))?;
        *self = Self::Http2(wire.clone());
        Ok(Route::Http2 {
            wire,
            reused: false,
        })
    }
}
