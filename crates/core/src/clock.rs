//! The only place that asks the time. Sums carry wall-clock seconds as Locust does (Unix epoch, a fraction);
//! durations are taken from `Instant`s. Tests hold the wall clock still with `pause_at`, on their own thread.
use std::cell::Cell;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

thread_local! {
    static PAUSED: Cell<Option<f64>> = const { Cell::new(None) };
    #[cfg(any(test, feature = "testing"))]
    static AHEAD: Cell<Duration> = const { Cell::new(Duration::ZERO) };
}

/// Seconds since the Unix epoch, or the paused time of this thread.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place the ban points to"
)]
pub fn unix_seconds() -> f64 {
    PAUSED
        .get()
        .unwrap_or_else(|| seconds_of(SystemTime::now()))
}

/// The monotonic clock.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place the ban points to"
)]
pub fn instant() -> Instant {
    let now = Instant::now();
    #[cfg(any(test, feature = "testing"))]
    let now = now + AHEAD.get();
    now
}

/// Moves the monotonic clock of a test's thread ahead, for good.
#[cfg(any(test, feature = "testing"))]
pub fn move_ahead(time: Duration) {
    AHEAD.set(AHEAD.get() + time);
}

/// CPU time that this thread has used; where the system does not say, the time since somebody asked first.
pub fn cpu_of_thread() -> Duration {
    #[cfg(target_os = "linux")]
    {
        let spent = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        Duration::new(spent.tv_sec as u64, spent.tv_nsec as u32)
    }
    #[cfg(not(target_os = "linux"))]
    {
        static BEGUN: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
        BEGUN.get_or_init(instant).elapsed()
    }
}

/// The wall clock.
#[expect(
    clippy::disallowed_methods,
    reason = "this is the place the ban points to"
)]
pub fn wall() -> SystemTime {
    SystemTime::now()
}

/// A wall-clock time as the bare number Locust uses; before the epoch it is 0.
pub fn seconds_of(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_secs_f64()
}

/// Holds this thread's wall clock at `seconds` until the guard is dropped.
pub fn pause_at(seconds: f64) -> PausedClock {
    PAUSED.set(Some(seconds));
    PausedClock(())
}

/// Keeps the clock of one thread still.
#[must_use = "the clock runs again as soon as the guard is dropped"]
pub struct PausedClock(());

impl PausedClock {
    pub fn advance(&self, seconds: f64) {
        PAUSED.set(PAUSED.get().map(|now| now + seconds));
    }
}

impl Drop for PausedClock {
    fn drop(&mut self) {
        PAUSED.set(None);
    }
}
