//! What one runtime consists of, and the verbs that both sides of a wait use.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use parking_lot::Mutex;
use pyo3::prelude::*;
use rlocust_engine::http::{Command, Engine, Wake};
use rlocust_engine::stats::Recorder;

use crate::hub::inbox::Inbox;
use crate::hub::process::forks;
use crate::hub::queues::waits::Waits;
use crate::hub::queues::yields::Yields;
use crate::hub::slots::Slots;
use crate::hub::system::alarm::Alarm;
use crate::hub::system::greenlet::GreenletApi;

/// Foreign threads that may wait at a time: more than a machine usually grants a process.
pub(super) const MOST_FOREIGN: usize = 10_000;

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
    /// Foreign threads that may wait at a time.
    pub(super) most_foreign: AtomicUsize,
    pub(super) script_thread: ScriptThread,
    pub(super) watcher: Py<PyAny>,
    pub(super) watcher_holds_loop: AtomicBool,
    pub(super) forks: u64,
}

/// The thread that owns the interpreter's users, and its gevent hub.
pub(super) struct ScriptThread {
    pub id: usize,
    pub hub: Py<PyAny>,
    /// Calls `resume_yielded` once every turn of the loop while it is started.
    pub idler: Py<PyAny>,
    pub resume_yielded: Py<PyAny>,
}

impl Hub {
    /// Whether a fork has left this one to the parent: its I/O threads are not here, its alarm is shared.
    pub(super) fn is_of_parent(&self) -> bool {
        self.forks != forks()
    }

    /// Where those who wait for a connection are woken.
    pub fn wake(&self) -> Arc<dyn Wake> {
        Arc::clone(&self.inbox) as Arc<dyn Wake>
    }

    /// Hands a command over: at once, or with the batch that is being drained.
    pub fn send(&self, command: Command) {
        if self.is_of_parent() {
            return; // its threads are not here, and one of them may have held its inbox
        }
        let mut outbox = self.outbox.lock();
        outbox.commands.push(command);
        if !outbox.draining {
            self.engine.submit(&mut outbox.commands);
        }
    }

    pub(super) fn set_draining(&self, draining: bool) {
        if self.is_of_parent() {
            return;
        }
        let mut outbox = self.outbox.lock();
        outbox.draining = draining;
        if !draining && !outbox.commands.is_empty() {
            self.engine.submit(&mut outbox.commands);
        }
    }

    pub(super) fn flush(&self) {
        if self.is_of_parent() {
            return;
        }
        let mut outbox = self.outbox.lock();
        if !outbox.commands.is_empty() {
            self.engine.submit(&mut outbox.commands);
        }
    }

    /// Sets the alarm for the first wait.
    pub(super) fn set_alarm(&self, py: Python<'_>) -> PyResult<()> {
        let due = self.waits.lock().first();
        self.alarm.set(py, due)?;
        self.waits.lock().set_for = due;
        Ok(())
    }

    /// Nobody waits any more: gevent's loop may end when nothing else holds it.
    pub(super) fn release_loop_if_idle(&self, py: Python<'_>) -> PyResult<()> {
        if self.slots.lock().slab.is_empty()
            && self.watcher_holds_loop.swap(false, Ordering::Relaxed)
        {
            self.watcher.bind(py).setattr("ref", false)?;
        }
        Ok(())
    }
}
