//! Whose turn it is to read the rows: one snapshot at a time, and none while the process is forked. The child gets a copy
//! of every lock as it was at that moment, and the thread that held one is not there; so who forks takes the turn first,
//! and gives it back on both sides. One atomic, because a lock's own queue of threads would be copied too.
use std::sync::atomic::{AtomicBool, Ordering};

#[derive(Debug, Default)]
pub(super) struct SnapshotLock {
    is_taken: AtomicBool,
}

impl SnapshotLock {
    /// Waits until nobody has it. It is had for milliseconds, seldom by two who want it at once.
    pub fn take(&self) {
        while self.is_taken.swap(true, Ordering::Acquire) {
            std::thread::yield_now();
        }
    }

    pub fn give_back(&self) {
        self.is_taken.store(false, Ordering::Release);
    }

    /// Takes it until the guard is dropped.
    pub fn hold(&self) -> Held<'_> {
        self.take();
        Held(self)
    }
}

pub(super) struct Held<'a>(&'a SnapshotLock);

impl Drop for Held<'_> {
    fn drop(&mut self) {
        self.0.give_back();
    }
}
