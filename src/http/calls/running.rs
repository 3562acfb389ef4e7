//! The calls of one I/O thread that are under way, by ticket.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use parking_lot::Mutex;
use tokio::task::AbortHandle;

use crate::http::words::ticket::Ticket;

/// Handles that stop them.
#[derive(Default)]
pub(crate) struct Running(Mutex<HashMap<Ticket, AbortHandle, BuildHasherDefault<TicketHasher>>>);

impl Running {
    pub(crate) fn add(&self, ticket: Ticket, handle: AbortHandle) {
        self.0.lock().insert(ticket, handle);
    }

    /// Takes a call out; nothing if it has ended.
    pub(crate) fn take(&self, ticket: Ticket) -> Option<AbortHandle> {
        self.0.lock().remove(&ticket)
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
