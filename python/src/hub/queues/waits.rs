//! The waits of users, by the time they are due: many, sometimes forgotten, ended in order.
use std::collections::{BTreeSet, HashSet};
use std::ops::Range;
use std::time::Instant;

use rlocust_engine::http::Ticket;

#[derive(Default)]
pub(in crate::hub) struct Waits {
    queue: BTreeSet<(Instant, u64)>,
    /// The wait that the alarm was set for, until it fires.
    pub set_for: Option<Instant>,
    /// Waits that are due in this time end with it.
    held: Option<Range<Instant>>,
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

    /// Waits that are due in `held` end at its end.
    pub fn hold(&mut self, held: Range<Instant>) {
        self.held = Some(held);
    }

    /// The next wait that is over at `now`, taken out.
    pub fn take_over(&mut self, now: Instant) -> Option<Ticket> {
        (self.first()? <= now)
            .then(|| self.queue.pop_first())?
            .map(|(_, ticket)| Ticket(ticket))
    }

    /// The tickets of those who wait.
    pub fn tickets(&self) -> HashSet<u64> {
        self.queue.iter().map(|(_, ticket)| *ticket).collect()
    }

    /// When the first wait ends: the alarm has to fire then.
    pub fn first(&self) -> Option<Instant> {
        let (due, _) = *self.queue.first()?;
        let held = self.held.as_ref().filter(|held| held.contains(&due));
        Some(held.map_or(due, |held| held.end))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rlocust_engine::clock;

    use super::*;

    #[test]
    fn waits_that_are_due_while_waits_are_held_end_afterwards() {
        let earlier = clock::instant();
        let [limit, at_limit, now, until, after] =
            [1, 1, 10, 21, 22].map(|ms| earlier + Duration::from_millis(ms));
        let mut waits = Waits::default();
        for (ticket, due) in [(6, earlier), (7, at_limit), (8, after)] {
            waits.add(Ticket(ticket), due);
        }
        waits.hold(limit..until);
        assert_eq!(waits.take_over(now), Some(Ticket(6)));
        assert_eq!((waits.take_over(now), waits.first()), (None, Some(until)));
        assert_eq!(waits.take_over(until), Some(Ticket(7)));
        assert_eq!(waits.first(), Some(after));
    }
}
