//! The runtime's beginning: made on first use by the script thread, made anew in a forked child. The callbacks of
//! gevent's loop stand here too, since they ask for the runtime like everybody else.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};

use parking_lot::Mutex;
use pyo3::exceptions::{PyOSError, PyRuntimeError};
use pyo3::prelude::*;
use rlocust_engine::http::{Engine, EngineOptions, Sink};
use rlocust_engine::liveness::WatchedThread;

use crate::hub::inbox::Inbox;
use crate::hub::network::engine_options;
use crate::hub::process::{forks, script_thread, this_thread};
use crate::hub::state::{Hub, MOST_FOREIGN, Outbox, ScriptThread};
use crate::hub::system::alarm::Alarm;
use crate::hub::system::greenlet::GreenletApi;
use crate::hub::system::signals::SignalsHeldBack;
use crate::hub::system::waker::Waker;

static HUB: AtomicPtr<Hub> = AtomicPtr::new(std::ptr::null_mut());
/// Who makes the runtime now. Locked with the interpreter held, so that no fork finds it locked.
static STARTER: Mutex<Option<Starter>> = Mutex::new(None);

/// A thread of a process, which it is not alone in: a forked child has none of its parent's threads.
#[derive(Clone, Copy, PartialEq)]
struct Starter {
    forks: u64,
    thread: usize,
}

/// While this lives the calling thread makes the runtime.
struct Start(Starter);

/// The runtime of this process; started on first use, started anew in a forked child.
pub fn hub(py: Python<'_>) -> PyResult<&'static Hub> {
    match started_hub() {
        Some(hub) => Ok(hub),
        None => start_once(py),
    }
}

/// The runtime of this process, if it has been started.
pub(super) fn started_hub() -> Option<&'static Hub> {
    newest_hub().filter(|hub| !hub.is_of_parent())
}

/// The I/O threads of this process's runtime; none before its start. From any thread.
pub fn io_threads() -> Vec<Arc<dyn WatchedThread>> {
    started_hub().map_or_else(Vec::new, |hub| hub.engine.threads())
}

fn newest_hub() -> Option<&'static Hub> {
    // SAFETY: the pointer is null or a leaked box that is never freed, so it stays valid.
    unsafe { HUB.load(Ordering::Acquire).as_ref() }
}

