//! The waking side, on gevent's hub greenlet: answers are taken from the inbox, each waiter is switched into.
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use pyo3::panic::PanicException;
use pyo3::prelude::*;
use rlocust_engine::clock;
use rlocust_engine::http::Ticket;

use crate::hub::inbox::Answers;
use crate::hub::slots::{Notification, Waiter};
use crate::hub::state::Hub;
use crate::wait_clock;

/// Submissions made while a batch is drained leave after this many resumptions …
const FLUSH_RESUMPTIONS: u32 = 32;
/// … or after this time, whichever is first; else users would march in convoy.
const FLUSH_TIME: Duration = Duration::from_micros(100);
/// A pass over answers, yielded greenlets or ended waits leaves the rest to the loop's next turn after this time, which
/// is also how long gevent runs its own callbacks in one go: timers and sockets get their share.
const PASS_TIME: Duration = Duration::from_millis(5);

impl Hub {
    /// Deals with all answers that have come, and with the death of a thread.
    pub(super) fn drain(&self, py: Python<'_>) -> PyResult<()> {
        let mut answers = self.inbox.take();
        let resumed = self.resume_answered(py, &mut answers);
        if !self.is_of_parent() {
            self.inbox.put_back(answers);
        }
        let reported = self.report_death(py);
        resumed.and(reported).and(self.release_loop_if_idle(py))
    }

    /// Resumes who was answered, in order. Answers that are left have waited for their turn behind computing users;
    /// were they dealt with in one go, all waits that fell due meanwhile would end in one burst of requests.
    fn resume_answered(&self, py: Python<'_>, answers: &mut Answers) -> PyResult<()> {
        self.pass(|| {
            let (ticket, notification) = answers.pop_front()?;
            Some(self.resume(py, ticket, notification))
        })
    }

    /// Resumes who has waited long enough, in the order they are due.
    pub(super) fn end_waits(&self, py: Python<'_>) -> PyResult<()> {
        let begun = wait_clock::now();
        let result = self.pass(|| {
            let ticket = self.take_over(begun)?;
            Some(self.resume(py, ticket, Notification::Woken))
        });
        let set = if self.is_of_parent() {
            Ok(())
        } else {
            self.set_alarm(py)
        };
        result.and(set).and(self.release_loop_if_idle(py))
    }

    fn take_over(&self, now: Instant) -> Option<Ticket> {
        self.waits.lock().take_over(now)
    }

    /// Resumes who stands in line now; who joins meanwhile waits for the loop's next turn.
    pub(super) fn resume_yielded(&self, py: Python<'_>) -> PyResult<()> {
        let end = self.yields.lock().end();
        let result = self.pass(|| {
            let greenlet = self.serve_yield(end)?;
            Some(self.switch_into(py, &greenlet))
        });
        result.and(self.rest_if_nobody_yields(py))
    }

    fn serve_yield(&self, end: u64) -> Option<Py<PyAny>> {
        self.yields.lock().serve(end)
    }

    fn rest_if_nobody_yields(&self, py: Python<'_>) -> PyResult<()> {
        {
            let mut yields = self.yields.lock();
            if !yields.line.is_empty() {
                return Ok(());
            }
            yields.is_watching = false;
        }
        self.script_thread
            .idler
            .bind(py)
            .call_method0("stop")
            .map(drop)
    }

    /// Calls `resume_next` until nobody is left or the pass has lasted long enough.
    ///
    /// A panic on the way is an error like others: what is submitted later must not gather for a batch that nobody sends,
    /// and whoever is left has to be resumed by a later pass.
    fn pass(&self, resume_next: impl FnMut() -> Option<PyResult<()>>) -> PyResult<()> {
        let passed = catch_unwind(AssertUnwindSafe(|| self.resume_in_turn(resume_next)));
        self.set_draining(false);
        passed.unwrap_or_else(|panic| Err(as_exception(&*panic)))
    }

    fn resume_in_turn(
        &self,
        mut resume_next: impl FnMut() -> Option<PyResult<()>>,
    ) -> PyResult<()> {
        let mut pass = Pass::begin(self);
        let mut result = Ok(());
        while let Some(resumed) = resume_next() {
            result = result.and(resumed);
            if self.is_of_parent() || pass.count(self) >= PASS_TIME {
                break;
            }
        }
        result
    }

    /// Fills the slot of one waiter and switches into it. Runs on gevent's hub greenlet.
    fn resume(&self, py: Python<'_>, ticket: Ticket, notification: Notification) -> PyResult<()> {
        let greenlet = {
            let mut slots = self.slots.lock();
            let Some(slot) = slots.get(ticket) else {
                return Ok(());
            };
            match &slot.waiter {
                Waiter::Greenlet(greenlet) => {
                    let greenlet = greenlet.clone_ref(py);
                    slot.notification = Some(notification);
                    self.has_parked
                        .store(greenlet.as_ptr() as usize, Ordering::Relaxed);
                    greenlet
                }
                Waiter::Gone(recorder, sample) => {
                    let (recorder, sample) = (Arc::clone(recorder), sample.clone());
                    slots.close(ticket);
                    drop(slots);
                    if let Notification::Answered(reply) = notification {
                        sample.settle(&recorder, &reply.end());
                    }
                    return Ok(());
                }
            }
        };
        self.switch_into(py, &greenlet)
    }

    fn switch_into(&self, py: Python<'_>, greenlet: &Py<PyAny>) -> PyResult<()> {
        match self.api.switch(py, greenlet.bind(py)) {
            Ok(()) => Ok(()),
            Err(error) => self.hand_to_gevent(py, greenlet, &error),
        }
    }

    /// What went wrong in a callback of gevent's loop, which stops calling one that raises.
    pub(super) fn hand_over(&self, py: Python<'_>, done: PyResult<()>) -> PyResult<()> {
        let hub = &self.script_thread.hub;
        done.or_else(|error| self.hand_to_gevent(py, hub, &error))
    }

    /// Something ended with an exception nobody caught: gevent decides what that means.
    fn hand_to_gevent(&self, py: Python<'_>, context: &Py<PyAny>, error: &PyErr) -> PyResult<()> {
        let value = error.value(py).clone();
        let arguments = (context, error.get_type(py), value, error.traceback(py));
        self.script_thread
            .hub
            .bind(py)
            .call_method1("handle_error", arguments)?;
        Ok(())
    }
}

fn as_exception(panic: &(dyn Any + Send)) -> PyErr {
    let text = panic.downcast_ref::<String>().cloned();
    let text = text.or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()));
    PanicException::new_err((text.unwrap_or_else(|| "panic".to_owned()),))
}

/// One pass over greenlets to resume: what they submit leaves in batches of bounded size and age.
struct Pass {
    resumed: u32,
    begun: Instant,
    flushed: Instant,
}

impl Pass {
    fn begin(hub: &Hub) -> Self {
        hub.set_draining(true);
        let begun = clock::instant();
        Self {
            resumed: 0,
            begun,
            flushed: begun,
        }
    }

    /// One more was resumed; answers how long the pass has taken.
    fn count(&mut self, hub: &Hub) -> Duration {
        self.resumed += 1;
        let now = clock::instant();
        let is_old = now.duration_since(self.flushed) >= FLUSH_TIME;
        if is_old || self.resumed.is_multiple_of(FLUSH_RESUMPTIONS) {
            hub.flush();
            self.flushed = now;
        }
        now.duration_since(self.begun)
    }
}
