//! Where a decoded body grows, within what bodies may take. A decoder that gets no room ends with its own words for it;
//! what happened is kept here, and outweighs them.

use std::hint::black_box;
use std::io;

use bytes::Bytes;

use crate::errors::memory_fault::MemoryFault;
use crate::memory::space::BodySpace;

use super::decode_limit::DecodeLimit;

/// A body that is being decoded.
pub(crate) struct Output<'a> {
    room: &'a DecodeLimit,
    pub(super) bytes: Vec<u8>,
    space: BodySpace,
    refused: Option<MemoryFault>,
}

/// There is no room for more.
#[derive(Debug)]
pub(super) struct NoRoom;

impl<'a> Output<'a> {
    pub(super) fn new(room: &'a DecodeLimit) -> Self {
        Self {
            room,
            bytes: Vec::new(),
            space: BodySpace::of(&room.budget),
            refused: None,
        }
    }

    /// Makes space for so many bytes more.
    pub(super) fn reserve(&mut self, more: usize) -> Result<(), NoRoom> {
        if !self.room.holds(self.bytes.len()) {
            return Err(NoRoom);
        }
        let reserved = self.space.reserve(&mut self.bytes, more);
        reserved.map_err(|fault| {
            self.refused = Some(match fault {
                MemoryFault::TooLong { limit } => MemoryFault::TooLongDecoded { limit },
                other => other,
            });
            NoRoom
        })
    }

    /// Sees to it that a decoder can make a window of this size, which it does not ask for first.
    pub(super) fn leave_room(&mut self, window: usize) -> Result<(), NoRoom> {
        let mut probe: Vec<u8> = Vec::new();
        let reserved = probe.try_reserve_exact(window);
        black_box(probe); // nobody reads it: the compiler would leave it out
        reserved.map_err(|_| {
            self.refused = Some(MemoryFault::NoneLeft);
            NoRoom
        })
    }

    pub(super) fn append(&mut self, more: &[u8]) -> Result<(), NoRoom> {
        self.reserve(more.len())?;
        self.bytes.extend_from_slice(more);
        Ok(())
    }

    /// The decoded body; or why there was no room for it.
    pub(super) fn finish(mut self) -> Result<Bytes, MemoryFault> {
        // The last piece is in, and was not looked at.
        match self.reserve(0) {
            Err(NoRoom) => Err(self.refused.unwrap_or(MemoryFault::NoneLeft)),
            Ok(()) => self
                .refused
                .map_or_else(|| Ok(self.space.hold(self.bytes)), Err),
        }
    }
}

impl io::Write for Output<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.append(bytes) {
            Ok(()) => Ok(bytes.len()),
            Err(NoRoom) => Err(io::ErrorKind::OutOfMemory.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
