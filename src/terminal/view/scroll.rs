//! How far the tables of the view are scrolled. A table learns how many rows it has, and room for how many, when it is
//! drawn: a position beyond its end is taken back then.
use std::ops::Range;

/// What a key asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scrolling {
    Up,
    Down,
    PageUp,
    PageDown,
    First,
    Last,
    /// The keys move the other table from now on.
    OtherTable,
}

impl Scrolling {
    /// By the name that Python has for it.
    pub fn of_name(name: &str) -> Option<Self> {
        Some(match name {
            "up" => Self::Up,
            "down" => Self::Down,
            "page_up" => Self::PageUp,
            "page_down" => Self::PageDown,
            "first" => Self::First,
            "last" => Self::Last,
            "other_table" => Self::OtherTable,
            _ => return None,
        })
    }
}

/// Both tables.
#[derive(Debug, Default)]
pub struct Scroll {
    pub endpoints: Position,
    pub errors: Position,
    are_errors_moved: bool,
}

/// Of one table.
#[derive(Debug, Default)]
pub struct Position {
    first: usize,
    room: usize,
}

impl Scroll {
    pub fn obey(&mut self, asked: Scrolling) {
        if asked == Scrolling::OtherTable {
            self.are_errors_moved = !self.are_errors_moved;
        } else if self.are_errors_moved {
            self.errors.obey(asked);
        } else {
            self.endpoints.obey(asked);
        }
    }

    /// Without errors there is one table.
    pub fn settle(&mut self, has_errors: bool) {
        self.are_errors_moved &= has_errors;
    }

    pub fn are_errors_moved(&self) -> bool {
        self.are_errors_moved
    }
}

impl Position {
    fn obey(&mut self, asked: Scrolling) {
        let page = self.room.max(1);
        self.first = match asked {
            Scrolling::Up => self.first.saturating_sub(1),
            Scrolling::Down => self.first.saturating_add(1),
            Scrolling::PageUp => self.first.saturating_sub(page),
            Scrolling::PageDown => self.first.saturating_add(page),
            Scrolling::First => 0,
            Scrolling::Last => usize::MAX,
            Scrolling::OtherTable => self.first,
        };
    }

    /// Of so many rows those to show: as many as there is room for.
    pub fn rows(&mut self, all: usize, room: usize) -> Range<usize> {
        self.room = room;
        self.first = self.first.min(all.saturating_sub(room));
        self.first..self.first.saturating_add(room).min(all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_stays_within_the_table_however_far_it_is_moved() {
        let mut position = Position::default();
        assert_eq!(position.rows(30, 10), 0..10);
        let cases = [
            (Scrolling::Up, 0..10),
            (Scrolling::Down, 1..11),
            (Scrolling::PageDown, 11..21),
            (Scrolling::PageDown, 20..30),
            (Scrolling::Down, 20..30),
            (Scrolling::Up, 19..29),
            (Scrolling::Last, 20..30),
            (Scrolling::PageUp, 10..20),
            (Scrolling::First, 0..10),
        ];
        for (asked, shown) in cases {
            position.obey(asked);
            assert_eq!(position.rows(30, 10), shown, "{asked:?}");
        }
        position.obey(Scrolling::Last);
        assert_eq!(position.rows(30, 10), 20..30);
        assert_eq!(position.rows(3, 10), 0..3, "after a reset");
        assert_eq!(position.rows(0, 0), 0..0);
    }

    #[test]
    fn the_keys_move_one_table_and_only_errors_that_are_there() {
        let mut scroll = Scroll::default();
        scroll.obey(Scrolling::Down);
        scroll.obey(Scrolling::OtherTable);
        scroll.settle(true);
        scroll.obey(Scrolling::Last);
        assert_eq!(scroll.endpoints.rows(9, 2), 1..3);
        assert_eq!(scroll.errors.rows(9, 2), 7..9);
        scroll.settle(false);
        scroll.obey(Scrolling::Down);
        assert_eq!(scroll.endpoints.rows(9, 2), 2..4);
    }
}
