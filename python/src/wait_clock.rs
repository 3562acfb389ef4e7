//! The clock that waits are measured by: the monotonic one. A debug build can pause it and move it on, as `pause_at` of
//! the engine's clock does for Rust tests: a stress test then decides when waits end, however busy the machine is.
//! How long a pass over waiters may take is no wait and always measured by the engine's clock.
use std::time::{Duration, Instant};

use rlocust_engine::clock;

#[cfg(debug_assertions)]
thread_local! {
    static PAUSED: std::cell::Cell<Option<Instant>> = const { std::cell::Cell::new(None) };
}

/// What the clock shows on this thread.
pub(super) fn now() -> Instant {
    #[cfg(debug_assertions)]
    if let Some(paused) = PAUSED.get() {
        return paused;
    }
    clock::instant()
}

/// When a wait that begins now and lasts that long is over.
pub fn due_in(limit: Duration) -> Instant {
    now() + limit
}

/// Pauses the clock of this thread and moves it on; `None` lets it run again.
#[cfg(debug_assertions)]
pub(super) fn set(passed: Option<Duration>) {
    PAUSED.set(passed.map(|passed| now() + passed));
}
