//! The first exception object of each error row: Locust keeps the object, not its text.
//!
//! No Python object is made, called or dropped while they are locked: that may run Python code, which may come back for
//! the same lock.
use std::collections::HashMap;

use parking_lot::Mutex;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use rlocust_engine::stats::ErrorKey;

#[derive(Default)]
pub(super) struct ErrorObjects(Mutex<HashMap<ErrorKey, Py<PyAny>>>);

impl ErrorObjects {
    pub fn get(&self, py: Python<'_>, key: &ErrorKey) -> Option<Py<PyAny>> {
        let objects = self.0.lock();
        objects.get(key).map(|error| error.clone_ref(py))
    }

    pub fn put(&self, key: ErrorKey, error: Py<PyAny>) {
        let replaced = self.0.lock().insert(key, error);
        drop(replaced);
    }

    pub fn forget(&self, key: &ErrorKey) {
        let forgotten = self.0.lock().remove(key);
        drop(forgotten);
    }

    pub fn forget_all(&self) {
        let forgotten = std::mem::take(&mut *self.0.lock());
        drop(forgotten);
    }

    /// For the garbage collector, which may not wait.
    pub fn traverse(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Some(objects) = self.0.try_lock() else {
            return Ok(());
        };
        objects.values().try_for_each(|error| visit.call(error))
    }
}
