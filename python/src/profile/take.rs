//! Samples that were asked for, and the taking of them on the script thread.
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyTuple;
use rlocust_engine::clock;

use crate::profile::stacks::Stacks;

/// Innermost frames that are kept of a stack.
const DEEPEST: usize = 200;

/// Samples that nobody has taken yet.
static OWED: AtomicU64 = AtomicU64::new(0);
/// What is being made of samples; nothing while nobody profiles.
static STACKS: Mutex<Option<Stacks>> = Mutex::new(None);
/// What taking has cost the script thread, in nanoseconds.
static SPENT: AtomicU64 = AtomicU64::new(0);
static GET_FRAME: PyOnceLock<Py<PyAny>> = PyOnceLock::new();

/// Begins anew.
pub fn begin(py: Python<'_>) -> PyResult<()> {
    GET_FRAME.get_or_try_init(py, || {
        Ok::<_, PyErr>(py.import("sys")?.getattr("_getframe")?.unbind())
    })?;
    OWED.store(0, Ordering::Relaxed);
    SPENT.store(0, Ordering::Relaxed);
    *STACKS.lock() = Some(Stacks::default());
    Ok(())
}

/// The stacks so far; from now on nothing is taken.
pub fn end() -> Stacks {
    STACKS.lock().take().unwrap_or_default()
}

/// What taking samples has cost the script thread, in seconds.
pub fn spent() -> f64 {
    SPENT.load(Ordering::Relaxed) as f64 / 1e9
}

/// One more sample, to be taken when the script thread hears the signal that follows, or parks a greenlet.
pub fn ask() {
    OWED.fetch_add(1, Ordering::Relaxed);
}

/// The handler of that signal, as Python calls it between two bytecodes of its main thread.
#[pyfunction]
#[pyo3(signature = (*_arguments))]
pub fn take_sample(py: Python<'_>, _arguments: &Bound<'_, PyTuple>) {
    take_owed(py);
}

/// Takes the samples that are owed: all of them show where this thread is now. To be called before a greenlet is parked,
/// too, for the next bytecode will be another's.
pub fn take_owed(py: Python<'_>) {
    if OWED.load(Ordering::Relaxed) == 0 {
        return;
    }
    let begun = clock::instant();
    let weight = OWED.swap(0, Ordering::Relaxed);
    if let (Ok(frames), Some(mut stacks)) = (frames(py), STACKS.try_lock())
        && let Some(stacks) = stacks.as_mut()
    {
        stacks.count(frames, weight);
    }
    let spent = u64::try_from(begun.elapsed().as_nanos()).unwrap_or(u64::MAX);
    SPENT.fetch_add(spent, Ordering::Relaxed);
}

/// Code and line of each frame of the running greenlet, from the innermost.
fn frames(py: Python<'_>) -> PyResult<Vec<(Bound<'_, PyAny>, u32)>> {
    let Some(get_frame) = GET_FRAME.get(py) else {
        return Ok(Vec::new());
    };
    let mut frames = Vec::new();
    let mut frame = get_frame.bind(py).call0()?;
    while !frame.is_none() && frames.len() < DEEPEST {
        let line: Option<u32> = frame.getattr("f_lineno")?.extract()?;
        frames.push((frame.getattr("f_code")?, line.unwrap_or_default()));
        frame = frame.getattr("f_back")?;
    }
    Ok(frames)
}
