//! When bytes came.

use std::time::{Duration, Instant};

/// When bytes came, and how long ago that was when they were read.
#[derive(Clone, Copy)]
pub(crate) struct Stamp {
    pub(crate) moment: Instant,
    pub(crate) age: Duration,
}
