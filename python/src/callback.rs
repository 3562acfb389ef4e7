//! A callable that Python sets and takes away again, and that is asked for far more often than it is there.
use std::sync::atomic::{AtomicBool, Ordering};

use parking_lot::RwLock;
use pyo3::prelude::*;

/// Whether it is set costs one load to know.
pub(crate) struct Callback {
    is_set: AtomicBool,
    callable: RwLock<Option<Py<PyAny>>>,
}

impl Callback {
    pub(crate) const fn unset() -> Self {
        Self {
            is_set: AtomicBool::new(false),
            callable: RwLock::new(None),
        }
    }

    pub(crate) fn set(&self, callable: Option<Py<PyAny>>) {
        self.is_set.store(callable.is_some(), Ordering::Release);
        let replaced = std::mem::replace(&mut *self.callable.write(), callable);
        drop(replaced); // outside the lock: its destructor may run Python code
    }

    #[inline]
    pub(crate) fn is_set(&self) -> bool {
        self.is_set.load(Ordering::Acquire)
    }

    /// A share of it: it may be replaced while it runs.
    pub(crate) fn get(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        let callable = self.callable.read();
        callable.as_ref().map(|callable| callable.clone_ref(py))
    }
}
