//! Counters that never saturate: a page of the lowest plane holds 16 bits of each, what runs over goes into a page
//! of the plane above.
use super::plane::{Page, Plane};

/// Counts by index.
#[derive(Debug, Clone, Default)]
pub struct Counters {
    low: Plane,
    high: Vec<Plane>,
}

impl Counters {
    #[inline]
    pub fn add_one(&mut self, index: usize) {
        if self.low.add(index, 1) {
            self.carry(index, 1);
        }
    }

    pub fn add(&mut self, index: usize, count: u64) {
        let carry = u64::from(self.low.add(index, count as u16));
        let rest = (count >> 16) + carry;
        if rest > 0 {
            self.carry(index, rest);
        }
    }

    /// Those in use, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        self.low.iter().filter_map(|(index, low)| {
            let count = u64::from(low) + self.above(index);
            (count > 0).then_some((index, count))
        })
    }

    /// Each page in use of the lowest plane, ascending: its first index, its counters, and those of the same page of
    /// `other`.
    pub fn beside<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = (usize, &'a Page, &'a Page)> {
        self.low.beside(&other.low)
    }

    /// Whether the higher planes have the same in the page that `index` is in.
    pub fn has_same_above(&self, other: &Self, index: usize) -> bool {
        let mut high = self.high.iter().zip(&other.high);
        self.high.len() == other.high.len()
            && high.all(|(one, other)| one.has_same_page(other, index))
    }

    /// The part of a counter that higher planes hold.
    pub fn above(&self, index: usize) -> u64 {
        let high = self.high.iter().zip(1_u32..);
        high.map(|(plane, at)| u64::from(plane.get(index)) << (16 * at))
            .sum()
    }

    #[cold]
    fn carry(&mut self, index: usize, mut count: u64) {
        for at in 0.. {
            if self.high.len() == at {
                self.high.push(Plane::default());
            }
            let over = u64::from(self.high[at].add(index, count as u16));
            count = (count >> 16) + over;
            if count == 0 {
                return;
            }
        }
    }
}
