//! The runtime's beginning: made on first use by the script thread, made anew in a forked child.
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use pyo3::exceptions::{PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::IntoPyDict;
use rlocust_engine::http::{Decoders, Engine, EngineOptions, Sink, fixed_address, own_address};

use super::alarm::Alarm;
use super::inbox::Inbox;
use super::park::{Hub, Outbox, Script};
use super::resume::{drain, end_waits, resume_yielded};
use crate::hub::ffi::silent_for;
use crate::hub::greenlet::GreenletApi;
use crate::hub::waker::Bell;

static HUB: AtomicPtr<Hub> = AtomicPtr::new(std::ptr::null_mut());
static SCRIPT: PyOnceLock<(usize, Py<PyAny>)> = PyOnceLock::new();
/// How often this process is the child of a fork.
static FORKS: AtomicU64 = AtomicU64::new(0);
static IO_THREADS: AtomicU64 = AtomicU64::new(0);
static NETWORK: Mutex<Network> = Mutex::new(Network::AS_IT_COMES);

/// How connections of the next runtime come about.
#[derive(Clone)]
struct Network {
    resolve: Vec<(String, u16, IpAddr)>,
    sources: Vec<IpAddr>,
    dns_ttl: Option<Duration>,
}

impl Network {
    const AS_IT_COMES: Self = Self {
        resolve: Vec::new(),
        sources: Vec::new(),
        dns_ttl: None,
    };
}

/// An address that differs between threads: cheaper than `std::thread::current().id()`.
pub(super) fn this_thread() -> usize {
    thread_local!(static HERE: u8 = const { 0 });
    HERE.with(|here| std::ptr::from_ref(here) as usize)
}

/// Declares the calling thread, with its gevent hub, to be the script thread. The first call counts.
#[pyfunction]
pub fn bind_script_thread(py: Python<'_>) -> PyResult<()> {
    SCRIPT.get_or_try_init(py, || {
        let in_child = [("after_in_child", pyo3::wrap_pyfunction!(has_forked, py)?)];
        py.import("os")?
            .call_method("register_at_fork", (), Some(&in_child.into_py_dict(py)?))?;
        let hub = py.import("gevent")?.call_method0("get_hub")?;
        Ok::<_, PyErr>((this_thread(), hub.unbind()))
    })?;
    Ok(())
}

/// Called by Python in a forked child, before anything else runs there.
#[pyfunction]
fn has_forked() {
    FORKS.fetch_add(1, Ordering::Relaxed);
}

/// Sets the number of I/O threads of the next runtime; 0 means one for every two cores.
#[pyfunction]
pub fn set_io_threads(count: u64) {
    IO_THREADS.store(count, Ordering::Relaxed);
}

/// Sets where connections of the next runtime go to and come from: words of `--resolve` and
/// `--source-address`, and the seconds that a name is kept. Raises `ValueError` for a word that means nothing,
/// with the option that it was given to.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "extracted from Python")]
pub fn set_network(
    resolve: Vec<String>,
    source_addresses: Vec<String>,
    dns_ttl: Option<u64>,
) -> PyResult<()> {
    let refused =
        |option: &str, problem: String| PyValueError::new_err(format!("{option}: {problem}"));
    let resolve: Result<_, _> = resolve.iter().map(|word| fixed_address(word)).collect();
    let sources: Result<_, _> = source_addresses
        .iter()
        .map(|word| own_address(word))
        .collect();
    *NETWORK.lock() = Network {
        resolve: resolve.map_err(|problem| refused("--resolve", problem))?,
        sources: sources.map_err(|problem| refused("--source-address", problem))?,
        dns_ttl: dns_ttl.map(Duration::from_secs),
    };
    Ok(())
}

/// Whether `--resolve` was given.
#[pyfunction]
pub fn has_fixed_addresses() -> bool {
    !NETWORK.lock().resolve.is_empty()
}

/// The first address that `--resolve` gives for a host and port.
#[pyfunction]
pub fn fixed_address_of(host: &str, port: u16) -> Option<String> {
    let network = NETWORK.lock();
    let found = network
        .resolve
        .iter()
        .find(|(own, at, _)| *at == port && own.eq_ignore_ascii_case(host));
    found.map(|(_, _, address)| address.to_string())
}

/// The runtime of this process; started on first use, started anew in a forked child.
pub fn hub(py: Python<'_>) -> PyResult<&'static Hub> {
    // SAFETY: the pointer is null or a leaked box that is never freed, so it stays valid.
    let current = unsafe { HUB.load(Ordering::Acquire).as_ref() };
    match current {
        Some(hub) if !hub.is_of_parent() => Ok(hub),
        stale => start(py, stale),
    }
}

impl Hub {
    /// Whether a fork has left this one to the parent: its I/O threads are not here, its alarm is shared.
    pub(super) fn is_of_parent(&self) -> bool {
        self.forks != FORKS.load(Ordering::Relaxed)
    }
}

/// Whether `runtime` is the address of this process's runtime.
pub fn is_current(runtime: usize) -> bool {
    HUB.load(Ordering::Acquire) as usize == runtime
}

/// Starts a runtime. One box per process is leaked: waiters hold no reference to count.
fn start(py: Python<'_>, stale: Option<&'static Hub>) -> PyResult<&'static Hub> {
    if let Some(parent) = stale {
        // The parent's descriptors and watchers came along through the fork; they are not ours to hear.
        parent.watcher.bind(py).call_method0("stop")?;
        parent.alarm.stop(py)?;
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
    let rung = pyo3::wrap_pyfunction!(end_waits, py)?;
    let alarm = Alarm::new(&event_loop, rung.as_any())?;
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
        waits: Mutex::default(),
        alarm,
        yields: Mutex::default(),
        has_parked: AtomicUsize::new(0),
        recorder: Mutex::default(),
        foreign_tickets: AtomicU64::new(0),
        script,
        watcher: watcher.unbind(),
        watcher_holds_loop: AtomicBool::new(false),
        forks: FORKS.load(Ordering::Relaxed),
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
    let network = NETWORK.lock().clone();
    let usual = EngineOptions::default();
    EngineOptions {
        io_threads,
        dns_ttl: network.dns_ttl.unwrap_or(usual.dns_ttl),
        resolve: network.resolve,
        sources: network.sources,
        fallback_user_agent,
        decoders,
        silent_for,
    }
}
