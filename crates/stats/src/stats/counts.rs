//! The histogram of Locust's ledger: a counting map that keeps the order of insertion, as the Python dict it
//! stands for. The keys of Locust's own rule are so few that each has a place of its own in a short table; only the
//! keys of a suite's own bucketing function are hashed.
use std::collections::HashMap;

use rlocust_core::model::hashing::FastHash;
use rlocust_core::model::{Bucket, Number};

/// Of a step whose key is not in the map: a suite may well set a count of 0.
const NOT_THERE: i64 = i64::MIN;

/// Histogram rows: bucket to count.
#[derive(Debug, Clone, Default)]
pub struct Counts {
    /// By step, see `step_of`. A sample waits for one cache line here, not for a hash table and its rows.
    steps: Vec<i64>,
    /// Of the other keys.
    others: HashMap<Bucket, i64, FastHash>,
    /// The order of insertion.
    keys: Vec<Bucket>,
}

impl Counts {
    /// The count of a key, 0 where it is new.
    #[inline]
    pub fn of(&mut self, bucket: Bucket) -> &mut i64 {
        match step_of(bucket) {
            Some(step) if self.steps.get(step).is_some_and(|n| *n != NOT_THERE) => {
                &mut self.steps[step]
            }
            Some(step) => self.begin(bucket, step),
            None => self.other(bucket),
        }
    }

    /// In order of insertion.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (Bucket, i64)> + Clone {
        self.keys.iter().map(|key| (*key, self.get(*key)))
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    fn get(&self, key: Bucket) -> i64 {
        let count = match step_of(key) {
            Some(step) => self.steps.get(step),
            None => self.others.get(&key),
        };
        count.copied().unwrap_or_default()
    }

    #[cold]
    fn begin(&mut self, key: Bucket, step: usize) -> &mut i64 {
        if step >= self.steps.len() {
            self.steps.reserve_exact(step + 1 - self.steps.len());
            self.steps.resize(step + 1, NOT_THERE);
        }
        self.keys.push(key);
        self.steps[step] = 0;
        &mut self.steps[step]
    }

    #[cold]
    fn other(&mut self, key: Bucket) -> &mut i64 {
        let keys = &mut self.keys;
        self.others.entry(key).or_insert_with(|| {
            keys.push(key);
            0
        })
    }
}

/// Keys that are equal become one row, as in a dict.
impl FromIterator<(Bucket, i64)> for Counts {
    fn from_iter<I: IntoIterator<Item = (Bucket, i64)>>(rows: I) -> Self {
        let mut counts = Self::default();
        rows.into_iter()
            .for_each(|(bucket, count)| *counts.of(bucket) += count);
        counts
    }
}

/// The number of a key of Locust's rule up to 99 seconds: two digits, times a power of ten.
#[inline]
fn step_of(bucket: Bucket) -> Option<usize> {
    let value = match bucket.0 {
        Number::Whole(value) => usize::try_from(value).ok()?,
        Number::Real(value) if value.fract() == 0.0 && (0.0..1e5).contains(&value) => {
            value as usize
        }
        Number::Real(_) => return None,
    };
    let (unit, first) = match value {
        0..100 => return Some(value),
        100..1_000 => (10, 90),
        1_000..10_000 => (100, 180),
        10_000..100_000 => (1_000, 270),
        _ => return None,
    };
    value.is_multiple_of(unit).then(|| first + value / unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn keys_of_locusts_rule_have_steps_of_their_own() {
        let rule = (0..100)
            .chain((100..1_000).step_by(10))
            .chain((1_000..10_000).step_by(100))
            .chain((10_000..100_000).step_by(1_000));
        let steps: Vec<_> = rule.map(|key| step_of(Bucket::whole(key))).collect();
        let ascending: Vec<_> = (0..steps.len()).map(Some).collect();
        assert_eq!(steps, ascending);
        for other in [-1, 101, 1_010, 10_100, 100_000] {
            assert_eq!(step_of(Bucket::whole(other)), None, "{other}");
        }
    }

    #[test]
    fn the_table_reaches_just_to_its_last_step() {
        let mut counts = Counts::default();
        for bucket in [1_000, 100, 5_000] {
            *counts.of(Bucket::whole(bucket)) += 1;
        }
        let last = step_of(Bucket::whole(5_000)).expect("a key of the rule");
        assert_eq!(
            (counts.steps.len(), counts.steps.capacity()),
            (last + 1, last + 1)
        );
    }

    fn key() -> impl Strategy<Value = Bucket> {
        prop_oneof![
            (-5_i64..150_000).prop_map(Bucket::whole),
            (0_i64..40).prop_map(|tens| Bucket::whole(tens * 10)),
            (-9_i32..400).prop_map(|halves| Bucket(Number::Real(f64::from(halves) / 2.0))),
        ]
    }

    proptest! {
        /// A list that is searched from its beginning is the plainest such map.
        #[test]
        fn counts_are_those_of_a_map_that_keeps_its_order(
            added in prop::collection::vec((key(), 0_i64..9), 0..200),
        ) {
            let mut plain: Vec<(Bucket, i64)> = Vec::new();
            for (bucket, count) in &added {
                match plain.iter_mut().find(|(known, _)| known == bucket) {
                    Some((_, sum)) => *sum += count,
                    None => plain.push((*bucket, *count)),
                }
            }
            let counts: Counts = added.into_iter().collect();
            prop_assert_eq!(counts.rows().collect::<Vec<_>>(), plain);
        }
    }
}
