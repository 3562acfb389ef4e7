//! Points of a run of any length: the newest one by one, older ones folded into slots of ten seconds, the oldest into
//! minutes. What a week has left behind is dropped.
use std::collections::VecDeque;

/// A point that may be joined with the one after it.
pub trait Fold: Copy {
    /// Unix seconds.
    fn time(&self) -> f64;
    fn fold(&mut self, next: &Self);
}

/// The length of a slot in seconds, and how many are kept.
const COARSER: [(f64, usize); 2] = [(10.0, 2_160), (60.0, 10_080)];

/// Ascending in time.
#[derive(Debug, Clone)]
pub struct Rings<P> {
    newest: VecDeque<P>,
    older: [VecDeque<P>; 2],
}

impl<P> Default for Rings<P> {
    fn default() -> Self {
        Self {
            newest: VecDeque::new(),
            older: [VecDeque::new(), VecDeque::new()],
        }
    }
}

impl<P: Fold> Rings<P> {
    /// Keeps `most` points one by one.
    pub fn push(&mut self, point: P, most: usize) {
        self.newest.push_back(point);
        while self.newest.len() > most {
            let Some(old) = self.newest.pop_front() else {
                return;
            };
            self.push_older(old);
        }
    }

    fn push_older(&mut self, mut point: P) {
        for ((width, most), ring) in COARSER.iter().zip(&mut self.older) {
            let slot = |point: &P| (point.time() / width).floor() as i64;
            match ring.back_mut().filter(|last| slot(last) == slot(&point)) {
                Some(last) => last.fold(&point),
                None => ring.push_back(point),
            }
            if ring.len() <= *most {
                return;
            }
            let Some(oldest) = ring.pop_front() else {
                return;
            };
            point = oldest;
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = &P> {
        self.older.iter().rev().flatten().chain(&self.newest)
    }

    pub fn last(&self) -> Option<&P> {
        self.newest.back()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Clone, Copy)]
    struct Count(f64, u64);

    impl Fold for Count {
        fn time(&self) -> f64 {
            self.0
        }

        fn fold(&mut self, next: &Self) {
            *self = Self(next.0, self.1 + next.1);
        }
    }

    #[test]
    fn two_days_stay_within_bounds_in_order_and_lose_nothing() {
        let mut rings = Rings::default();
        for second in 0..172_800 {
            rings.push(Count(f64::from(second), 1), 3600);
        }
        assert!(rings.iter().count() < 9_000);
        assert_eq!(rings.iter().map(|count| count.1).sum::<u64>(), 172_800);
        assert!(rings.iter().is_sorted_by(|a, b| a.0 < b.0));
        assert!(rings.last().is_some_and(|last| last.1 == 1));
    }
}
