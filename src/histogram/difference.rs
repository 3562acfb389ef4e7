//! What was added between two states of one histogram: what a store writes each second, and the parts of a run that
//! are compared.
use super::ledger::Histogram;
use super::plane::parts_beside;
use super::steps::highest_of;

impl<const BITS: u32> Histogram<BITS> {
    /// What was added since `earlier`, a former state of this one; its extremes are those of its buckets.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let mut more = Self::default();
        let mut before = earlier.rows().peekable();
        for (value, count) in self.rows() {
            while before.next_if(|(old, _)| *old < value).is_some() {}
            let known = before.next_if(|(old, _)| *old == value);
            more.record_many_us(
                value,
                count.saturating_sub(known.map_or(0, |(_, count)| count)),
            );
        }
        more.set_limits(
            more.min_us(),
            more.max_us(),
            self.sum_us().saturating_sub(earlier.sum_us()),
        );
        more
    }

    /// The rows that `earlier` had not, or had less of, with what was added. Pages, and parts of them, that stand the
    /// same are not looked into: most of them, from one second to the next. `None` where some row has become less.
    pub fn rows_added_to(&self, earlier: &Self) -> Option<Vec<(u64, u64)>> {
        let more = self.count().checked_sub(earlier.count())?;
        let (new, old) = (self.counters(), earlier.counters());
        let mut added = Vec::with_capacity(more.min(64) as usize);
        for (start, ours, theirs) in new.beside(old) {
            let has_same_above = new.has_same_above(old, start);
            if has_same_above && ours == theirs {
                continue;
            }
            for (start, ours, theirs) in parts_beside(start, ours, theirs) {
                if has_same_above && ours == theirs {
                    continue;
                }
                for (index, (low, before)) in (start..).zip(ours.iter().zip(theirs)) {
                    let count = u64::from(*low) + new.above(index);
                    let more = count.saturating_sub(u64::from(*before) + old.above(index));
                    if more > 0 {
                        added.push((highest_of(index, BITS), more));
                    }
                }
            }
        }
        (added.iter().map(|(_, count)| count).sum::<u64>() == more).then_some(added)
    }
}

#[cfg(test)]
mod tests {
    use super::super::ledger::Exact;
    use super::super::ledger::tests::ledger;
    use proptest::prelude::*;

    #[test]
    fn a_row_that_became_less_is_nothing_added() {
        let (old, new) = (ledger(&[17, 17]), ledger(&[17, 5_000, 6_000]));
        assert_eq!(new.rows_added_to(&old), None);
        assert_eq!(old.rows_added_to(&new), None);
    }

    proptest! {
        #[test]
        fn rows_added_are_those_of_the_values_added(
            before in prop::collection::vec(0_u64..5_000_000, 0..200),
            added in prop::collection::vec((0_u64..5_000_000, 1_u64..200_000), 0..50),
        ) {
            let (old, mut more) = (ledger(&before), Exact::default());
            let mut new = old.clone();
            for (value, times) in added {
                new.record_many_us(value, times);
                more.record_many_us(value, times);
            }
            prop_assert_eq!(new.rows_added_to(&old), Some(more.rows().collect()));
        }
    }
}
