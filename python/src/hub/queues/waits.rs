//! The waits of users, by the time they are due: many, sometimes forgotten, ended in order.
use std::collections::{BTreeSet, HashSet};
use std::time::Instant;

use rlocust_engine::http::Ticket;

#[derive(Default)]
pub(in crate::hub) struct Waits {
    queue: BTreeSet<(Instant, u64)>,
    /// The wait that the alarm was set for, until it fires.
    pub set_for: Option<Instant>,
    /// Until then no wait ends.
    held_until: Option<Instant>,
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

    /// Lets no wait end before that time.
    pub fn hold(&mut self, until: Instant) {
        self.held_until = Some(until);
    }

    /// The next wait that is over at `now`, taken out.
    pub fn take_over(&mut self, now: Instant) -> Option<Ticket> {
        if self.held_until.is_some_and(|until| now < until) {
            return None;
        }
        self.queue
            .first()
            .is_some_and(|(due, _)| *due <= now)
            .then(|| self.queue.pop_first())?
            .map(|(_, ticket)| Ticket(ticket))
    }

    /// The tickets of those who wait.
    pub fn tickets(&self) -> HashSet<u64> {
        self.queue.iter().map(|(_, ticket)| *ticket).collect()
    }

    /// When the alarm has to fire.
    pub fn first(&self) -> Option<Instant> {
        let due = self.queue.first().map(|(due, _)| *due);
        due.max(due.and(self.held_until))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rlocust_engine::clock;

    use super::*;

    #[test]
    fn held_waits_end_when_they_are_held_no_longer() {
        let now = clock::instant();
        let until = now + Duration::from_millis(20);
        let mut waits = Waits::default();
        waits.add(Ticket(7), now);
        waits.hold(until);
        assert_eq!((waits.take_over(now), waits.first()), (None, Some(until)));
        assert_eq!(waits.take_over(until), Some(Ticket(7)));
        assert_eq!(waits.first(), None);
        let later = until + Duration::from_millis(1);
        waits.add(Ticket(8), later);
        assert_eq!(waits.first(), Some(later));
    }
}
