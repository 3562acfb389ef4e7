//! What wakes gevent's loop when the first wait is due: one alarm, set anew as often as needed.
//!
//! A user's wait should end when it said. libev counts whole milliseconds and rounds up, so on Linux
//! the alarm is a timerfd of our own that the loop watches; elsewhere it is a timer of the loop.
use std::time::{Duration, Instant};

use pyo3::prelude::*;

use crate::wait_clock;

/// An alarm is set for a day at most; when it fires too early, it is set again.
const LONGEST: Duration = Duration::from_hours(24);

fn left_until(due: Instant) -> Duration {
    due.saturating_duration_since(wait_clock::now())
        .min(LONGEST)
}

#[cfg(target_os = "linux")]
pub struct Alarm {
    timer: std::os::fd::OwnedFd,
    watcher: Py<PyAny>,
}

#[cfg(target_os = "linux")]
impl Alarm {
    /// An alarm that calls `callback` on gevent's hub greenlet, again and again until it is set anew.
    pub fn new(event_loop: &Bound<'_, PyAny>, callback: &Bound<'_, PyAny>) -> PyResult<Self> {
        use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};
        use std::os::fd::AsRawFd;
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags).map_err(|error| {
            pyo3::exceptions::PyRuntimeError::new_err(format!("no timerfd for the hub: {error}"))
        })?;
        let watcher = event_loop.call_method1("io", (timer.as_raw_fd(), 1))?;
        watcher.call_method1("start", (callback,))?;
        watcher.setattr("ref", false)?;
        let watcher = watcher.unbind();
        Ok(Self { timer, watcher })
    }

    /// Fires at `due`, or earlier if that is far off; `None`: not any more.
    pub fn set(&self, _py: Python<'_>, due: Option<Instant>) -> PyResult<()> {
        use rustix::time::{Itimerspec, TimerfdTimerFlags, Timespec, timerfd_settime};
        // A time of zero would disarm the timer.
        let left = due.map(|due| left_until(due).max(Duration::from_nanos(1)));
        let it_value = left.unwrap_or_default().try_into();
        let new = Itimerspec {
            it_interval: Timespec::default(),
            it_value: it_value.expect("a day fits"),
        };
        timerfd_settime(&self.timer, TimerfdTimerFlags::empty(), &new)
            .map(drop)
            .map_err(|error| std::io::Error::from(error).into())
    }

    /// It never fires again.
    pub fn stop(&self, py: Python<'_>) -> PyResult<()> {
        self.watcher.bind(py).call_method0("stop").map(drop)
    }
}

#[cfg(not(target_os = "linux"))]
pub struct Alarm {
    event_loop: Py<PyAny>,
    callback: Py<PyAny>,
    timer: parking_lot::Mutex<Option<Py<PyAny>>>,
}

#[cfg(not(target_os = "linux"))]
impl Alarm {
    pub fn new(event_loop: &Bound<'_, PyAny>, callback: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self {
            event_loop: event_loop.clone().unbind(),
            callback: callback.clone().unbind(),
            timer: parking_lot::Mutex::default(),
        })
    }

    pub fn set(&self, py: Python<'_>, due: Option<Instant>) -> PyResult<()> {
        self.stop(py)?;
        let Some(due) = due else { return Ok(()) };
        let event_loop = self.event_loop.bind(py);
        let timer =
            event_loop.call_method1("timer", (left_until(due).as_secs_f64(), 0.0, false))?;
        timer.call_method1("start", (&self.callback,))?;
        *self.timer.lock() = Some(timer.unbind());
        Ok(())
    }

    pub fn stop(&self, py: Python<'_>) -> PyResult<()> {
        let timer = self.timer.lock().take();
        timer.map_or(Ok(()), |timer| timer.call_method0(py, "stop").map(drop))
    }
}
