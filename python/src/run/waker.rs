//! The wake-up of the script thread by everything that belongs to runs: one descriptor for all runs of a process, so
//! that a program may make as many as it likes.
use std::io;
use std::sync::Arc;

use parking_lot::Mutex;
use pyo3::prelude::*;

use crate::hub::Waker;

/// With the process that made it: a forked child makes its own.
static WAKER: Mutex<Option<(u32, Arc<Waker>)>> = Mutex::new(None);

/// The waker of this process.
pub fn of_this_process() -> io::Result<Arc<Waker>> {
    let mut waker = WAKER.lock();
    if let Some((process, waker)) = &*waker
        && *process == std::process::id()
    {
        return Ok(Arc::clone(waker));
    }
    let own = Arc::new(Waker::new()?);
    *waker = Some((std::process::id(), Arc::clone(&own)));
    Ok(own)
}

/// The descriptor that becomes readable when some run has something to take.
#[pyfunction]
pub fn run_descriptor() -> PyResult<i32> {
    Ok(of_this_process()?.descriptor())
}

/// Makes the descriptor unreadable until there is something new; call it before taking.
#[pyfunction]
pub fn clear_run_descriptor() -> PyResult<()> {
    of_this_process()?.clear();
    Ok(())
}
