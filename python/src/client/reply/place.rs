//! Where in the suite a call was made, for the one warning about samples that nobody reported.
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyString;

/// The shim's frames between a suite's line and the native call are never more than this.
const DEEPEST: usize = 12;

/// So many calls have their place noted in any case; it takes half a microsecond, and a suite that loses samples loses
/// some early. Those behind them have it noted from the first sample on that is lost without a place.
const NOTED_AT_FIRST: u32 = 100;

/// File and line of a call.
pub struct Place {
    file: Py<PyString>,
    line: u32,
}

/// The place of the first sample that was never reported and has one.
static FIRST: OnceLock<String> = OnceLock::new();
/// A sample was never reported, and nobody knows where.
static IS_ONE_LOST: AtomicBool = AtomicBool::new(false);
static NOTED: AtomicU32 = AtomicU32::new(0);

/// The place of a call, if its outcome is decided by the suite (`catch_response=True`) and it may be asked for.
pub fn if_decided_by_suite(py: Python<'_>, catch_response: bool) -> PyResult<Option<Place>> {
    if catch_response && is_wanted() {
        of_call(py)
    } else {
        Ok(None)
    }
}

fn is_wanted() -> bool {
    let noted = NOTED.load(Ordering::Relaxed);
    if noted < NOTED_AT_FIRST {
        NOTED.store(noted + 1, Ordering::Relaxed);
        return true;
    }
    IS_ONE_LOST.load(Ordering::Relaxed)
}

/// The suite's own line that led here: the nearest frame outside the shim. Nothing where it will not be asked for.
pub fn of_call(py: Python<'_>) -> PyResult<Option<Place>> {
    if FIRST.get().is_some() {
        return Ok(None);
    }
    let mut frame = this_frame(py)?.call0()?;
    for _ in 0..DEEPEST {
        let code = frame.getattr(intern!(py, "f_code"))?;
        let file = code
            .getattr(intern!(py, "co_filename"))?
            .cast_into::<PyString>()?;
        if !is_between(&file.to_cow()?) {
            let line = frame.getattr(intern!(py, "f_lineno"))?.extract()?;
            return Ok(Some(Place {
                file: file.unbind(),
                line,
            }));
        }
        frame = frame.getattr(intern!(py, "f_back"))?;
        if frame.is_none() {
            break;
        }
    }
    Ok(None)
}

/// `sys._getframe`.
fn this_frame(py: Python<'_>) -> PyResult<&Bound<'_, PyAny>> {
    static GET: PyOnceLock<Py<PyAny>> = PyOnceLock::new();
    GET.import(py, "sys", "_getframe")
}

/// Files that stand between a suite's line and the native call.
fn is_between(file: &str) -> bool {
    file.contains("_shim") || file.ends_with("contextlib.py") || file.ends_with("python_call.py")
}

/// A sample is lost that came of a call at this place.
pub fn note_as_unreported(place: Option<&Place>) {
    if FIRST.get().is_some() {
        return;
    }
    let Some(place) = place else {
        IS_ONE_LOST.store(true, Ordering::Relaxed);
        return;
    };
    Python::attach(|py| {
        let file = place.file.bind(py).to_string_lossy();
        FIRST.set(format!("{file}:{}", place.line)).ok();
    });
}

/// `file:line` of a call with `catch_response=True` whose sample was never reported, and whether it is the first one.
#[pyfunction]
pub fn place_of_unreported() -> Option<(String, bool)> {
    let is_first = !IS_ONE_LOST.load(Ordering::Relaxed);
    FIRST.get().map(|place| (place.clone(), is_first))
}
