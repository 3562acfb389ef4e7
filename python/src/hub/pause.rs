//! Pauses of users: waits for a time, and letting everybody else run once.
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rlocust_engine::http::Ticket;
use rlocust_engine::model::Lag;

use crate::hub::process::this_thread;
use crate::hub::state::Hub;
use crate::wait_clock;

impl Hub {
    /// Parks the calling greenlet for `pause`; nothing or less lets everybody else run once.
    #[expect(
        clippy::disallowed_methods,
        reason = "a foreign native thread has no greenlets beside it"
    )]
    pub(super) fn sleep(&self, py: Python<'_>, pause: Duration) -> PyResult<()> {
        if this_thread() != self.script_thread.id {
            py.detach(|| std::thread::sleep(pause));
            return Ok(());
        }
        if pause.is_zero() {
            return self.yield_once(py);
        }
        let due = wait_clock::due_in(pause);
        let ticket = self.open_slot(py)?;
        let parked = self.add_wait(py, ticket, due);
        match parked.and_then(|()| self.park(py, ticket)) {
            Ok(_) => {
                self.log_lag(Lag::Wake, wait_clock::now().duration_since(due));
                Ok(())
            }
            Err(error) => self.forget_wait(py, ticket, due).and(Err(error)),
        }
    }

    /// Parks the calling greenlet until somebody wakes its ticket, but no longer than until `due`. `watch` gets the ticket
    /// and says whether there is something to wait for. Which of both it was, the caller sees for itself.
    pub(super) fn wait_until(
        &self,
        py: Python<'_>,
        due: Instant,
        watch: impl FnOnce(Ticket) -> bool,
    ) -> PyResult<()> {
        if this_thread() != self.script_thread.id {
            let text =
                "a connection was waited for on a thread of its own; use greenlets (gevent.spawn)";
            return Err(PyRuntimeError::new_err(text));
        }
        let ticket = self.open_slot(py)?;
        let parked = self.add_wait(py, ticket, due).and_then(|()| {
            if watch(ticket) {
                return self.park(py, ticket).map(drop);
            }
            drop(self.slots.lock().close(ticket));
            Ok(())
        });
        match parked {
            Ok(()) => {
                self.waits.lock().forget(ticket, due);
                Ok(())
            }
            Err(error) => self.forget_wait(py, ticket, due).and(Err(error)),
        }
    }

    fn add_wait(&self, py: Python<'_>, ticket: Ticket, due: Instant) -> PyResult<()> {
        let is_too_late = self.waits.lock().add(ticket, due);
        if is_too_late {
            return self.set_alarm(py);
        }
        Ok(())
    }

    /// Perhaps the loop has nothing left to wait for then.
    fn forget_wait(&self, py: Python<'_>, ticket: Ticket, due: Instant) -> PyResult<()> {
        self.waits.lock().forget(ticket, due);
        drop(self.slots.lock().close(ticket));
        self.release_loop_if_idle(py)
    }

    /// A greenlet that was parked since its last yield has let everybody else run already: a task that made
    /// a request and waits no time goes on at once, which saves a switch per request.
    fn yield_once(&self, py: Python<'_>) -> PyResult<()> {
        let greenlet = self.waiting_greenlet(py)?;
        if self.has_parked.swap(0, Ordering::Relaxed) == greenlet.as_ptr() as usize {
            return Ok(());
        }
        let (number, is_first) = self.yields.lock().join(greenlet.unbind());
        if is_first {
            let idler = self.script_thread.idler.bind(py);
            idler.call_method1("start", (&self.script_thread.resume_yielded,))?;
        }
        let hub = self.script_thread.hub.bind(py);
        loop {
            if let Err(error) = self.api.switch(py, hub) {
                self.yields.lock().leave(number);
                return Err(error);
            }
            if self.yields.lock().served > number {
                return Ok(());
            }
        }
    }

    pub fn log_lag(&self, kind: Lag, lag: Duration) {
        if let Some(recorder) = &*self.recorder.lock() {
            recorder.log_lag(kind, lag);
        }
    }
}
