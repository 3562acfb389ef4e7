//! The hub's native half: parks greenlets, wakes them when the engine has news.
//!
//! One queue (`Inbox`) carries all news to the script thread; the first news of a batch rings one
//! eventfd, which is watched by gevent's loop. [`drain`] runs on gevent's hub greenlet, empties the
//! queue and switches straight into each waiting greenlet. Greenlets wait in numbered slots: index
//! and generation make a `Ticket`, so that late news for a killed waiter finds nobody and is dropped.
//! Who only lets others run once stands in a line of its own (`Yields`) until the loop's next turn.
//!
//! Rules of the switch stand in `greenlet.rs`. No lock of this file is held while Python code runs.
use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use parking_lot::{Condvar, Mutex};
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use rlocust_engine::clock;
use rlocust_engine::http::{
    Command, Decoders, Engine, EngineOptions, Outcome, Session, Sink, Ticket,
};
use rlocust_engine::model::Lag;
use rlocust_engine::stats::Recorder;
use slab::Slab;

use crate::bell::Bell;
use crate::greenlet::GreenletApi;

/// Submissions made while a batch is drained leave after this many resumptions …
const FLUSH_RESUMPTIONS: u32 = 32;
/// … or after this time, whichever is first; else users would march in convoy.
const FLUSH_TIME: Duration = Duration::from_micros(100);
/// A pass over the yielded greenlets leaves the rest to the loop's next turn after this time, which
/// is also how long gevent runs its own callbacks in one go: timers and sockets get their share.
const PASS_TIME: Duration = Duration::from_millis(5);
/// Tickets of native threads that are not the script thread carry this bit.
const FOREIGN: u64 = 1 << 63;

/// What the engine tells a waiter.
#[derive(Debug)]
pub enum News {
    Answered(Box<Outcome>),
    /// A wait is over.
    Woken,
}

/// News on its way from the I/O threads to the script thread.
struct Inbox {
    queue: Mutex<Vec<(Ticket, News)>>,
    rung: AtomicBool,
    bell: Bell,
    gates: Mutex<HashMap<u64, Arc<Gate>>>,
    /// What an I/O thread died of, if one did.
    death: Mutex<Option<String>>,
}

/// Where a foreign native thread waits, with the interpreter released.
#[derive(Default)]
struct Gate {
    news: Mutex<Option<News>>,
    opened: Condvar,
}

impl Inbox {
    fn deliver(&self, ticket: Ticket, news: News) {
        if ticket.0 & FOREIGN != 0 {
            if let Some(gate) = self.gates.lock().remove(&ticket.0) {
                *gate.news.lock() = Some(news);
                gate.opened.notify_one();
            }
            return;
        }
        self.queue.lock().push((ticket, news));
        self.ring();
    }

    fn ring(&self) {
        if !self.rung.swap(true, Ordering::AcqRel) {
            self.bell.ring();
        }
    }
}

impl Sink for Inbox {
    fn answered(&self, ticket: Ticket, outcome: Box<Outcome>) {
        self.deliver(ticket, News::Answered(outcome));
    }

    fn woken(&self, ticket: Ticket, _due: Instant) {
        self.deliver(ticket, News::Woken);
    }

    fn thread_died(&self, message: String) {
        *self.death.lock() = Some(message);
        self.ring();
    }
}

/// Who waits in a slot.
enum Waiter {
    Greenlet(Py<PyAny>),
    /// The waiter was thrown out in mid-call; its attempts are still owed to this recorder, and its sample
    /// where nobody else reports it.
    Gone(Arc<Recorder>, OwedSample),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum OwedSample {
    ReportedByCaller,
    Cut,
}

struct Slot {
    generation: u32,
    waiter: Waiter,
    news: Option<News>,
}

#[derive(Default)]
struct Slots {
    slab: Slab<Slot>,
    generation: u32,
}

impl Slots {
    fn open(&mut self, greenlet: Py<PyAny>) -> Ticket {
        self.generation = self.generation.wrapping_add(1) & 0x7fff_ffff;
        let generation = self.generation;
        let index = self.slab.insert(Slot {
            generation,
            waiter: Waiter::Greenlet(greenlet),
            news: None,
        });
        Ticket(u64::from(generation) << 32 | index as u64)
    }

