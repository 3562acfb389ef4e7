//! One layer of a histogram's counters: 16 bits of each, in pages of 64 that exist once touched. The table of
//! pages covers only what lies between the lowest and the highest page in use; a copy is two memory moves.
const PAGE: usize = 64;
const EMPTY: Page = [0; PAGE];

/// Neighbouring counters.
pub type Page = [u16; PAGE];

/// As many counters as are compared at once.
const PART: usize = 8;

/// Two pages that begin at index `start`, part by part.
pub fn parts_beside<'a>(
    start: usize,
    ours: &'a Page,
    theirs: &'a Page,
) -> impl Iterator<Item = (usize, &'a [u16; PART], &'a [u16; PART])> {
    let parts = ours.as_chunks().0.iter().zip(theirs.as_chunks().0);
    let starts = (start..).step_by(PART);
    starts
        .zip(parts)
        .map(|(start, (ours, theirs))| (start, ours, theirs))
}

/// Counters modulo 65 536, by index.
#[derive(Debug, Clone, Default)]
pub struct Plane {
    /// Number of the page that stands first in the table.
    first: usize,
    /// Where in `pages` each page is, counted from 1; 0 where there is none.
    table: Vec<u16>,
    pages: Vec<Page>,
}

impl Plane {
    /// Adds to one counter; whether it ran over.
    #[inline]
    pub fn add(&mut self, index: usize, count: u16) -> bool {
        let at = (index / PAGE).wrapping_sub(self.first);
        let place = match self.table.get(at) {
            Some(place) if *place > 0 => *place,
            _ => self.place(index / PAGE),
        };
        let counter = &mut self.pages[usize::from(place) - 1][index % PAGE];
        let (sum, is_over) = counter.overflowing_add(count);
        *counter = sum;
        is_over
    }

    pub fn get(&self, index: usize) -> u16 {
        self.page_of(index).map_or(0, |page| page[index % PAGE])
    }

    /// Counters of the pages in use, ascending; zeros among them.
    pub fn iter(&self) -> impl Iterator<Item = (usize, u16)> + '_ {
        let pages = self.table.iter().enumerate();
        let pages = pages.filter_map(|(at, place)| Some((at + self.first, self.page(*place)?)));
        pages.flat_map(|(number, page)| {
            let counters = page.iter().enumerate();
            counters.map(move |(at, count)| (number * PAGE + at, *count))
        })
    }

    /// Each page in use, ascending: its first index, its counters, and those of the same page of `other`.
    pub fn beside<'a>(
        &'a self,
        other: &'a Self,
    ) -> impl Iterator<Item = (usize, &'a Page, &'a Page)> {
        let pages = self.table.iter().enumerate();
        pages.filter_map(|(at, place)| {
            let start = (at + self.first) * PAGE;
            let theirs = other.page_of(start).unwrap_or(&EMPTY);
            Some((start, self.page(*place)?, theirs))
        })
    }

    /// Whether the page that `index` is in stands the same in both, or in neither.
    pub fn has_same_page(&self, other: &Self, index: usize) -> bool {
        self.page_of(index) == other.page_of(index)
    }

    fn page_of(&self, index: usize) -> Option<&Page> {
        let at = (index / PAGE).wrapping_sub(self.first);
        self.table.get(at).and_then(|place| self.page(*place))
    }

    fn page(&self, place: u16) -> Option<&Page> {
        self.pages.get(usize::from(place).checked_sub(1)?)
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
            self.pages.reserve_exact(self.pages.len() / 4 + 1);
        }
        self.pages.push(EMPTY);
        self.table[at] = self.pages.len() as u16;
        self.table[at]
    }
}
