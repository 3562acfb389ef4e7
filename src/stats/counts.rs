//! Two small counting maps that keep the order of insertion, as the Python dicts they stand for:
//! histogram rows, and requests per second. The second one is bounded: a day stays, older seconds fold away.
use indexmap::IndexMap;

use super::hashing::FastHash;
use crate::model::Bucket;

/// Histogram rows: bucket to count.
pub type Counts = IndexMap<Bucket, i64, FastHash>;

/// Seconds kept in full; one more hour is allowed before the oldest hour goes, so that folding is rare.
const KEPT_SECONDS: usize = 86_400;
const FOLDED_AT_ONCE: usize = 3_600;

/// Count per Unix second.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PerSecond {
    counts: IndexMap<i64, i64, FastHash>,
    folded: i64,
}

impl PerSecond {
    pub fn add(&mut self, second: i64, count: i64) {
        // Nearly always the second is the one of the sample before.
        if let Some((last, sum)) = self.counts.last_mut()
            && *last == second
        {
            *sum += count;
            return;
        }
        *self.counts.entry(second).or_insert(0) += count;
        if self.counts.len() > KEPT_SECONDS + FOLDED_AT_ONCE {
            self.folded += self
                .counts
                .drain(..FOLDED_AT_ONCE)
                .map(|(_, n)| n)
                .sum::<i64>();
        }
    }

    pub fn get(&self, second: i64) -> i64 {
        self.counts.get(&second).copied().unwrap_or(0)
    }

    pub fn iter(&self) -> impl Iterator<Item = (i64, i64)> + '_ {
        self.counts.iter().map(|(second, count)| (*second, *count))
    }

    /// Samples whose seconds are no longer kept one by one.
    pub fn folded(&self) -> i64 {
        self.folded
    }
}

impl FromIterator<(i64, i64)> for PerSecond {
    fn from_iter<I: IntoIterator<Item = (i64, i64)>>(pairs: I) -> Self {
        Self {
            counts: pairs.into_iter().collect(),
            folded: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_very_long_run_keeps_a_day_of_seconds_and_loses_no_count() {
        let mut seconds = PerSecond::default();
        for second in 0..200_000 {
            seconds.add(second, 2);
        }
        let kept = seconds.iter().count();
        assert!((86_400..=90_000).contains(&kept), "{kept}");
        assert_eq!(
            seconds.folded() + seconds.iter().map(|(_, n)| n).sum::<i64>(),
            400_000
        );
        assert_eq!(seconds.get(199_999), 2);
    }
}
