//! How much an encoding may undo to. A few bytes can stand for gigabytes, and only undoing them shows it.

use std::cell::Cell;

/// Room for what is undone.
pub(crate) struct Room {
    bytes: usize,
    is_exceeded: Cell<bool>,
}

impl Room {
    pub(crate) fn of(bytes: usize) -> Self {
        Self {
            bytes,
            is_exceeded: Cell::new(false),
        }
    }

    pub(crate) fn endless() -> Self {
        Self::of(usize::MAX)
    }

    /// Whether so much fits in. If not, the decoder gives up with whatever fault: nobody looks at it.
    pub(crate) fn holds(&self, bytes: usize) -> bool {
        let fits = bytes <= self.bytes;
        if !fits {
            self.is_exceeded.set(true);
        }
        fits
    }

    /// Something did not fit in: what came out means nothing.
    pub(crate) fn is_exceeded(&self) -> bool {
        self.is_exceeded.get()
    }
}
