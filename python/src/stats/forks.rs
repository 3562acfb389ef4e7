//! All recorders of the process, for the moment of a fork: none of their snapshots is being taken then, since the child
//! would inherit their locks and nobody who opens them.
use std::sync::{Arc, Weak};

use parking_lot::Mutex;
use pyo3::prelude::*;
use rlocust_engine::stats::Recorder;

static RECORDERS: Mutex<Vec<Weak<Recorder>>> = Mutex::new(Vec::new());
static HELD: Mutex<Vec<Arc<Recorder>>> = Mutex::new(Vec::new());

/// A recorder whose snapshots a fork waits for.
pub(super) fn add(recorder: &Arc<Recorder>) {
    let mut recorders = RECORDERS.lock();
    recorders.retain(|known| known.strong_count() > 0);
    recorders.push(Arc::downgrade(recorder));
}

/// Before a fork. The interpreter is released meanwhile: a snapshot may be another thread's that waits for it.
pub(crate) fn hold_snapshots(py: Python<'_>) {
    let recorders: Vec<_> = RECORDERS.lock().iter().filter_map(Weak::upgrade).collect();
    py.detach(|| {
        for recorder in &recorders {
            recorder.hold_snapshots();
        }
    });
    *HELD.lock() = recorders;
}

/// After a fork, on both sides.
pub(crate) fn release_snapshots() {
    let held = std::mem::take(&mut *HELD.lock());
    for recorder in held {
        recorder.release_snapshots();
    }
}
