//! The waits of one I/O thread: many, mostly ended in order, sometimes forgotten.

use std::collections::HashMap;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use tokio_util::time::{DelayQueue, delay_queue::Key};

use crate::clock;

use super::request::Ticket;

/// The timer wheel takes two years at most; longer waits are put in again when this has passed.
const LONGEST: Duration = Duration::from_hours(365 * 24);

#[derive(Default)]
pub(super) struct Waits {
    queue: DelayQueue<(Ticket, Instant)>,
    keys: HashMap<Ticket, Key>,
}

impl Waits {
    pub(super) fn add(&mut self, ticket: Ticket, due: Instant) {
        let left = due.saturating_duration_since(clock::instant());
        let key = self.queue.insert((ticket, due), left.min(LONGEST));
        self.keys.insert(ticket, key);
    }

    pub(super) fn forget(&mut self, ticket: Ticket) {
        if let Some(key) = self.keys.remove(&ticket) {
            self.queue.remove(&key);
        }
    }

    /// The next wait that is over. Never ready while there is none.
    pub(super) fn poll_next(&mut self, task: &mut Context<'_>) -> Poll<(Ticket, Instant)> {
        while !self.keys.is_empty() {
            let Some(expired) = ready!(self.queue.poll_expired(task)) else {
                break;
            };
            let (ticket, due) = expired.into_inner();
            self.keys.remove(&ticket);
            if due <= clock::instant() {
                return Poll::Ready((ticket, due));
            }
            self.add(ticket, due);
        }
        Poll::Pending
    }

    /// All waits there are, forgotten.
    pub(super) fn drain(&mut self) -> Vec<(Ticket, Instant)> {
        let mut all = Vec::with_capacity(self.keys.len());
        for (_, key) in self.keys.drain() {
            if let Some(expired) = self.queue.try_remove(&key) {
                all.push(expired.into_inner());
            }
        }
        all
    }
}
