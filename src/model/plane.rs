//! One layer of a histogram's counters: 16 bits of each, in pages of 64 that exist once touched. The table of
//! pages covers only what lies between the lowest and the highest page in use.

const PAGE: usize = 64;

/// Counters modulo 65 536, by index.
#[derive(Debug, Clone, Default)]
pub struct Plane {
    /// Number of the page that stands first in the table.
    first: usize,
    pages: Vec<Option<Box<[u16; PAGE]>>>,
}

impl Plane {
    /// Adds to one counter; whether it ran over.
    #[inline]
    pub fn add(&mut self, index: usize, count: u16) -> bool {
        let at = (index / PAGE).wrapping_sub(self.first);
        let page = match self.pages.get_mut(at) {
            Some(Some(page)) => page,
            _ => self.page(index / PAGE),
        };
        let (sum, is_over) = page[index % PAGE].overflowing_add(count);
        page[index % PAGE] = sum;
        is_over
    }

    pub fn get(&self, index: usize) -> u16 {
        let at = (index / PAGE).wrapping_sub(self.first);
        let page = self.pages.get(at).and_then(Option::as_ref);
        page.map_or(0, |page| page[index % PAGE])
    }

    /// Counters of the pages in use, ascending; zeros among them.
    pub fn iter(&self) -> impl Iterator<Item = (usize, u16)> + '_ {
        let pages = self.pages.iter().enumerate();
        let pages = pages.filter_map(|(at, page)| Some((at + self.first, page.as_deref()?)));
        pages.flat_map(|(number, page)| {
            let counters = page.iter().enumerate();
            counters.map(move |(at, count)| (number * PAGE + at, *count))
        })
    }

    #[cold]
    fn page(&mut self, number: usize) -> &mut [u16; PAGE] {
        if self.pages.is_empty() {
            self.first = number;
        }
        if number < self.first {
            let missing = std::iter::repeat_with(|| None).take(self.first - number);
            self.pages.splice(0..0, missing);
            self.first = number;
        }
        let at = number - self.first;
        if at >= self.pages.len() {
            self.pages.resize_with(at + 1, || None);
        }
        self.pages[at].get_or_insert_with(|| Box::new([0; PAGE]))
    }
}