    fn get(&mut self, ticket: Ticket) -> Option<&mut Slot> {
        let slot = self.slab.get_mut(index(ticket))?;
        (u64::from(slot.generation) == ticket.0 >> 32).then_some(slot)
    }

    fn close(&mut self, ticket: Ticket) -> Option<Slot> {
        self.get(ticket)?;
        Some(self.slab.remove(index(ticket)))
    }

    /// Takes the news out and closes the slot, if it has been filled.
    fn take(&mut self, ticket: Ticket) -> Option<News> {
        self.get(ticket)?.news.as_ref()?;
        self.close(ticket)?.news
    }
}

/// Greenlets that let others run once, numbered in the order they are resumed in.
#[derive(Default)]
struct Yields {
    line: VecDeque<Option<Py<PyAny>>>,
    /// So many were resumed or skipped so far; the number of the first in line.
    served: u64,
    is_watching: bool,
}

impl Yields {
    /// The number of the greenlet, and whether the loop has to be told that somebody stands in line.
    fn join(&mut self, greenlet: Py<PyAny>) -> (u64, bool) {
        self.line.push_back(Some(greenlet));
        let number = self.served + self.line.len() as u64 - 1;
        (number, !std::mem::replace(&mut self.is_watching, true))
    }

    /// Where the line ends now: who joins later has this number or a higher one.
    fn end(&self) -> u64 {
        self.served + self.line.len() as u64
    }

    /// The next greenlet numbered below `end`; those who left are skipped.
    fn serve(&mut self, end: u64) -> Option<Py<PyAny>> {
        while self.served < end {
            let first = self.line.pop_front()?;
            self.served += 1;
            if first.is_some() {
                return first;
            }
        }
        None
    }

    /// Takes a greenlet out that an exception made leave.
    fn leave(&mut self, number: u64) {
        let place = number
            .checked_sub(self.served)
            .and_then(|place| self.line.get_mut(place as usize));
        if let Some(place) = place {
            *place = None;
        }
    }

