//! One layer of a histogram's counters: 16 bits of each, in pages of 64 that exist once touched. The table of
//! pages covers only what lies between the lowest and the highest page in use; a copy is two memory moves.
const PAGE: usize = 64;
const EMPTY: Page = [0; PAGE];

/// Neighbouring counters.
pub type Page = [u16; PAGE];

/// As many counters as are compared, or skipped, at once.
pub const PART: usize = 8;

/// Counters modulo 65 536, by index.
#[derive(Debug, Clone, Default)]
pub struct Plane {
    /// Number of the page that stands first in the table.
    first: usize,
    /// Where in `pages` each page is, counted from 1; 0 where there is none.
    table: Vec<u16>,
    pages: Vec<Page>,
    /// What was added to each page, with what ran over.
    totals: Vec<u64>,
}

/// A page in use, and the same page of another plane.
#[derive(Debug)]
pub struct Beside<'a> {
    /// The first index.
    pub start: usize,
    pub ours: &'a Page,
    pub theirs: &'a Page,
    /// Whether as much was added to both: where one plane is a former state of the other, nothing has changed.
    pub has_same_total: bool,
}

impl<'a> Beside<'a> {
    /// Few by few: the first index, and the counters of both.
    pub fn parts(&self) -> impl Iterator<Item = (usize, &'a [u16; PART], &'a [u16; PART])> {
        let (ours, theirs) = (self.ours.as_chunks().0, self.theirs.as_chunks().0);
        let starts = (self.start..).step_by(PART);
        starts
            .zip(ours.iter().zip(theirs))
            .map(|(start, (ours, theirs))| (start, ours, theirs))
    }
}

impl Plane {
    /// Adds to one counter; what ran over, for the plane above.
    #[inline]
    pub fn add(&mut self, index: usize, count: u64) -> u64 {
        let at = (index / PAGE).wrapping_sub(self.first);
        let place = match self.table.get(at) {
            Some(place) if *place > 0 => *place,
            _ => self.place(index / PAGE),
        };
        let place = usize::from(place) - 1;
        self.totals[place] += count;
        let counter = &mut self.pages[place][index % PAGE];
        let (sum, is_over) = counter.overflowing_add(count as u16);
        *counter = sum;
        (count >> 16) + u64::from(is_over)
    }

    pub fn get(&self, index: usize) -> u16 {
        self.page_of(index).map_or(0, |page| page[index % PAGE])
    }

    /// Each page in use, ascending: its first index, its counters, and what was added to it.
    pub fn pages(&self) -> impl Iterator<Item = (usize, &Page, u64)> {
        let pages = self.table.iter().enumerate();
        pages.filter_map(|(at, place)| {
            let start = (at + self.first) * PAGE;
            Some((start, self.page(*place)?, self.total(*place)))
        })
    }

    /// Each page in use, ascending, with the same page of `other`.
    pub fn beside<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = Beside<'a>> {
        let pages = self.table.iter().enumerate();
        pages.filter_map(|(at, place)| {
            let start = (at + self.first) * PAGE;
            let theirs = other.place_of(start);
            Some(Beside {
                start,
                ours: self.page(*place)?,
                theirs: other.page(theirs).unwrap_or(&EMPTY),
                has_same_total: self.total(*place) == other.total(theirs),
            })
        })
    }

    /// Whether the page that `index` is in stands the same in both, or in neither.
    pub fn has_same_page(&self, other: &Self, index: usize) -> bool {
        self.page_of(index) == other.page_of(index)
    }

    fn page_of(&self, index: usize) -> Option<&Page> {
        self.page(self.place_of(index))
    }

    /// 0 where there is no page.
    fn place_of(&self, index: usize) -> u16 {
        let at = (index / PAGE).wrapping_sub(self.first);
        self.table.get(at).copied().unwrap_or(0)
    }

    fn page(&self, place: u16) -> Option<&Page> {
        self.pages.get(usize::from(place).checked_sub(1)?)
    }

    fn total(&self, place: u16) -> u64 {
        let total = usize::from(place).checked_sub(1);
        total.map_or(0, |at| self.totals[at])
    }

    /// Makes a page. Room grows by a quarter, not to the double: there are thousands of histograms.
    #[cold]
    fn place(&mut self, number: usize) -> u16 {
        if self.table.is_empty() {
            self.first = number;
        }
        if number < self.first {
            let missing = std::iter::repeat_n(0, self.first - number);
            self.table.splice(0..0, missing);
            self.first = number;
        }
        let at = number - self.first;
        if at >= self.table.len() {
            self.table.resize(at + 1, 0);
        }
        if self.pages.len() == self.pages.capacity() {
            let more = self.pages.len() / 4 + 1;
            self.pages.reserve_exact(more);
            self.totals.reserve_exact(more);
        }
        self.pages.push(EMPTY);
        self.totals.push(0);
        self.table[at] = self.pages.len() as u16;
        self.table[at]
    }
}
