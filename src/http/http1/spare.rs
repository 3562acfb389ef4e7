//! Buffers of large bodies, used again. The system hands out fresh memory page by page, zeroed: for a body of a megabyte
//! that costs as much as reading it. A body's buffer comes back when its last reader drops it, on whatever thread.
use std::sync::Arc;

use bytes::Bytes;
use parking_lot::Mutex;

use crate::http::memory::space::BodySpace;

/// Smaller bodies lie in memory that the allocator keeps anyway.
const SMALLEST: usize = 128 * 1024;
const LARGEST: usize = 8 << 20;
/// What is kept for later, bytes; the rest goes back to the system.
const MOST_KEPT: usize = 16 << 20;

/// Buffers that wait to be used again.
#[derive(Debug, Default)]
pub(crate) struct SpareBuffers {
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    buffers: Vec<Vec<u8>>,
    bytes: usize,
}

impl SpareBuffers {
    /// Makes space for `more` bytes behind those of `buffer`, in a used one if one fits. Where there is none, who reads
    /// finds out.
    pub fn extend(&self, buffer: &mut Vec<u8>, more: usize) {
        let wanted = buffer.len() + more;
        if let Some(mut used) = self.take(wanted) {
            used.extend_from_slice(buffer);
            *buffer = used;
        } else {
            drop(buffer.try_reserve_exact(more));
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

    fn take(&self, wanted: usize) -> Option<Vec<u8>> {
        if !is_worth_keeping(wanted) {
            return None;
        }
        let mut kept = self.kept.lock();
        // Not a buffer that would stay mostly empty: somebody may soon need it whole.
        let fits = |one: &Vec<u8>| one.capacity() >= wanted && one.capacity() / 4 <= wanted;
        let at = kept.buffers.iter().rposition(fits)?;
        let buffer = kept.buffers.swap_remove(at);
        kept.bytes -= buffer.capacity();
        Some(buffer)
    }

    fn give(&self, mut buffer: Vec<u8>) {
        let mut kept = self.kept.lock();
        if kept.bytes + buffer.capacity() <= MOST_KEPT {
            buffer.clear();
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
        spare.extend(&mut buffer, size);
        buffer.resize(4 + size, 7);
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
