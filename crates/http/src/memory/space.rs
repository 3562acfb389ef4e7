//! The share of one body in what all may take: it grows with the body's buffer and goes with the body.

use std::sync::Arc;

use bytes::Bytes;

use crate::errors::memory_fault::MemoryFault;

use super::budget::{BodyBudget, SMALLEST_COUNTED};

/// The share of one body.
#[derive(Debug)]
pub(crate) struct BodySpace {
    budget: Arc<BodyBudget>,
    taken: u64,
}

impl BodySpace {
    pub(crate) fn of(budget: &Arc<BodyBudget>) -> Self {
        Self {
            budget: Arc::clone(budget),
            taken: 0,
        }
    }

    /// The body is so long by now, in a buffer of this capacity.
    pub(crate) fn grow(&mut self, length: usize, capacity: usize) -> Result<(), MemoryFault> {
        self.budget.check(length as u64)?;
        let wanted = capacity as u64;
        if wanted >= SMALLEST_COUNTED && wanted > self.taken {
            self.budget.take(wanted - self.taken)?;
            self.taken = wanted;
        }
        Ok(())
    }

    /// Appends to the body, in memory that is reserved first.
    pub(crate) fn append(&mut self, body: &mut Vec<u8>, more: &[u8]) -> Result<(), MemoryFault> {
        self.budget.check((body.len() + more.len()) as u64)?;
        self.reserve(body, more.len())?;
        body.extend_from_slice(more);
        Ok(())
    }

    /// Makes space for so many bytes behind those of the body; how many of them it will have is not known yet.
    pub(crate) fn reserve(&mut self, body: &mut Vec<u8>, more: usize) -> Result<(), MemoryFault> {
        self.budget.check(body.len() as u64)?;
        body.try_reserve(more).map_err(|_| MemoryFault::NoneLeft)?;
        self.grow(body.len(), body.capacity())
    }

    /// The whole body, which keeps its share until its last reader drops it.
    pub(crate) fn hold(self, buffer: Vec<u8>) -> Bytes {
        if self.taken == 0 {
            return Bytes::from(buffer);
        }
        Bytes::from_owner(Held {
            buffer,
            _space: self,
        })
    }
}

impl Drop for BodySpace {
    fn drop(&mut self) {
        if self.taken > 0 {
            self.budget.give_back(self.taken);
        }
    }
}

/// A body in somebody's hands.
struct Held {
    buffer: Vec<u8>,
    _space: BodySpace,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.buffer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KIB: usize = 1024;

    #[test]
    fn a_body_keeps_its_share_until_its_last_reader_is_gone() {
        let budget = BodyBudget::new(u64::MAX, 100 * KIB as u64);
        let mut space = BodySpace::of(&budget);
        let mut buffer = Vec::new();
        space.append(&mut buffer, &vec![7; 64 * KIB]).expect("room");
        let body = space.hold(buffer);
        let part = body.slice(..10);
        drop(body);
        let refused = BodySpace::of(&budget).append(&mut Vec::new(), &vec![7; 64 * KIB]);
        let limit = 100 * KIB as u64;
        assert_eq!(refused, Err(MemoryFault::TooManyAtOnce { limit }));
        assert_eq!(
            budget.taken(),
            64 * KIB as u64,
            "who was refused has taken nothing"
        );
        drop(part);
        assert_eq!(budget.taken(), 0);
        assert_eq!(
            BodySpace::of(&budget).append(&mut Vec::new(), &vec![7; 64 * KIB]),
            Ok(())
        );
    }

    #[test]
    fn one_body_has_an_end() {
        let budget = BodyBudget::new(10, u64::MAX);
        let (mut space, mut buffer) = (BodySpace::of(&budget), Vec::new());
        assert_eq!(space.append(&mut buffer, &[7; 10]), Ok(()));
        let limit = 10;
        assert_eq!(
            space.append(&mut buffer, &[7]),
            Err(MemoryFault::TooLong { limit })
        );
    }

    #[test]
    fn what_the_system_does_not_have_is_refused_and_not_the_end() {
        let (mut space, mut buffer) = (BodySpace::of(&Arc::default()), vec![7]);
        let more = isize::MAX as usize - 1;
        assert_eq!(space.reserve(&mut buffer, more), Err(MemoryFault::NoneLeft));
    }
}
