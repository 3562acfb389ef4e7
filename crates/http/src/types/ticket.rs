//! How a caller names a call.

/// The caller's name for one call. The engine only carries it back, but it must be unique
/// among everything that has not ended yet (index and generation of a slab, say).
#[derive(Copy, Clone, Debug, Eq, PartialEq, Hash)]
pub struct Ticket(pub u64);
