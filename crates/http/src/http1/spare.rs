//! Buffers of large bodies, used again. The system hands out fresh memory page by page, zeroed: for a body of a megabyte
//! that costs as much as reading it. A body's buffer comes back when its last reader drops it, on whatever thread.
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

use crate::errors::memory_fault::MemoryFault;
use crate::memory::space::BodySpace;

/// Smaller bodies lie in memory that the allocator keeps anyway.
const SMALLEST: usize = 128 * 1024;
/// Capacity reserved at once for an announced body; a larger one grows as it comes.
const LARGEST_RESERVE: usize = 1 << 20;
const LARGEST: usize = 8 << 20;
/// Not a buffer that would stay mostly empty: somebody may soon need it whole.
const MOST_EMPTY: usize = 4;
/// The same for a body that grows: it may come to fill it.
const MOST_EMPTY_OF_UNKNOWN: usize = 16;
/// What is kept for later, bytes; the rest goes back to the system.
const MOST_KEPT: usize = 16 << 20;

/// Buffers that wait to be used again.
#[derive(Debug, Default)]
pub(crate) struct SpareBuffers {
    kept: Mutex<Kept>,
}

/// What they hold is of no interest: their length says how much of them has been cleared.
#[derive(Debug, Default)]
struct Kept {
    buffers: Vec<Vec<u8>>,
    bytes: usize,
}

impl SpareBuffers {
    /// Makes `buffer` longer, `target` bytes at most, so that what follows can be read into it; what that is does not
    /// matter. A used one has been cleared once: so a body is neither cleared for nor copied.
    pub fn lengthen(&self, buffer: &mut Vec<u8>, target: usize) -> Result<(), MemoryFault> {
        let begun = buffer.len();
        if let Some(mut used) = self.take(target, MOST_EMPTY) {
            used.resize(used.len().max(target), 0);
            used[..begun].copy_from_slice(buffer);
            *buffer = used;
            return Ok(());
        }
        let next = target.min((2 * begun).max(begun + LARGEST_RESERVE));
        let reserved = buffer.try_reserve_exact(next - begun);
        reserved.map_err(|_| MemoryFault::NoneLeft)?;
        buffer.resize(next, 0);
        Ok(())
    }

    /// Makes space for `more` bytes behind those of a buffer whose end nobody knows, where a used one has it. Where none
    /// has, who appends makes it.
    pub fn make_space(&self, buffer: &mut Vec<u8>, more: usize) {
        let wanted = buffer.len() + more;
        if wanted <= buffer.capacity() {
            return;
        }
        if let Some(mut used) = self.take(wanted, MOST_EMPTY_OF_UNKNOWN) {
            used.clear();
            used.extend_from_slice(buffer);
            *buffer = used;
        }
    }

    /// The bytes, whose buffer comes back here in the end.
    pub fn lend(self: &Arc<Self>, buffer: Vec<u8>, space: BodySpace) -> Bytes {
        if is_worth_keeping(buffer.capacity()) {
            Bytes::from_owner(Lent {
                buffer,
                home: Arc::clone(self),
                _space: space,
            })
        } else {
            space.hold(buffer)
        }
    }

    /// A kept buffer of at least this size, and at most so many times as large.
    fn take(&self, wanted: usize, times: usize) -> Option<Vec<u8>> {
        if !is_worth_keeping(wanted) {
            return None;
        }
        let mut kept = self.kept.lock();
        let fits = |one: &Vec<u8>| one.capacity() >= wanted && one.capacity() / times <= wanted;
        let at = kept.buffers.iter().rposition(fits)?;
        let buffer = kept.buffers.swap_remove(at);
        kept.bytes -= buffer.capacity();
        Some(buffer)
    }

    fn give(&self, buffer: Vec<u8>) {
        let mut kept = self.kept.lock();
        if kept.bytes + buffer.capacity() <= MOST_KEPT {
            kept.bytes += buffer.capacity();
            kept.buffers.push(buffer);
        }
    }
}

fn is_worth_keeping(size: usize) -> bool {
    (SMALLEST..=LARGEST).contains(&size)
}

/// A body in somebody's hands.
struct Lent {
    buffer: Vec<u8>,
    home: Arc<SpareBuffers>,
    _space: BodySpace,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &self.buffer
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.home.give(std::mem::take(&mut self.buffer));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(spare: &Arc<SpareBuffers>, size: usize) -> Bytes {
        let mut buffer = b"head".to_vec();
        while buffer.len() < 4 + size {
            spare.lengthen(&mut buffer, 4 + size).expect("memory");
        }
        buffer[4..].fill(7);
        spare.lend(buffer, BodySpace::of(&Arc::default()))
    }

    #[test]
    fn a_buffer_is_used_again_when_its_last_reader_is_gone() {
        let spare = Arc::new(SpareBuffers::default());
        let body = filled(&spare, 1 << 20);
        let (place, part) = (body.as_ptr(), body.slice(4..8));
        drop(body);
        assert!(spare.kept.lock().buffers.is_empty(), "a part is still read");
        drop(part);
        let again = filled(&spare, 1 << 20);
        assert_eq!(again.as_ptr(), place);
        assert_eq!(&again[..5], b"head\x07");
    }

    #[test]
    fn what_is_kept_has_an_end() {
        let spare = Arc::new(SpareBuffers::default());
        let bodies: Vec<_> = (0..40).map(|_| filled(&spare, 1 << 20)).collect();
        drop(bodies);
        let kept = spare.kept.lock().bytes;
        assert!((8 << 20..=MOST_KEPT).contains(&kept), "{kept}");
        drop(filled(&spare, LARGEST + 1));
        drop(filled(&spare, 100));
        assert_eq!(spare.kept.lock().bytes, kept);
    }
}
