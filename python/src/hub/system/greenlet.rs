//! greenlet's C API, the one place where a stack is switched.
//!
//! greenlet copies the running C stack away on a switch. So nothing may point into a suspended Rust
//! frame: no borrow, lock guard or scoped thread is alive across [`GreenletApi::switch`]; results
//! pass through the hub's slots on the heap. Never call it inside `py.detach`: pyo3 counts attach
//! depth per thread, and a detached closure that attaches and switches ends in an abort.
use std::ffi::c_void;

use pyo3::exceptions::PyImportError;
use pyo3::prelude::*;
use pyo3::{PyErr, ffi};

/// Positions in the table that the capsule `greenlet._C_API` points to (greenlet 1.0 and later).
const GET_CURRENT: usize = 4;
const SWITCH: usize = 6;

type GetCurrent = unsafe extern "C" fn() -> *mut ffi::PyObject;
type Switch = unsafe extern "C" fn(
    *mut ffi::PyObject,
    *mut ffi::PyObject,
    *mut ffi::PyObject,
) -> *mut ffi::PyObject;

/// The two entries of greenlet's C API that the hub needs.
#[derive(Clone, Copy)]
pub struct GreenletApi {
    get_current: GetCurrent,
    switch: Switch,
}

impl GreenletApi {
    /// Loads the capsule. Raises `ImportError` when greenlet is missing or exports no C API.
    pub fn import(py: Python<'_>) -> PyResult<Self> {
        py.import("greenlet")?;
        // SAFETY: the name is a NUL-terminated literal and the interpreter is attached.
        let table = unsafe { ffi::PyCapsule_Import(c"greenlet._C_API".as_ptr(), 0) };
        if table.is_null() {
            return Err(PyErr::take(py)
                .unwrap_or_else(|| PyImportError::new_err("greenlet exports no C API")));
        }
        let table = table.cast::<*const c_void>();
        // SAFETY: the capsule holds a static table of at least 12 pointers; entries 4 and 6 are
        // PyGreenlet_GetCurrent and PyGreenlet_Switch with exactly these signatures.
        unsafe {
            Ok(Self {
                get_current: std::mem::transmute::<*const c_void, GetCurrent>(
                    *table.add(GET_CURRENT),
                ),
                switch: std::mem::transmute::<*const c_void, Switch>(*table.add(SWITCH)),
            })
        }
    }

    /// The running greenlet.
    pub fn current<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        // SAFETY: attached; the function returns a new reference or NULL with an exception set.
        unsafe { Bound::from_owned_ptr_or_err(py, (self.get_current)()) }
    }

    /// Switches into `target` and returns when somebody switches back here.
    ///
    /// Errors are exceptions thrown into this greenlet (`GreenletExit`, `gevent.Timeout`, …) or,
    /// where `target` died, what its parent chain raised.
    pub fn switch(&self, py: Python<'_>, target: &Bound<'_, PyAny>) -> PyResult<()> {
        // SAFETY: `target` is a live greenlet; NULL arguments mean a switch without a value. No
        // Rust borrow that outlives this call points into the stack (see the head of this file).
        let answer =
            unsafe { (self.switch)(target.as_ptr(), std::ptr::null_mut(), std::ptr::null_mut()) };
        if answer.is_null() {
            return Err(PyErr::fetch(py));
        }
        // SAFETY: a new reference, ours to release.
        unsafe { ffi::Py_DECREF(answer) };
        Ok(())
    }
}
