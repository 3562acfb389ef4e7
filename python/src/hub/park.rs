//! The waiting side: a greenlet sends its command and leaves the thread to others until its answer is there.
use std::sync::Arc;
use std::sync::atomic::Ordering;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rlocust_engine::http::{Command, Reply, Session, Ticket};
use rlocust_engine::stats::{PendingSample, Recorder};

use crate::hub::process::this_thread;
use crate::hub::slots::{Notification, Waiter};
use crate::hub::state::Hub;
use crate::profile::take_owed;

/// Why a wait ended without its answer.
pub struct Interrupted {
    pub error: PyErr,
    /// The call had already been answered when the exception arrived.
    pub reply: Option<Box<Reply>>,
    /// The call that the I/O thread still has to report on.
    pub owed: Option<Ticket>,
}

impl Interrupted {
    /// An error that no call is behind.
    pub fn plain(error: PyErr) -> Self {
        Self {
            error,
            reply: None,
            owed: None,
        }
    }
}

impl Hub {
    /// Sends `command` (built with the ticket it must carry) and parks the caller until its reply.
    ///
    /// An exception thrown into the wait (`GreenletExit`, `gevent.Timeout`) aborts the call; when
    /// `owed` is given, the attempts it made are booked there once the I/O thread has reported.
    pub fn call(
        &self,
        py: Python<'_>,
        owed: Option<&Arc<Recorder>>,
        session: &Session,
        command: impl FnOnce(Ticket) -> Command,
    ) -> Result<Box<Reply>, Interrupted> {
        let plain = Interrupted::plain;
        if this_thread() != self.script_thread.id {
            return self.call_from_foreign_thread(py, owed, session, command);
        }
        let ticket = self.open_slot(py).map_err(plain)?;
        self.send(command(ticket));
        match self.park(py, ticket) {
            Ok(Notification::Answered(reply)) => Ok(reply),
            Ok(Notification::Woken) => unreachable!("only a wait is woken"),
            Err(error) => Err(self.abandon(ticket, error, owed, session)),
        }
    }

    /// A slot for the running greenlet, in which the loop now has something to wait for.
    pub(super) fn open_slot(&self, py: Python<'_>) -> PyResult<Ticket> {
        let greenlet = self.waiting_greenlet(py)?;
        if !self.watcher_holds_loop.load(Ordering::Relaxed) {
            self.watcher.bind(py).setattr("ref", true)?;
            self.watcher_holds_loop.store(true, Ordering::Relaxed);
        }
        Ok(self.slots.lock().open(greenlet.unbind()))
    }

    /// The running greenlet, if it may wait.
    pub(super) fn waiting_greenlet<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let greenlet = self.api.current(py)?;
        if greenlet.is(&self.script_thread.hub) {
            return Err(PyRuntimeError::new_err(
                "a blocking call was made in gevent's hub greenlet; make it in a greenlet of its own (gevent.spawn)",
            ));
        }
        Ok(greenlet)
    }

    /// Switches to gevent's hub until the slot is filled; other switches into this greenlet are spurious.
    pub(super) fn park(&self, py: Python<'_>, ticket: Ticket) -> PyResult<Notification> {
        take_owed(py); // of a profile: what comes next is another greenlet's
        let hub = self.script_thread.hub.bind(py);
        loop {
            self.api.switch(py, hub)?;
            if let Some(notification) = self.slots.lock().take(ticket) {
                return Ok(notification);
            }
        }
    }

    fn abandon(
        &self,
        ticket: Ticket,
        error: PyErr,
        owed: Option<&Arc<Recorder>>,
        session: &Session,
    ) -> Interrupted {
        let mut slots = self.slots.lock();
        if let Some(Notification::Answered(reply)) = slots.take(ticket) {
            return Interrupted {
                reply: Some(reply),
                ..Interrupted::plain(error)
            };
        }
        let owed = if let (Some(recorder), Some(slot)) = (owed, slots.get(ticket)) {
            slot.waiter = Waiter::Gone(Arc::clone(recorder), PendingSample::ByCaller);
            Some(ticket)
        } else {
            drop(slots.close(ticket));
            None
        };
        drop(slots);
        self.send(Command::Abort {
            ticket,
            session: session.clone(),
        });
        Interrupted {
            owed,
            ..Interrupted::plain(error)
        }
    }

    /// Who books the sample of this call, whose waiter is gone; the caller unless said here.
    pub fn owe(&self, ticket: Ticket, owed: PendingSample) {
        if let Some(slot) = self.slots.lock().get(ticket)
            && let Waiter::Gone(_, sample) = &mut slot.waiter
        {
            *sample = owed;
        }
    }
}
