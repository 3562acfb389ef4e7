//! The I/O threads, and the way in and out of them.

pub(crate) mod engine;
pub(crate) mod inbox;
pub(crate) mod lane;
pub(crate) mod options;
