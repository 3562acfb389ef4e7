//! The calls of one I/O thread that are under way, by ticket, and which of them it looked at last.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use tokio::task::AbortHandle;

use crate::types::ticket::Ticket;
use crate::urls::url::Url;

/// Handles that stop them, and where they were sent.
#[derive(Default)]
pub(crate) struct Running {
    calls: Mutex<HashMap<Ticket, UnderWay, BuildHasherDefault<TicketHasher>>>,
    /// The ticket of the call that went on last.
    last: AtomicU64,
}

struct UnderWay {
    handle: AbortHandle,
    url: Url,
}

impl Running {
    pub(crate) fn add(&self, ticket: Ticket, handle: AbortHandle, url: Url) {
        self.calls.lock().insert(ticket, UnderWay { handle, url });
    }

    /// It has another task now.
    pub(crate) fn is_carried(&self, ticket: Ticket, handle: AbortHandle) {
        if let Some(call) = self.calls.lock().get_mut(&ticket) {
            call.handle = handle;
        }
    }

    /// Takes a call out; nothing if it has ended.
    pub(crate) fn take(&self, ticket: Ticket) -> Option<AbortHandle> {
        let taken = self.calls.lock().remove(&ticket);
        taken.map(|call| call.handle)
    }

    /// This call goes on now.
    pub(crate) fn goes_on(&self, ticket: Ticket) {
        self.last.store(ticket.0, Ordering::Relaxed);
    }

    pub(crate) fn count(&self) -> usize {
        self.calls.lock().len()
    }

    /// Host and port of the call that went on last, if it has not ended.
    pub(crate) fn last_host(&self) -> Option<String> {
        let calls = self.calls.lock();
        let last = calls.get(&Ticket(self.last.load(Ordering::Relaxed)))?;
        Some(format!("{}:{}", last.url.host(), last.url.port()))
    }
}

/// Tickets are small numbers already; mixing them a little is enough.
#[derive(Default)]
struct TicketHasher(u64);

impl Hasher for TicketHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = (self.0 ^ value)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(32);
    }
}