fn start_once(py: Python<'_>) -> PyResult<&'static Hub> {
    // First, because it may import modules, and with them run what lets go of this greenlet.
    let options = engine_options(py);
    let begun = Start::begin(py)?;
    match started_hub() {
        Some(hub) => Ok(hub),
        None => start(py, &options, begun.0.forks),
    }
}

impl Start {
    /// Two threads may make the first calls of a process at once, and starting lets go of the interpreter: the second one
    /// waits. `RuntimeError` where this thread is in the middle of it, in a signal handler for one.
    fn begin(py: Python<'_>) -> PyResult<Self> {
        let own = Starter {
            forks: forks(),
            thread: this_thread(),
        };
        loop {
            let mut starter = STARTER.lock();
            match *starter {
                Some(other) if other == own => {
                    let text = "a call in the middle of the start of the I/O threads";
                    return Err(PyRuntimeError::new_err(text));
                }
                Some(other) if other.forks == own.forks => {}
                _ => {
                    *starter = Some(own);
                    return Ok(Self(own));
                }
            }
            drop(starter);
            py.detach(std::thread::yield_now);
        }
    }
}

impl Drop for Start {
    fn drop(&mut self) {
        let mut starter = STARTER.lock();
        if *starter == Some(self.0) {
            *starter = None;
        }
    }
}

/// Starts a runtime. One box per process is leaked: waiters hold no reference to count.
fn start(py: Python<'_>, options: &EngineOptions, forks: u64) -> PyResult<&'static Hub> {
    if let Some(parent) = newest_hub() {
        leave_to_parent(py, parent)?;
    }
    let (thread, gevent_hub) = script_thread(py)?;
    let gevent_hub = gevent_hub.bind(py);
    let event_loop = gevent_hub.getattr("loop")?;
    let inbox = Arc::new(Inbox {
        queue: Mutex::default(),
        is_woken: AtomicBool::new(false),
        waker: Waker::new()
            .map_err(|e| PyRuntimeError::new_err(format!("no eventfd for the hub: {e}")))?,
        gates: Mutex::default(),
        death: Mutex::default(),
    });
    let held_back = SignalsHeldBack::new();
    let engine = Engine::start(options, Arc::clone(&inbox) as Arc<dyn Sink>).map_err(|e| {
        PyOSError::new_err(format!(
            "cannot start {} I/O threads: {e}",
            options.io_threads
        ))
    })?;
    drop(held_back);
    let watcher = event_loop.call_method1("io", (inbox.waker.descriptor(), 1))?;
    watcher.call_method1("start", (pyo3::wrap_pyfunction!(drain, py)?,))?;
    watcher.setattr("ref", false)?;
    let end_waits = pyo3::wrap_pyfunction!(end_waits, py)?;
    let alarm = Alarm::new(&event_loop, end_waits.as_any())?;
    let script_thread = ScriptThread {
        id: *thread,
        hub: gevent_hub.clone().unbind(),
        idler: eager_idler(&event_loop)?.unbind(),
        resume_yielded: pyo3::wrap_pyfunction!(resume_yielded, py)?
            .into_any()
            .unbind(),
    };
    let hub = Box::leak(Box::new(Hub {
        api: GreenletApi::import(py)?,
        engine,
        inbox,
        slots: Mutex::default(),
        outbox: Mutex::new(Outbox {
            commands: Vec::new(),
            draining: false,
        }),
        waits: Mutex::default(),
        alarm,
        yields: Mutex::default(),
        has_parked: AtomicUsize::new(0),
        recorder: Mutex::default(),
        foreign_tickets: AtomicU64::new(0),
        most_foreign: AtomicUsize::new(MOST_FOREIGN),
        script_thread,
        watcher: watcher.unbind(),
        watcher_holds_loop: AtomicBool::new(false),
        forks,
    }));
    if hub.is_of_parent() {
        // Python code that ran meanwhile has forked, and this is the child.
        leave_to_parent(py, hub)?;
        return self::hub(py);
    }
    HUB.store(hub, Ordering::Release);
    Ok(hub)
}

/// The parent's descriptors and watchers came along through the fork; they are not ours to watch.
fn leave_to_parent(py: Python<'_>, parent: &Hub) -> PyResult<()> {
    parent.watcher.bind(py).call_method0("stop")?;
    parent.alarm.stop(py)?;
    parent
        .script_thread
        .idler
        .bind(py)
        .call_method0("stop")
        .map(drop)
}

/// A watcher for the turns of the loop. Without the highest priority a busy socket would hold it up.
fn eager_idler<'py>(event_loop: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let idler = event_loop.call_method0("idle")?;
    let highest = event_loop.getattr("MAXPRI")?;
    idler.setattr("priority", highest)?;
    Ok(idler)
}

/// Callback of the waker's watcher, on gevent's hub greenlet.
#[pyfunction]
fn drain(py: Python<'_>) -> PyResult<()> {
    let hub = hub(py)?;
    hub.hand_over(py, hub.drain(py))
}

/// Callback of the alarm, on gevent's hub greenlet.
#[pyfunction]
fn end_waits(py: Python<'_>) -> PyResult<()> {
    let hub = hub(py)?;
    hub.hand_over(py, hub.end_waits(py))
}

/// Callback of the loop's turns, on gevent's hub greenlet, while greenlets let others run once.
#[pyfunction]
fn resume_yielded(py: Python<'_>) -> PyResult<()> {
    let hub = hub(py)?;
    hub.hand_over(py, hub.resume_yielded(py))
}
