//! What was added between two states of one histogram: what a store writes each second, and the parts of a run that
//! are compared.
use super::ledger::Histogram;
use super::plane::Beside;
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
        self.rows_added(earlier, |page| page.ours == page.theirs)
    }

    /// The same for who can do without the certainty: a page that as much was added to is not read at all. Of a histogram
    /// that was emptied in between and filled the same, page by page, it says that nothing came.
    pub fn rows_added_since(&self, earlier: &Self) -> Option<Vec<(u64, u64)>> {
        self.rows_added(earlier, |page| page.has_same_total)
    }

    fn rows_added(
        &self,
        earlier: &Self,
        is_same: impl Fn(&Beside<'_>) -> bool,
    ) -> Option<Vec<(u64, u64)>> {
        let more = self.count().checked_sub(earlier.count())?;
        let (new, old) = (self.counters(), earlier.counters());
        let mut added = Vec::with_capacity(more.min(64) as usize);
        for page in new.beside(old) {
            let has_same_above = new.has_same_above(old, page.start);
            if has_same_above && is_same(&page) {
                continue;
            }
            for (start, ours, theirs) in page.parts() {
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
        assert_eq!(new.rows_added_since(&old), None);
        assert_eq!(old.rows_added_since(&new), None);
        let (old, other) = (ledger(&[17, 17]), ledger(&[17, 18]));
        assert_eq!(
            other.rows_added_to(&old),
            None,
            "though the pages' sums agree"
        );
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
            prop_assert_eq!(new.rows_added_since(&old), Some(more.rows().collect()));
        }
    }
}