    fn len(&self) -> usize {
        self.line.iter().flatten().count()
    }
}

fn index(ticket: Ticket) -> usize {
    (ticket.0 & 0xffff_ffff) as usize
}

/// Commands on their way to the I/O threads.
struct Outbox {
    commands: Vec<Command>,
    /// Set while a batch is drained: then commands gather until a bound is reached.
    draining: bool,
}

/// One runtime: engine, queue and slots. A forked child makes its own.
pub struct Hub {
    api: GreenletApi,
    pub engine: Engine,
    inbox: Arc<Inbox>,
    slots: Mutex<Slots>,
    outbox: Mutex<Outbox>,
    yields: Mutex<Yields>,
    /// Address of the greenlet that came back last from a call or a wait, until it yields; only compared.
    has_parked: AtomicUsize,
    /// The recorder that gets the lag of waits: the newest runner's.
    recorder: Mutex<Option<Arc<Recorder>>>,
    foreign_tickets: AtomicU64,
    script: Script,
    watcher: Py<PyAny>,
    watcher_holds_loop: AtomicBool,
    pid: u32,
}

/// The thread that owns the interpreter's users, and its gevent hub.
struct Script {
    thread: usize,
    hub: Py<PyAny>,
    /// Calls `resume_yielded` once every turn of the loop while it is started.
    idler: Py<PyAny>,
    resume_yielded: Py<PyAny>,
}

static HUB: AtomicPtr<Hub> = AtomicPtr::new(std::ptr::null_mut());
static SCRIPT: PyOnceLock<(usize, Py<PyAny>)> = PyOnceLock::new();
/// Called with a message when an I/O thread has died.
static MOURNER: Mutex<Option<Py<PyAny>>> = Mutex::new(None);
static IO_THREADS: AtomicU64 = AtomicU64::new(0);

/// An address that differs between threads: cheaper than `std::thread::current().id()`.
fn this_thread() -> usize {
    thread_local!(static HERE: u8 = const { 0 });
    HERE.with(|here| std::ptr::from_ref(here) as usize)
}

/// Declares the calling thread, with its gevent hub, to be the script thread. The first call counts.
#[pyfunction]
pub fn bind_script_thread(py: Python<'_>) -> PyResult<()> {
    SCRIPT.get_or_try_init(py, || {
        let hub = py.import("gevent")?.call_method0("get_hub")?;
        Ok::<_, PyErr>((this_thread(), hub.unbind()))
    })?;
    Ok(())
}

/// Sets the number of I/O threads of the next runtime; 0 means one for every two cores.
#[pyfunction]
pub fn set_io_threads(count: u64) {
    IO_THREADS.store(count, Ordering::Relaxed);
}

/// The runtime of this process; started on first use, started anew in a forked child.
pub fn hub(py: Python<'_>) -> PyResult<&'static Hub> {
    // SAFETY: the pointer is null or a leaked box that is never freed, so it stays valid.
    let current = unsafe { HUB.load(Ordering::Acquire).as_ref() };
    match current {
        Some(hub) if hub.pid == std::process::id() => Ok(hub),
        stale => start(py, stale),
    }
}

/// Whether `runtime` is the address of this process's runtime.
pub fn is_current(runtime: usize) -> bool {
    HUB.load(Ordering::Acquire) as usize == runtime
}

/// Starts a runtime. One box per process is leaked: waiters hold no reference to count.
fn start(py: Python<'_>, stale: Option<&'static Hub>) -> PyResult<&'static Hub> {
    if let Some(parent) = stale {
        // The parent's eventfd and watcher came along through the fork; they are not ours to hear.
        parent.watcher.bind(py).call_method0("stop")?;
        parent.script.idler.bind(py).call_method0("stop")?;
    }
    bind_script_thread(py)?;
    let (thread, gevent_hub) = SCRIPT.get(py).expect("bound in the line above");
    let gevent_hub = gevent_hub.bind(py);
    let event_loop = gevent_hub.getattr("loop")?;
    let inbox = Arc::new(Inbox {
        queue: Mutex::default(),
        rung: AtomicBool::new(false),
        bell: Bell::new()
            .map_err(|e| PyRuntimeError::new_err(format!("no eventfd for the hub: {e}")))?,
        gates: Mutex::default(),
        death: Mutex::default(),
    });
    let engine = Engine::start(&options(py), Arc::clone(&inbox) as Arc<dyn Sink>)
        .map_err(|e| PyRuntimeError::new_err(format!("cannot start the I/O threads: {e}")))?;
    let watcher = event_loop.call_method1("io", (inbox.bell.descriptor(), 1))?;
    watcher.call_method1("start", (pyo3::wrap_pyfunction!(drain, py)?,))?;
    watcher.setattr("ref", false)?;
    let script = Script {
        thread: *thread,
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
        yields: Mutex::default(),
        has_parked: AtomicUsize::new(0),
        recorder: Mutex::default(),
        foreign_tickets: AtomicU64::new(0),
        script,
        watcher: watcher.unbind(),
        watcher_holds_loop: AtomicBool::new(false),
        pid: std::process::id(),
    }));
    HUB.store(hub, Ordering::Release);
    Ok(hub)
}

/// A watcher for the turns of the loop. Without the highest priority a busy socket would hold it up.
fn eager_idler<'py>(event_loop: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let idler = event_loop.call_method0("idle")?;
    let highest = event_loop.getattr("MAXPRI")?;
    idler.setattr("priority", highest)?;
    Ok(idler)
}

