//! The waits of users, by the time they are due: many, sometimes forgotten, ended in order.
use std::collections::BTreeSet;
use std::time::Instant;

use rlocust_engine::http::Ticket;

#[derive(Default)]
pub(super) struct Waits {
    queue: BTreeSet<(Instant, u64)>,
    /// The wait that the alarm was set for, until it fires.
    pub set_for: Option<Instant>,
}

impl Waits {
    /// Puts a wait in; answers whether the alarm would fire too late for it.
    pub fn add(&mut self, ticket: Ticket, due: Instant) -> bool {
        self.queue.insert((due, ticket.0));
        self.set_for.is_none_or(|set_for| due < set_for)
    }

    /// The alarm may still fire for a wait that is forgotten.
    pub fn forget(&mut self, ticket: Ticket, due: Instant) {
        self.queue.remove(&(due, ticket.0));
    }

    /// The next wait that is over at `now`, taken out.
    pub fn take_over(&mut self, now: Instant) -> Option<Ticket> {
        self.queue
            .first()
            .is_some_and(|(due, _)| *due <= now)
            .then(|| self.queue.pop_first())?
            .map(|(_, ticket)| Ticket(ticket))
    }

    /// When the alarm has to fire.
    pub fn first(&self) -> Option<Instant> {
        self.queue.first().map(|(due, _)| *due)
    }
}
