//! Where in the suite a call was made, for the one warning about samples that nobody reported.
use std::sync::OnceLock;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyString;

/// The shim's frames between a suite's line and the native call are never more than this.
const DEEPEST: usize = 12;

/// File and line of a call.
pub struct Place {
    file: Py<PyString>,
    line: u32,
}

/// The place of the first sample that was never reported.
static FIRST: OnceLock<String> = OnceLock::new();

/// The place of a call, if its outcome is decided by the suite (`catch_response=True`).
pub fn if_decided_by_suite(py: Python<'_>, catch_response: bool) -> PyResult<Option<Place>> {
    if catch_response {
        of_call(py)
    } else {
        Ok(None)
    }
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

impl Place {
    /// Keeps this place as the first whose sample was not reported, if there is none yet.
    pub fn note_as_unreported(&self, py: Python<'_>) {
        if FIRST.get().is_none() {
            let file = self.file.bind(py).to_string_lossy();
            FIRST.set(format!("{file}:{}", self.line)).ok();
        }
    }
}

/// `file:line` of the first call with `catch_response=True` whose sample was never reported.
#[pyfunction]
pub fn first_unreported() -> Option<String> {
    FIRST.get().cloned()
}
