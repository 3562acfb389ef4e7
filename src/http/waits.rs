//! The waits of one I/O thread, by the time they are due: many, sometimes forgotten, ended in order.
//!
//! A user's wait should end when it said. tokio's timers count whole milliseconds and always round
//! up, so on Linux the first wait due is kept by a timerfd of our own.

use std::collections::{BTreeSet, HashMap};
use std::io;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use crate::clock;

use super::request::Ticket;

/// An alarm is set for a day at most; when it rings too early, it is set again.
const LONGEST: Duration = Duration::from_hours(24);

#[derive(Default)]
pub(super) struct Waits {
    queue: BTreeSet<(Instant, u64)>,
    due: HashMap<u64, Instant>,
    alarm: Option<Alarm>,
    /// What the alarm is set for, until it rings.
    set_for: Option<Instant>,
}

impl Waits {
    pub(super) fn add(&mut self, ticket: Ticket, due: Instant) {
        if let Some(old) = self.due.insert(ticket.0, due) {
            self.queue.remove(&(old, ticket.0));
        }
        self.queue.insert((due, ticket.0));
    }

    pub(super) fn forget(&mut self, ticket: Ticket) {
        if let Some(due) = self.due.remove(&ticket.0) {
            self.queue.remove(&(due, ticket.0));
        }
    }

    /// The next wait that is over. Never ready while there is none.
    pub(super) fn poll_next(&mut self, task: &mut Context<'_>) -> Poll<(Ticket, Instant)> {
        while let Some(&(due, ticket)) = self.queue.first() {
            let now = clock::instant();
            if due <= now {
                self.forget(Ticket(ticket));
                return Poll::Ready((Ticket(ticket), due));
            }
            ready!(self.poll_alarm(task, due, now));
        }
        Poll::Pending
    }

    /// When the alarm rings that `poll_next` has set, if it has.
    pub(super) fn rings_at(&self) -> Option<Instant> {
        self.set_for.filter(|_| !self.queue.is_empty())
    }

    /// Sleeps until `due`, or somewhat less. An alarm set for an earlier wait, now forgotten, may ring.
    fn poll_alarm(&mut self, task: &mut Context<'_>, due: Instant, now: Instant) -> Poll<()> {
        let alarm = match &mut self.alarm {
            Some(alarm) => alarm,
            empty => empty.insert(Alarm::new()),
        };
        if self.set_for.is_none_or(|set_for| due < set_for) {
            let left = (due - now).min(LONGEST);
            alarm.set(now, left);
            self.set_for = Some(now + left);
        }
        ready!(alarm.poll_rung(task));
        self.set_for = None;
        Poll::Ready(())
    }

    /// All waits there are, forgotten.
    pub(super) fn drain(&mut self) -> Vec<(Ticket, Instant)> {
        self.due.clear();
        std::mem::take(&mut self.queue)
            .into_iter()
            .map(|(due, ticket)| (Ticket(ticket), due))
            .collect()
    }
}

/// What wakes the thread: the kernel's timer where there is one, else tokio's.
enum Alarm {
    #[cfg(target_os = "linux")]
    Kernel(tokio::io::unix::AsyncFd<std::os::fd::OwnedFd>),
    Wheel(std::pin::Pin<Box<tokio::time::Sleep>>),
}

impl Alarm {
    fn new() -> Self {
        Self::kernel().unwrap_or_else(|_| Self::Wheel(Box::pin(tokio::time::sleep(LONGEST))))
    }

    #[cfg(target_os = "linux")]
    #[expect(
        deprecated,
        reason = "unsound only for types whose descriptor can change; the successor is an unsafe function"
    )]
    fn kernel() -> io::Result<Self> {
        use rustix::time::{TimerfdClockId, TimerfdFlags, timerfd_create};
        use tokio::io::{Interest, unix::AsyncFd};
        let flags = TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC;
        let timer = timerfd_create(TimerfdClockId::Monotonic, flags)?;
        AsyncFd::with_interest(timer, Interest::READABLE).map(Self::Kernel)
    }

    #[cfg(not(target_os = "linux"))]
    fn kernel() -> io::Result<Self> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Sets the alarm, which may have been set before, to ring `left` after `now`.
    fn set(&mut self, now: Instant, left: Duration) {
        match self {
            #[cfg(target_os = "linux")]
            Self::Kernel(timer) => {
                if set_timer(timer.get_ref(), left).is_err() {
                    *self = Self::Wheel(Box::pin(tokio::time::sleep(left)));
                }
            }
            Self::Wheel(sleep) => sleep.as_mut().reset((now + left).into()),
        }
    }

    fn poll_rung(&mut self, task: &mut Context<'_>) -> Poll<()> {
        match self {
            // The count of expiries is never read: readiness is edge-triggered and setting the
            // timer takes the count back to zero. Ringing for nothing only costs a look at the queue.
            #[cfg(target_os = "linux")]
            Self::Kernel(timer) => {
                if let Ok(mut rung) = ready!(timer.poll_read_ready(task)) {
                    rung.clear_ready();
                }
                Poll::Ready(())
            }
            Self::Wheel(sleep) => sleep.as_mut().poll(task),
        }
    }
}

#[cfg(target_os = "linux")]
fn set_timer(timer: &std::os::fd::OwnedFd, left: Duration) -> io::Result<()> {
    use rustix::time::{Itimerspec, TimerfdTimerFlags, Timespec, timerfd_settime};
    let never_again = Timespec::default();
    // A time of zero would disarm the timer.
    let left = left.max(Duration::from_nanos(1));
    let new = Itimerspec {
        it_interval: never_again,
        it_value: left.try_into().map_err(io::Error::other)?,
    };
    timerfd_settime(timer, TimerfdTimerFlags::empty(), &new)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::future::poll_fn;

    use super::*;

    fn next(waits: &mut Waits) -> impl Future<Output = Ticket> {
        poll_fn(move |task| waits.poll_next(task).map(|(ticket, _)| ticket))
    }

    #[tokio::test]
    async fn waits_end_in_the_order_they_are_due_and_never_early() {
        let mut waits = Waits::default();
        let start = clock::instant();
        for (ticket, millis) in [(1, 9), (2, 3), (3, 6), (4, 3)] {
            waits.add(Ticket(ticket), start + Duration::from_millis(millis));
        }
        waits.forget(Ticket(2));
        for (ticket, millis) in [(4, 3), (3, 6), (1, 9)] {
            assert_eq!(next(&mut waits).await, Ticket(ticket));
            assert!(start.elapsed() >= Duration::from_millis(millis));
        }
    }

    #[tokio::test]
    async fn an_earlier_wait_moves_the_alarm_forward() {
        let mut waits = Waits::default();
        let start = clock::instant();
        waits.add(Ticket(1), start + Duration::from_hours(9_000_000));
        let is_over = poll_fn(|task| Poll::Ready(waits.poll_next(task).is_ready())).await;
        assert!(!is_over);
        waits.add(Ticket(2), start + Duration::from_millis(2));
        assert_eq!(next(&mut waits).await, Ticket(2));
        assert_eq!(waits.drain().len(), 1);
    }

    #[tokio::test]
    async fn the_wheel_serves_where_there_is_no_kernel_timer() {
        let start = clock::instant();
        let mut alarm = Alarm::Wheel(Box::pin(tokio::time::sleep(LONGEST)));
        alarm.set(start, Duration::from_millis(2));
        poll_fn(|task| alarm.poll_rung(task)).await;
        assert!(start.elapsed() >= Duration::from_millis(2));
    }
}
