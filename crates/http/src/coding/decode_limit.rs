//! How much an encoding may undo to. A few bytes can stand for gigabytes, and only undoing them shows it.

use std::cell::Cell;
use std::sync::{Arc, Weak};

use crate::memory::budget::BodyBudget;

/// How many bytes the decoded body may still have.
pub(crate) struct DecodeLimit {
    bytes: usize,
    is_exceeded: Cell<bool>,
    /// Gone when nobody waits for what is undone.
    wanted: Option<Weak<()>>,
    /// Within what all bodies may take.
    pub(super) budget: Arc<BodyBudget>,
}

impl DecodeLimit {
    pub(crate) fn of(bytes: usize, budget: &Arc<BodyBudget>) -> Self {
        Self {
            bytes,
            is_exceeded: Cell::new(false),
            wanted: None,
            budget: Arc::clone(budget),
        }
    }

    pub(crate) fn endless(budget: &Arc<BodyBudget>) -> Self {
        Self::of(usize::MAX, budget)
    }

    /// Holds nothing more as soon as `wanted` is dropped: its call was cut.
    pub(crate) fn while_held(mut self, wanted: &Arc<()>) -> Self {
        self.wanted = Some(Arc::downgrade(wanted));
        self
    }

    /// Whether so much fits in. If not, the decoder gives up with whatever fault: nobody looks at it.
    pub(super) fn holds(&self, bytes: usize) -> bool {
        let is_wanted = |wanted: &Weak<()>| wanted.strong_count() > 0;
        let fits = bytes <= self.bytes && self.wanted.as_ref().is_none_or(is_wanted);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_room_is_closed_when_nobody_waits_for_it() {
        let wanted = Arc::new(());
        let room = DecodeLimit::endless(&Arc::default()).while_held(&wanted);
        assert!(room.holds(1));
        drop(wanted);
        assert!(!room.holds(0));
    }
}