/// One I/O thread for every two cores, unless `set_io_threads` said otherwise.
fn options(py: Python<'_>) -> EngineOptions {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let io_threads = match IO_THREADS.load(Ordering::Relaxed) as usize {
        0 => (cores / 2).max(1),
        count => count,
    };
    // The clients decode zstd only where urllib3 has found a module for it.
    let has_zstd = py
        .import("urllib3.response")
        .and_then(|response| response.getattr("HAS_ZSTD")?.is_truthy());
    let decoders = Decoders {
        zstd: has_zstd.unwrap_or(false),
        ..Decoders::default()
    };
    let version = py
        .import("urllib3")
        .and_then(|urllib3| urllib3.getattr("__version__")?.extract::<String>());
    let fallback_user_agent = version.map_or_else(
        |_| "python-urllib3".to_owned(),
        |v| format!("python-urllib3/{v}"),
    );
    EngineOptions {
        io_threads,
        fallback_user_agent,
        decoders,
        ..EngineOptions::default()
    }
}

/// Why a wait ended without its news.
pub struct Interrupted {
    pub error: PyErr,
    /// The call had already been answered when the exception arrived.
    pub news: Option<News>,
    /// The call that the I/O thread still has to report on.
    pub owed: Option<Ticket>,
}

impl Interrupted {
    /// An error that no call is behind.
    pub fn plain(error: PyErr) -> Self {
        Self {
            error,
            news: None,
            owed: None,
        }
    }
}

