//! What bodies may take: one, and all that are in somebody's hands. Shared by the I/O threads; a body gives back what it
//! took when its last reader drops it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use crate::errors::memory_fault::MemoryFault;

/// Smaller bodies are not counted together: a user's connection costs as much.
pub(super) const SMALLEST_COUNTED: u64 = 16 * 1024;

/// What bodies may take, and what they have taken.
#[derive(Debug)]
pub(crate) struct BodyBudget {
    /// One body, before its encoding is undone and after.
    each: u64,
    /// All together.
    all: u64,
    taken: AtomicU64,
}

impl BodyBudget {
    pub(crate) fn new(each: u64, all: u64) -> Arc<Self> {
        Arc::new(Self {
            each,
            all,
            taken: AtomicU64::new(0),
        })
    }

    /// Whether one body may be so long.
    pub(crate) fn check(&self, length: u64) -> Result<(), MemoryFault> {
        if length > self.each {
            return Err(MemoryFault::TooLong { limit: self.each });
        }
        Ok(())
    }

    pub(super) fn take(&self, bytes: u64) -> Result<(), MemoryFault> {
        let before = self.taken.fetch_add(bytes, Ordering::Relaxed);
        if before.saturating_add(bytes) > self.all {
            self.give_back(bytes);
            return Err(MemoryFault::TooManyAtOnce { limit: self.all });
        }
        Ok(())
    }

    pub(super) fn give_back(&self, bytes: u64) {
        self.taken.fetch_sub(bytes, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(crate) fn taken(&self) -> u64 {
        self.taken.load(Ordering::Relaxed)
    }
}

impl Default for BodyBudget {
    /// Without limits.
    fn default() -> Self {
        Self {
            each: u64::MAX,
            all: u64::MAX,
            taken: AtomicU64::new(0),
        }
    }
}
