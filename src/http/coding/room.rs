//! How much an encoding may undo to. A few bytes can stand for gigabytes, and only undoing them shows it.

use std::cell::Cell;
use std::sync::Arc;

use crate::http::memory::budget::BodyBudget;

/// Room for what is undone.
pub(crate) struct Room {
    bytes: usize,
    is_exceeded: Cell<bool>,
    /// Within what all bodies may take.
    pub(super) budget: Arc<BodyBudget>,
}

impl Room {
    pub(crate) fn of(bytes: usize, budget: &Arc<BodyBudget>) -> Self {
        Self {
            bytes,
            is_exceeded: Cell::new(false),
            budget: Arc::clone(budget),
        }
    }

    pub(crate) fn endless(budget: &Arc<BodyBudget>) -> Self {
        Self::of(usize::MAX, budget)
    }

    /// Whether so much fits in. If not, the decoder gives up with whatever fault: nobody looks at it.
    pub(super) fn holds(&self, bytes: usize) -> bool {
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