impl Hub {
    /// Sends `command` (built with the ticket it must carry) and parks the caller until its news.
    ///
    /// An exception thrown into the wait (`GreenletExit`, `gevent.Timeout`) aborts the call; when
    /// `owed` is given, the attempts it made are booked there once the I/O thread has reported.
    pub fn call(
        &self,
        py: Python<'_>,
        owed: Option<&Arc<Recorder>>,
        session: Option<&Session>,
        command: impl FnOnce(Ticket) -> Command,
    ) -> Result<News, Interrupted> {
        let plain = Interrupted::plain;
        if this_thread() != self.script.thread {
            return Ok(self.call_from_foreign_thread(py, command));
        }
        let greenlet = self.waiting_greenlet(py).map_err(plain)?;
        let caller = greenlet.as_ptr() as usize;
        let ticket = self.slots.lock().open(greenlet.unbind());
        self.submit(py, command(ticket)).map_err(plain)?;
        let news = self
            .park(py, ticket)
            .map_err(|error| self.abandon(py, ticket, error, owed, session))?;
        self.has_parked.store(caller, Ordering::Relaxed);
        Ok(news)
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
        py: Python<'_>,
        ticket: Ticket,
        error: PyErr,
        owed: Option<&Arc<Recorder>>,
        session: Option<&Session>,
    ) -> Interrupted {
        let mut slots = self.slots.lock();
        if let Some(news) = slots.take(ticket) {
            return Interrupted {
                news: Some(news),
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
            session: session.cloned(),
        });
        // No news will come of a wait that is forgotten: perhaps the loop has nothing left to wait for.
        let error = self.release_loop_if_idle(py).err().unwrap_or(error);
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

    fn call_from_foreign_thread(
        &self,
        py: Python<'_>,
        command: impl FnOnce(Ticket) -> Command,
    ) -> News {
        let ticket = Ticket(FOREIGN | self.foreign_tickets.fetch_add(1, Ordering::Relaxed));
        let gate = Arc::new(Gate::default());
        self.inbox.gates.lock().insert(ticket.0, Arc::clone(&gate));
        self.engine.submit(&mut vec![command(ticket)]);
        py.detach(|| {
            let mut news = gate.news.lock();
            loop {
                if let Some(news) = news.take() {
                    return news;
                }
                gate.opened.wait(&mut news);
            }
        })
    }

    /// Hands a command over: at once, or with the batch that is being drained.
    fn submit(&self, py: Python<'_>, command: Command) -> PyResult<()> {
        if !self.watcher_holds_loop.load(Ordering::Relaxed) {
            // From now on gevent's loop has something to wait for.
            self.watcher.bind(py).setattr("ref", true)?;
            self.watcher_holds_loop.store(true, Ordering::Relaxed);
        }
        self.send(command);
        Ok(())
    }

    fn send(&self, command: Command) {
        let mut outbox = self.outbox.lock();
        outbox.commands.push(command);
        if !outbox.draining {
            self.engine.submit(&mut outbox.commands);
        }
    }

    /// Parks the calling greenlet for `pause`; nothing or less lets everybody else run once.
    fn sleep(&self, py: Python<'_>, pause: Duration) -> PyResult<()> {
        if pause.is_zero() && this_thread() == self.script.thread {
            return self.yield_once(py);
        }
        let due = clock::instant() + pause;
        match self.call(py, None, None, |ticket| Command::Wait { ticket, due }) {
            Ok(_) => {
                self.log_lag(Lag::Wake, due.elapsed());
                Ok(())
            }
            Err(interrupted) => Err(interrupted.error),
        }
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

    /// Resumes who stands in line now; who joins meanwhile waits for the loop's next turn.
    fn resume_yielded(&self, py: Python<'_>) -> PyResult<()> {
        let end = self.yields.lock().end();
        let mut pass = Pass::begin(self);
        let mut result = Ok(());
        while let Some(greenlet) = self.serve_yield(end) {
            result = result.and(self.switch_into(py, &greenlet));
            if pass.count(self) >= PASS_TIME {
                break;
            }
        }
        self.set_draining(false);
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
        self.script.idler.bind(py).call_method0("stop").map(drop)
    }

    fn log_lag(&self, kind: Lag, lag: Duration) {
        if let Some(recorder) = &*self.recorder.lock() {
            recorder.log_lag(kind, lag);
        }
    }

    /// Fills the slot of one waiter and switches into it. Runs on gevent's hub greenlet.
    fn resume(&self, py: Python<'_>, ticket: Ticket, news: News) -> PyResult<()> {
        let greenlet = {
            let mut slots = self.slots.lock();
            let Some(slot) = slots.get(ticket) else {
                return Ok(());
            };
            match &slot.waiter {
                Waiter::Greenlet(greenlet) => {
                    let greenlet = greenlet.clone_ref(py);
                    slot.news = Some(news);
                    greenlet
                }
                Waiter::Gone(recorder, sample) => {
                    let (recorder, sample) = (Arc::clone(recorder), *sample);
                    slots.close(ticket);
                    drop(slots);
                    if let News::Answered(outcome) = news {
                        crate::booking::book_attempts(&recorder, &outcome);
                        if sample == OwedSample::Cut {
                            crate::booking::book_cut(&recorder, &outcome);
                        }
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

    /// A greenlet ended with an exception nobody caught: gevent decides what that means.
    fn hand_to_gevent(&self, py: Python<'_>, greenlet: &Py<PyAny>, error: &PyErr) -> PyResult<()> {
        let value = error.value(py).clone();
        let arguments = (greenlet, error.get_type(py), value, error.traceback(py));
        self.script
            .hub
            .bind(py)
            .call_method1("handle_error", arguments)?;
        Ok(())
    }

    fn set_draining(&self, draining: bool) {
        let mut outbox = self.outbox.lock();
        outbox.draining = draining;
        if !draining && !outbox.commands.is_empty() {
            self.engine.submit(&mut outbox.commands);
        }
    }

    fn flush(&self) {
        let mut outbox = self.outbox.lock();
        if !outbox.commands.is_empty() {
            self.engine.submit(&mut outbox.commands);
        }
    }

    /// Resumes the waiters of a batch in order, flushing submissions within the bounds.
    fn resume_all(
        &self,
        py: Python<'_>,
        batch: impl Iterator<Item = (Ticket, News)>,
    ) -> PyResult<()> {
        let mut pass = Pass::begin(self);
        let mut result = Ok(());
        for (ticket, news) in batch {
            result = result.and(self.resume(py, ticket, news));
            pass.count(self);
        }
        self.set_draining(false);
        result
    }

    /// An I/O thread died: every run of this process is over, says the one who asked to be told.
    fn tell_death(&self, py: Python<'_>) -> PyResult<()> {
        let Some(message) = self.inbox.death.lock().take() else {
            return Ok(());
        };
        let mourner = MOURNER.lock().as_ref().map(|mourner| mourner.clone_ref(py));
        match mourner {
            Some(mourner) => mourner.bind(py).call1((message,)).map(drop),
            None => Err(PyRuntimeError::new_err(message)),
        }
    }

    /// Nobody waits any more: gevent's loop may end when nothing else holds it.
    fn release_loop_if_idle(&self, py: Python<'_>) -> PyResult<()> {
        if self.slots.lock().slab.is_empty()
            && self.watcher_holds_loop.swap(false, Ordering::Relaxed)
        {
            self.watcher.bind(py).setattr("ref", false)?;
        }
        Ok(())
    }
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

/// Callback of the eventfd watcher, on gevent's hub greenlet.
#[pyfunction]
fn drain(py: Python<'_>) -> PyResult<()> {
    let hub = hub(py)?;
    hub.inbox.bell.hush();
    hub.inbox.rung.store(false, Ordering::Release);
    let batch = std::mem::take(&mut *hub.inbox.queue.lock());
    let resumed = hub.resume_all(py, batch.into_iter());
    let told = hub.tell_death(py);
    resumed.and(told).and(hub.release_loop_if_idle(py))
}

/// Callback of the loop's turns, on gevent's hub greenlet, while greenlets let others run once.
#[pyfunction]
fn resume_yielded(py: Python<'_>) -> PyResult<()> {
    hub(py)?.resume_yielded(py)
}

/// Parks the calling greenlet for `seconds` (float); 0 or less lets every other ready greenlet run once.
///
/// The latter returns at once where they all had their turn since this one came back from a call or a wait.
///
/// Raises `ValueError` for NaN. Waits longer than a year end after a year.
#[pyfunction]
pub fn sleep(py: Python<'_>, seconds: f64) -> PyResult<()> {
    const LONGEST: f64 = 365.0 * 86_400.0;
    if seconds.is_nan() {
        return Err(PyValueError::new_err("cannot wait for `nan` seconds"));
    }
    hub(py)?.sleep(py, Duration::from_secs_f64(seconds.clamp(0.0, LONGEST)))
}

/// Names the recorder that gets the lag of waits.
#[pyfunction]
pub fn record_lag_in(
    py: Python<'_>,
    recorder: &Bound<'_, crate::recorder::PyRecorder>,
) -> PyResult<()> {
    *hub(py)?.recorder.lock() = Some(Arc::clone(&recorder.get().inner));
    Ok(())
}

/// Names the callable that is told, on gevent's hub greenlet, when an I/O thread has died: f(message).
#[pyfunction]
pub fn on_io_thread_death(callback: Py<PyAny>) {
    *MOURNER.lock() = Some(callback);
}

/// How many wait: parked and yielded greenlets, and killed calls that still owe their report.
#[pyfunction]
pub fn parked(py: Python<'_>) -> PyResult<usize> {
    let hub = hub(py)?;
    let yielded = hub.yields.lock().len();
    Ok(hub.slots.lock().slab.len() + yielded)
}

/// How many killed calls still owe the report of their attempts.
#[pyfunction]
pub fn owed(py: Python<'_>) -> PyResult<usize> {
    let slots = hub(py)?.slots.lock();
    Ok(slots
        .slab
        .iter()
        .filter(|(_, slot)| matches!(slot.waiter, Waiter::Gone(..)))
        .count())
}

/// Panics. The stress suite shows with it that a panic reaches the greenlet that caused it, alone.
#[cfg(debug_assertions)]
#[pyfunction]
pub fn panic_for_tests() {
    panic!("asked for by a test");
}
