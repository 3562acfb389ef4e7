//! The times that were recorded last, beside a histogram that is copied once a second: who has seen the copy before need not
//! compare the counters of two, which another core has just written.
use super::ledger::Exact;
use super::steps::highest_of;

/// So many have room; more of them are found by comparing, whose price they share.
const ROOM: usize = 30;

/// The counters of an `Exact` that were added to by one, in the order in which it happened, since this was emptied.
#[derive(Debug, Clone, Copy, Default)]
pub struct Additions {
    count: u32,
    counters: [u16; ROOM],
}

impl Additions {
    /// What `Exact::record_ms` has answered.
    #[inline]
    pub fn note(&mut self, counter: u16) {
        if let Some(place) = self.counters.get_mut(self.count as usize) {
            *place = counter;
        }
        self.count = self.count.saturating_add(1);
    }

    /// Puts what leads from a histogram of `before` samples to one of `now` into `rows`, as `rows_added_since` would answer
    /// it. False where this does not know all of it.
    pub fn lead(&self, before: u64, now: u64, rows: &mut Vec<(u64, u64)>) -> bool {
        let Some(counters) = self.counters.get(..self.count as usize) else {
            return false;
        };
        if before + u64::from(self.count) != now {
            return false;
        }
        let mut sorted = [0; ROOM];
        let sorted = &mut sorted[..counters.len()];
        sorted.copy_from_slice(counters);
        sorted.sort_unstable();
        rows.clear();
        let same = sorted.chunk_by(|one, next| one == next);
        rows.extend(same.map(|same| (highest(same[0]), same.len() as u64)));
        true
    }
}

fn highest(counter: u16) -> u64 {
    highest_of(usize::from(counter), Exact::BITS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn additions_are_what_a_comparison_finds_or_nothing(
            before in prop::collection::vec(0.0_f64..4e6, 0..20),
            later in prop::collection::vec(0.0_f64..4e6, 0..40),
            foreign in 0_u64..2,
        ) {
            let (mut exact, mut additions) = (Exact::default(), Additions::default());
            for ms in &before {
                exact.record_ms(*ms);
            }
            let old = exact.clone();
            for ms in &later {
                additions.note(exact.record_ms(*ms));
            }
            exact.record_many_us(7, foreign);
            let mut rows = vec![(1, 1)];
            let is_known = additions.lead(old.count(), exact.count(), &mut rows);
            prop_assert_eq!(is_known, later.len() <= ROOM && foreign == 0);
            if is_known {
                prop_assert_eq!(Some(rows), exact.rows_added_since(&old));
            }
        }
    }
}
