//! Counters that never saturate: a page of the lowest plane holds 16 bits of each, what runs over goes into a page
//! of the plane above.
use super::plane::{Beside, PART, Plane};

/// Counts by index.
#[derive(Debug, Clone, Default)]
pub struct Counters {
    low: Plane,
    high: Vec<Plane>,
}

impl Counters {
    #[inline]
    pub fn add_one(&mut self, index: usize) {
        self.add(index, 1);
    }

    #[inline]
    pub fn add(&mut self, index: usize, count: u64) {
        let rest = self.low.add(index, count);
        if rest > 0 {
            self.carry(index, rest);
        }
    }

    /// Those in use, ascending.
    pub fn iter(&self) -> impl Iterator<Item = (usize, u64)> + '_ {
        self.pages().flat_map(|page| page.counted.iter())
    }

    /// The pages in use, ascending.
    pub fn pages(&self) -> impl Iterator<Item = Page<'_>> {
        let pages = self.low.pages();
        pages.map(|(start, low, sum)| Page {
            sum,
            counted: Counted {
                start,
                low,
                high: &self.high,
            },
        })
    }

    /// Each page in use of the lowest plane, ascending, with the same page of `other`.
    pub fn beside<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = Beside<'a>> {
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
        above(&self.high, |plane| plane.get(index).into())
    }

    #[cold]
    fn carry(&mut self, index: usize, mut rest: u64) {
        for at in 0.. {
            if self.high.len() == at {
                self.high.push(Plane::default());
            }
            rest = self.high[at].add(index, rest);
            if rest == 0 {
                return;
            }
        }
    }
}

/// Counters of one page of the lowest plane, and all of them together.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    pub sum: u64,
    pub counted: Counted<'a>,
}

/// Neighbouring counters, with what higher planes hold of them.
#[derive(Debug, Clone, Copy)]
pub struct Counted<'a> {
    start: usize,
    low: &'a [u16],
    high: &'a [Plane],
}

impl<'a> Counted<'a> {
    /// All of them together.
    pub fn sum(&self) -> u64 {
        self.iter().map(|(_, count)| count).sum()
    }

    /// The same, few by few.
    pub fn parts(self) -> impl Iterator<Item = Self> {
        let starts = (self.start..).step_by(PART);
        let parts = starts.zip(self.low.chunks(PART));
        parts.map(move |(start, low)| Self { start, low, ..self })
    }

    /// Those in use, ascending.
    pub fn iter(self) -> impl Iterator<Item = (usize, u64)> + 'a {
        (self.start..)
            .zip(self.low)
            .filter_map(move |(index, low)| {
                let count = u64::from(*low) + above(self.high, |plane| plane.get(index).into());
                (count > 0).then_some((index, count))
            })
    }
}

fn above(high: &[Plane], of: impl Fn(&Plane) -> u64) -> u64 {
    let high = high.iter().zip(1_u32..);
    high.map(|(plane, at)| of(plane) << (16 * at)).sum()
}
