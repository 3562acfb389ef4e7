//! Counts by Unix second, as Locust's per-second dicts, bounded: a row keeps so many minutes, older seconds
//! fold into one sum. Blocks of 64 seconds that are over are shared with snapshots, so a copy costs little.
use std::collections::VecDeque;
use std::sync::Arc;

const BLOCK: i64 = 64;
/// A day, for the aggregate.
pub const DAY: usize = 86_400 / BLOCK as usize;
/// An hour, for every other entry: ten thousand of them keep a day's figures together, not each.
pub const HOUR: usize = 57;

/// 64 seconds. A second with a count of zero, which a suite may have set, differs from one without.
#[derive(Debug, Clone, PartialEq)]
struct Block {
    first: i64,
    present: u64,
    counts: [u32; BLOCK as usize],
}

/// Count per Unix second.
#[derive(Debug, Clone)]
pub struct PerSecond {
    /// Ascending; the newest is the one that samples go into.
    blocks: VecDeque<Arc<Block>>,
    open: Option<Box<Block>>,
    kept_blocks: usize,
    folded: i64,
}

impl Default for PerSecond {
    fn default() -> Self {
        Self::keeping(HOUR)
    }
}

impl PerSecond {
    /// `kept_blocks` of 64 seconds stay; one more is allowed before the oldest goes.
    pub fn keeping(kept_blocks: usize) -> Self {
        Self {
            blocks: VecDeque::new(),
            open: None,
            kept_blocks,
            folded: 0,
        }
    }

    /// The same without counts.
    #[must_use]
    pub fn emptied(&self) -> Self {
        Self::keeping(self.kept_blocks)
    }

    #[inline]
    pub fn add(&mut self, second: i64, count: i64) {
        let first = second & !(BLOCK - 1);
        match &mut self.open {
            Some(open) if open.first == first => open.add(second, count),
            Some(open) if open.first > first => self.add_late(second, count),
            _ => self.begin(first).add(second, count),
        }
    }

    pub fn get(&self, second: i64) -> i64 {
        let first = second & !(BLOCK - 1);
        let open = self.open.as_deref().filter(|open| open.first == first);
        let block = open.or_else(|| self.closed(first).ok().map(|at| &*self.blocks[at]));
        block.map_or(0, |block| {
            i64::from(block.counts[(second - first) as usize])
        })
    }

    /// Seconds and their counts, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        let blocks = self.blocks.iter().map(|block| &**block);
        blocks.chain(self.open.as_deref()).flat_map(Block::iter)
    }

    /// Samples whose seconds are no longer kept one by one.
    pub fn folded(&self) -> i64 {
        self.folded
    }

    /// Samples of seconds that were folded elsewhere: what a file reports.
    pub fn add_folded(&mut self, count: i64) {
        self.folded += count;
    }

    pub fn extend(&mut self, other: &Self) {
        other
            .iter()
            .for_each(|(second, count)| self.add(second, count));
        self.folded += other.folded;
    }

    fn begin(&mut self, first: i64) -> &mut Block {
        if let Some(over) = self.open.take() {
            self.blocks.push_back(Arc::from(over));
            self.fold();
        }
        self.open.insert(Box::new(Block::new(first)))
    }

    fn closed(&self, first: i64) -> Result<usize, usize> {
        self.blocks
            .binary_search_by_key(&first, |block| block.first)
    }

    /// A second before those of the newest block: a clock that went back, or the report of a late worker.
    #[cold]
    fn add_late(&mut self, second: i64, count: i64) {
        let first = second & !(BLOCK - 1);
        let at = self.closed(first).unwrap_or_else(|at| {
            self.blocks.insert(at, Arc::new(Block::new(first)));
            at
        });
        Arc::make_mut(&mut self.blocks[at]).add(second, count);
        self.fold();
    }

    fn fold(&mut self) {
        while self.blocks.len() > self.kept_blocks {
            let oldest = self.blocks.pop_front();
            self.folded += oldest.map_or(0, |block| block.iter().map(|(_, count)| count).sum());
        }
    }
}

impl Block {
    fn new(first: i64) -> Self {
        Self {
            first,
            present: 0,
            counts: [0; BLOCK as usize],
        }
    }

    fn add(&mut self, second: i64, count: i64) {
        let at = (second - self.first) as usize;
        self.present |= 1 << at;
        let sum = i64::from(self.counts[at]).saturating_add(count);
        self.counts[at] = sum.clamp(0, i64::from(u32::MAX)) as u32;
    }

    fn iter(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        let seconds = (0..BLOCK).zip(&self.counts);
        let present = seconds.filter(|(at, _)| self.present >> at & 1 == 1);
        present.map(|(at, count)| (self.first + at, i64::from(*count)))
    }
}

impl PartialEq for PerSecond {
    fn eq(&self, other: &Self) -> bool {
        self.folded == other.folded && self.iter().eq(other.iter())
    }
}

impl FromIterator<(i64, i64)> for PerSecond {
    fn from_iter<I: IntoIterator<Item = (i64, i64)>>(pairs: I) -> Self {
        let mut seconds = Self::default();
        pairs
            .into_iter()
            .for_each(|(second, count)| seconds.add(second, count));
        seconds
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_very_long_run_keeps_a_day_of_seconds_and_loses_no_count() {
        let mut seconds = PerSecond::keeping(DAY);
        for second in 0..200_000 {
            seconds.add(second, 2);
        }
        let kept = seconds.iter().count();
        assert!((86_400..=86_600).contains(&kept), "{kept}");
        let sum: i64 = seconds.iter().map(|(_, n)| n).sum();
        assert_eq!(seconds.folded() + sum, 400_000);
        assert_eq!(seconds.get(199_999), 2);
    }

    #[test]
    fn seconds_may_come_in_any_order_and_zeros_stay() {
        let seconds: PerSecond = [(500, 1), (3, 2), (-70, 4), (3, 1), (70, 0)]
            .into_iter()
            .collect();
        let all: Vec<_> = seconds.iter().collect();
        assert_eq!(all, [(-70, 4), (3, 3), (70, 0), (500, 1)]);
        assert_eq!(
            (seconds.get(3), seconds.get(4), seconds.get(-70)),
            (3, 0, 4)
        );
    }

    #[test]
    fn seconds_are_equal_with_what_was_folded() {
        let seconds = |folded: i64, counts: &[(i64, i64)]| {
            let mut seconds: PerSecond = counts.iter().copied().collect();
            seconds.add_folded(folded);
            seconds
        };
        let one = seconds(2, &[(5, 1)]);
        assert!(one == seconds(2, &[(5, 1)]));
        assert!(one != seconds(1, &[(5, 1)]));
        assert!(one != seconds(2, &[(5, 2)]));
        let mut sum = seconds(2, &[(5, 1)]);
        sum.extend(&seconds(3, &[(5, 1), (6, 1)]));
        assert!(sum == seconds(5, &[(5, 2), (6, 1)]));
        sum.add_folded(4);
        assert_eq!(sum.folded(), 9);
    }
}
