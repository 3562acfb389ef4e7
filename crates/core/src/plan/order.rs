//! The order in which user classes get their users, by a divergence rule that keeps every prefix close to the
//! weights. Python's tuple comparison breaks ties, so the sequence is Locust's to the letter
//! (docs/contract/python-api.md §8).
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// An endless sequence by weight; empty when no class has a positive one. Ties go to the lower label.
#[derive(Debug, Clone)]
pub struct WeightedOrder<T> {
    heap: BinaryHeap<Reverse<Share<T>>>,
}

#[derive(Debug, Clone)]
struct Share<T> {
    divergence: f64,
    /// Users given so far, plus the weight.
    given: f64,
    weight: f64,
    label: T,
}

impl<T: Ord + Clone> WeightedOrder<T> {
    pub fn new(weights: impl IntoIterator<Item = (T, f64)>) -> Self {
        let positive = weights.into_iter().filter(|(_, weight)| *weight > 0.0);
        let shares = positive.map(|(label, weight)| {
            Reverse(Share {
                divergence: divergence(weight, weight),
                given: weight + 1.0,
                weight,
                label,
            })
        });
        Self {
            heap: shares.collect(),
        }
    }
}

impl<T: Ord + Clone> Iterator for WeightedOrder<T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let mut least = self.heap.peek_mut()?;
        let share = &mut least.0;
        share.divergence = divergence(share.weight, share.given);
        share.given += 1.0;
        Some(share.label.clone())
    }
}

/// By how much one more user of this class changes the divergence from the weights.
fn divergence(weight: f64, given: f64) -> f64 {
    weight * (given / (given + 1.0)).log2()
}

impl<T: Ord> Ord for Share<T> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.divergence
            .total_cmp(&other.divergence)
            .then_with(|| self.given.total_cmp(&other.given))
            .then_with(|| self.weight.total_cmp(&other.weight))
            .then_with(|| self.label.cmp(&other.label))
    }
}

impl<T: Ord> PartialOrd for Share<T> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<T: Ord> PartialEq for Share<T> {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl<T: Ord> Eq for Share<T> {}

#[cfg(test)]
mod tests {
    use super::*;

    fn sequence(weights: &[(&str, f64)], length: usize) -> String {
        WeightedOrder::new(weights.iter().copied())
            .take(length)
            .collect()
    }

    #[test]
    fn sequences_are_those_locust_2_47_was_seen_to_give() {
        assert_eq!(
            sequence(&[("A", 5.0), ("B", 1.0)], 23),
            "AABAAAAABAAAAABAAAAABAA"
        );
        assert_eq!(
            sequence(&[("A", 3.0), ("B", 2.0), ("C", 1.0)], 18),
            "ABCABAABCABAABCABA"
        );
        assert_eq!(
            sequence(&[("A", 10.0), ("B", 5.0), ("C", 1.0)], 33),
            "ABAABACABAABAABAABAABAACBAABAABAA"
        );
        assert_eq!(sequence(&[("B", 1.0), ("A", 0.5)], 6), "BABBAB");
        assert_eq!(sequence(&[("A", 1.0), ("B", 1.0), ("C", 1.0)], 6), "ABCABC");
    }
}
