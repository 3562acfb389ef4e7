//! The order in which user classes get their users. Classes with a fixed count come first; the others follow
//! a divergence rule that keeps every prefix close to the weights. Python's tuple comparison breaks ties, so
//! the sequence is Locust's to the letter (docs/contract/python-api.md §8).
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

/// What the plan needs to know of a user class.
#[derive(Debug, Clone, PartialEq)]
pub struct UserClass {
    pub name: String,
    pub weight: f64,
    /// 0 where the number of users follows the weight.
    pub fixed_count: usize,
}

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

/// Fixed classes first, then by weight. The weighted part goes on where it stopped, over all ramps of a
/// test; the fixed part starts again whenever users were taken away (`rearm`). Users are told as places in
/// `classes`, which are in the order of the names.
#[derive(Debug, Clone)]
pub struct UserOrder {
    classes: Vec<UserClass>,
    weighted: WeightedOrder<usize>,
    fixed: std::vec::IntoIter<usize>,
    is_armed: bool,
}

impl UserOrder {
    pub fn new(mut classes: Vec<UserClass>) -> Self {
        classes.sort_by(|a, b| a.name.cmp(&b.name));
        let weights = classes.iter().map(|class| class.weight).enumerate();
        let weighted =
            WeightedOrder::new(weights.filter(|(place, _)| classes[*place].fixed_count == 0));
        Self {
            classes,
            weighted,
            fixed: Vec::new().into_iter(),
            is_armed: true,
        }
    }

    pub fn classes(&self) -> &[UserClass] {
        &self.classes
    }

    /// Users went away: look again, at the next call, for fixed users that are missing.
    pub fn rearm(&mut self) {
        self.is_armed = true;
    }

    /// The class of the next user; nothing when only fixed classes exist and all their users are there.
    pub fn next(&mut self, running: impl Fn(usize) -> usize) -> Option<usize> {
        if let Some(place) = self.fixed.next() {
            return Some(place);
        }
        if std::mem::take(&mut self.is_armed) {
            self.fixed = self.missing_fixed(running);
            if let Some(place) = self.fixed.next() {
                return Some(place);
            }
        }
        self.weighted.next()
    }

    fn missing_fixed(&self, running: impl Fn(usize) -> usize) -> std::vec::IntoIter<usize> {
        let fixed = self
            .classes
            .iter()
            .map(|class| class.fixed_count)
            .enumerate();
        let missing: Vec<(usize, usize)> = fixed
            .map(|(place, count)| (place, count.saturating_sub(running(place))))
            .collect();
        let total = missing.iter().map(|(_, count)| count).sum();
        let weights = missing.iter().map(|(place, count)| (*place, *count as f64));
        let order: Vec<usize> = WeightedOrder::new(weights).take(total).collect();
        order.into_iter()
    }
}

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

    #[test]
    fn fixed_classes_come_first_and_again_after_users_went_away() {
        let class = |name: &str, weight, fixed_count| UserClass {
            name: name.to_owned(),
            weight,
            fixed_count,
        };
        let mut order = UserOrder::new(vec![class("W", 1.0, 0), class("F", 1.0, 2)]);
        let first: Vec<_> = (0..4).filter_map(|_| order.next(|_| 0)).collect();
        assert_eq!(first, [0, 0, 1, 1], "the fixed class is first by name");
        order.rearm();
        assert_eq!(order.next(|_| 1), Some(0));
        assert_eq!(order.next(|_| 2), Some(1));
    }

    #[test]
    fn only_fixed_classes_end() {
        let fixed = UserClass {
            name: "F".to_owned(),
            weight: 1.0,
            fixed_count: 1,
        };
        let mut order = UserOrder::new(vec![fixed]);
        assert_eq!(order.next(|_| 0), Some(0));
        assert_eq!(order.next(|_| 1), None);
    }
}
