//! Which numbers of a channel have come. Connections that follow each other may overlap, so that a frame may come after
//! later ones; it may not come twice.

/// How far behind the last one a frame may come: more than libzmq keeps of one connection.
const WIDTH: u64 = 2048;
const WORD: u64 = u64::BITS as u64;

/// The highest number so far, and which of those just below it have come.
#[derive(Debug)]
pub struct Window {
    highest: u64,
    seen: [u64; (WIDTH / WORD) as usize],
}

impl Window {
    pub fn new() -> Self {
        Self {
            highest: 0,
            seen: [0; (WIDTH / WORD) as usize],
        }
    }

    /// Whether the number comes for the first time. Numbers begin at one.
    pub fn admit(&mut self, number: u64) -> bool {
        if number == 0 || number.saturating_add(WIDTH) <= self.highest {
            return false;
        }
        if number > self.highest {
            let passed = (number - self.highest).min(WIDTH);
            for skipped in number - passed + 1..=number {
                *self.word(skipped) &= !bit(skipped);
            }
            self.highest = number;
        }
        let is_new = *self.word(number) & bit(number) == 0;
        *self.word(number) |= bit(number);
        is_new
    }

    fn word(&mut self, number: u64) -> &mut u64 {
        &mut self.seen[(number % WIDTH / WORD) as usize]
    }
}

fn bit(number: u64) -> u64 {
    1 << (number % WORD)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_come_once_and_not_too_late() {
        let mut window = Window::new();
        let mut admitted = |number| window.admit(number);
        assert!(!admitted(0));
        assert!(admitted(1) && !admitted(1));
        assert!(admitted(1 + WIDTH));
        assert!(!admitted(1), "too late");
        assert!(admitted(2) && !admitted(2));
        assert!(admitted(u64::MAX) && !admitted(u64::MAX));
        assert!(!admitted(3));
    }

    proptest! {
        #[test]
        fn it_knows_what_a_set_of_all_numbers_knows(numbers in prop::collection::vec(1..5_000_u64, 1..400)) {
            let mut window = Window::new();
            let mut seen = BTreeSet::new();
            for number in numbers {
                let highest = seen.last().copied().unwrap_or(0);
                let is_late = number + WIDTH <= highest;
                prop_assert_eq!(window.admit(number), !is_late && !seen.contains(&number));
                seen.insert(number);
            }
        }
    }
}
