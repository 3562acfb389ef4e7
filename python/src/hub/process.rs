//! Which process and thread this is: the script thread with its gevent hub, and how often the process was forked.
use std::sync::atomic::{AtomicU64, Ordering};

use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::IntoPyDict;

use crate::stats::forks::{hold_snapshots, release_snapshots};

static SCRIPT: PyOnceLock<(usize, Py<PyAny>)> = PyOnceLock::new();
/// How often this process is the child of a fork.
static FORKS: AtomicU64 = AtomicU64::new(0);

/// An address that differs between threads: cheaper than `std::thread::current().id()`.
pub(super) fn this_thread() -> usize {
    thread_local!(static HERE: u8 = const { 0 });
    HERE.with(|here| std::ptr::from_ref(here) as usize)
}

/// Declares the calling thread, with its gevent hub, to be the script thread. The first call counts.
#[pyfunction]
pub fn bind_script_thread(py: Python<'_>) -> PyResult<()> {
    SCRIPT.get_or_try_init(py, || {
        watch_forks(py)?;
        let hub = py.import("gevent")?.call_method0("get_hub")?;
        Ok::<_, PyErr>((this_thread(), hub.unbind()))
    })?;
    Ok(())
}

/// The script thread and its gevent hub; the calling thread becomes it where there is none yet.
pub(super) fn script_thread(py: Python<'_>) -> PyResult<&(usize, Py<PyAny>)> {
    bind_script_thread(py)?;
    Ok(SCRIPT.get(py).expect("bound in the line above"))
}

/// Whether the caller is a native thread that is not the script thread.
pub(super) fn is_foreign_thread(py: Python<'_>) -> bool {
    SCRIPT
        .get(py)
        .is_some_and(|(script_thread, _)| *script_thread != this_thread())
}

fn watch_forks(py: Python<'_>) -> PyResult<()> {
    let callbacks = [
        ("before", pyo3::wrap_pyfunction!(will_fork, py)?),
        ("after_in_parent", pyo3::wrap_pyfunction!(goes_on, py)?),
        ("after_in_child", pyo3::wrap_pyfunction!(has_forked, py)?),
    ];
    py.import("os")?
        .call_method("register_at_fork", (), Some(&callbacks.into_py_dict(py)?))
        .map(drop)
}

#[pyfunction]
fn will_fork(py: Python<'_>) {
    hold_snapshots(py);
}

#[pyfunction]
fn goes_on() {
    release_snapshots();
}

/// Called by Python in a forked child, before anything else runs there.
#[pyfunction]
fn has_forked() {
    FORKS.fetch_add(1, Ordering::Relaxed);
    release_snapshots();
}

/// How often this process is the child of a fork.
pub(super) fn forks() -> u64 {
    FORKS.load(Ordering::Relaxed)
}
