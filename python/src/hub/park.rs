//! The waiting side: a greenlet sends its command and leaves the thread to others until its news is there.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use rlocust_engine::clock;
use rlocust_engine::http::{Command, Engine, Reply, Session, Ticket};
use rlocust_engine::model::Lag;
use rlocust_engine::stats::Recorder;

use super::alarm::Alarm;
use super::inbox::{FOREIGN, Gate, Inbox};
use super::slots::{News, OwedSample, Slots, Waiter};
use super::start::this_thread;
use super::waits::Waits;
use super::yields::Yields;
use crate::hub::greenlet::GreenletApi;
use crate::stats::late::LateVerdict;

/// Commands on their way to the I/O threads.
pub(super) struct Outbox {
    pub commands: Vec<Command>,
    /// Set while a batch is drained: then commands gather until a bound is reached.
    pub draining: bool,
}

/// One runtime: engine, queue and slots. A forked child makes its own.
pub struct Hub {
    pub(super) api: GreenletApi,
    pub engine: Engine,
    pub(super) inbox: Arc<Inbox>,
    pub(super) slots: Mutex<Slots>,
    pub(super) outbox: Mutex<Outbox>,
    pub(super) waits: Mutex<Waits>,
    pub(super) alarm: Alarm,
    pub(super) yields: Mutex<Yields>,
    /// Address of the greenlet that came back last from a call or a wait, until it yields; only compared.
    pub(super) has_parked: AtomicUsize,
    /// The recorder that gets the lag of waits: the newest runner's.
    pub(super) recorder: Mutex<Option<Arc<Recorder>>>,
    pub(super) foreign_tickets: AtomicU64,
    pub(super) script: Script,
    pub(super) watcher: Py<PyAny>,
    pub(super) watcher_holds_loop: AtomicBool,
    pub(super) forks: u64,
}

/// The thread that owns the interpreter's users, and its gevent hub.
pub(super) struct Script {
    pub thread: usize,
    pub hub: Py<PyAny>,
    /// Calls `resume_yielded` once every turn of the loop while it is started.
    pub idler: Py<PyAny>,
    pub resume_yielded: Py<PyAny>,
}

/// Why a wait ended without its news.
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
        if this_thread() != self.script.thread {
            return Ok(self.call_from_foreign_thread(py, command));
        }
        let ticket = self.open_slot(py).map_err(plain)?;
        self.send(command(ticket));
        match self.park(py, ticket) {
            Ok(News::Answered(reply)) => Ok(reply),
            Ok(News::Woken) => unreachable!("only a wait is woken"),
            Err(error) => Err(self.abandon(ticket, error, owed, session)),
        }
    }

    /// A slot for the running greenlet, in which the loop now has something to wait for.
    fn open_slot(&self, py: Python<'_>) -> PyResult<Ticket> {
        let greenlet = self.waiting_greenlet(py)?;
        if !self.watcher_holds_loop.load(Ordering::Relaxed) {
            self.watcher.bind(py).setattr("ref", true)?;
            self.watcher_holds_loop.store(true, Ordering::Relaxed);
        }
        Ok(self.slots.lock().open(greenlet.unbind()))
    }

    /// The running greenlet, if it may wait.
    fn waiting_greenlet<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let greenlet = self.api.current(py)?;
        if greenlet.is(&self.script.hub) {
            return Err(PyRuntimeError::new_err(
                "a blocking call was made in gevent's hub greenlet; make it in a greenlet of its own (gevent.spawn)",
            ));
        }
        Ok(greenlet)
    }

    /// Switches to gevent's hub until the slot is filled; other switches into this greenlet are spurious.
    fn park(&self, py: Python<'_>, ticket: Ticket) -> PyResult<News> {
        let hub = self.script.hub.bind(py);
        loop {
            self.api.switch(py, hub)?;
            if let Some(news) = self.slots.lock().take(ticket) {
                return Ok(news);
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
        if let Some(News::Answered(reply)) = slots.take(ticket) {
            return Interrupted {
                reply: Some(reply),
                ..Interrupted::plain(error)
            };
        }
        let owed = if let (Some(recorder), Some(slot)) = (owed, slots.get(ticket)) {
            slot.waiter = Waiter::Gone(Arc::clone(recorder), OwedSample::ReportedByCaller);
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

    /// Nobody reports the sample of this call, whose waiter is gone: it is to be booked as cut, by how far the
    /// I/O thread says it had come.
    pub fn owe_cut(&self, ticket: Ticket) {
        if let Some(slot) = self.slots.lock().get(ticket)
            && let Waiter::Gone(_, sample) = &mut slot.waiter
        {
            *sample = OwedSample::Cut;
        }
    }

    /// The caller reports the sample as failed; the verdict learns whether the call was sent at all.
    pub fn owe_verdict(&self, ticket: Ticket, verdict: &LateVerdict) {
        if let Some(slot) = self.slots.lock().get(ticket)
            && let Waiter::Gone(_, sample) = &mut slot.waiter
        {
            *sample = OwedSample::Failed(verdict.clone());
        }
    }

    fn call_from_foreign_thread(
        &self,
        py: Python<'_>,
        command: impl FnOnce(Ticket) -> Command,
    ) -> Box<Reply> {
        let ticket = Ticket(FOREIGN | self.foreign_tickets.fetch_add(1, Ordering::Relaxed));
        let gate = Arc::new(Gate::default());
        self.inbox.gates.lock().insert(ticket.0, Arc::clone(&gate));
        self.engine.submit(&mut vec![command(ticket)]);
        py.detach(|| {
            let mut reply = gate.reply.lock();
            loop {
                if let Some(reply) = reply.take() {
                    return reply;
                }
                gate.opened.wait(&mut reply);
            }
        })
    }

    /// Hands a command over: at once, or with the batch that is being drained.
    fn send(&self, command: Command) {
        let mut outbox = self.outbox.lock();
        outbox.commands.push(command);
        if !outbox.draining {
            self.engine.submit(&mut outbox.commands);
        }
    }

    /// Parks the calling greenlet for `pause`; nothing or less lets everybody else run once.
    #[expect(
        clippy::disallowed_methods,
        reason = "a foreign native thread has no greenlets beside it"
    )]
    pub(super) fn sleep(&self, py: Python<'_>, pause: Duration) -> PyResult<()> {
        if this_thread() != self.script.thread {
            py.detach(|| std::thread::sleep(pause));
            return Ok(());
        }
        if pause.is_zero() {
            return self.yield_once(py);
        }
        let due = clock::instant() + pause;
        let ticket = self.open_slot(py)?;
        let parked = self.add_wait(py, ticket, due);
        match parked.and_then(|()| self.park(py, ticket)) {
            Ok(_) => {
                self.log_lag(Lag::Wake, due.elapsed());
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

    /// Lets the alarm ring for the first wait.
    pub(super) fn set_alarm(&self, py: Python<'_>) -> PyResult<()> {
        let due = self.waits.lock().first();
        self.alarm.set(py, due)?;
        self.waits.lock().set_for = due;
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
            let idler = self.script.idler.bind(py);
            idler.call_method1("start", (&self.script.resume_yielded,))?;
        }
        let hub = self.script.hub.bind(py);
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

    fn log_lag(&self, kind: Lag, lag: Duration) {
        if let Some(recorder) = &*self.recorder.lock() {
            recorder.log_lag(kind, lag);
        }
    }
}
