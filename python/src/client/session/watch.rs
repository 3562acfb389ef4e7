//! Whether classes have changed since they were last looked at, without a look at their attributes.
//!
//! Python notes for its own cache of attributes when a class changes: it takes the version from the class and from every
//! class that derives from it, and gives a new one when somebody looks up an attribute. So a class of ours is derived from
//! each that is watched, and nobody but us looks anything up there: while it has its version, nothing has changed.
use std::sync::atomic::{AtomicBool, Ordering};

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyType};

use crate::client::system::is_as_looked_up;

/// Some classes, and what was found there when they were last looked at.
pub struct Watch {
    derived: Vec<Py<PyType>>,
    found: AtomicBool,
}

impl Watch {
    /// Nothing where there is no class, or one that is not Python's usual kind, or a Python that does not note changes.
    pub fn of(py: Python<'_>, classes: &[Bound<'_, PyType>]) -> PyResult<Option<Self>> {
        let usual = py.get_type::<PyType>();
        let are_usual = classes.iter().all(|class| class.get_type().is(&usual));
        if classes.is_empty() || !are_usual || !notes_changes(py)? {
            return Ok(None);
        }
        let mut derived = Vec::new();
        for class in classes {
            // The class that derives from it stands for both.
            let is_base = classes
                .iter()
                .any(|other| !other.is(class) && other.is_subclass(class).unwrap_or(false));
            if !is_base {
                derived.push(derive(py, class)?.unbind());
            }
        }
        Ok(Some(Self {
            derived,
            found: AtomicBool::new(false),
        }))
    }

    /// What `look` finds in the classes now; it is asked only where one has changed.
    pub fn found(&self, py: Python<'_>, look: impl FnOnce() -> PyResult<bool>) -> PyResult<bool> {
        if (self.derived.iter()).all(|class| is_as_looked_up(class.bind(py))) {
            return Ok(self.found.load(Ordering::Relaxed));
        }
        self.found.store(false, Ordering::Relaxed);
        // Before the look: what changes during it shows the next time.
        for class in &self.derived {
            look_up(class.bind(py))?;
        }
        let found = look()?;
        self.found.store(found, Ordering::Relaxed);
        Ok(found)
    }
}

fn derive<'py>(py: Python<'py>, class: &Bound<'py, PyType>) -> PyResult<Bound<'py, PyType>> {
    let own = PyDict::new(py);
    own.set_item("__slots__", ())?;
    own.set_item("__module__", "rlocust._native")?;
    let derived = py.get_type::<PyType>().call1(("Watched", (class,), own))?;
    Ok(derived.cast_into()?)
}

/// Any attribute that a class has and its metaclass does not keep for itself.
fn look_up(class: &Bound<'_, PyType>) -> PyResult<()> {
    class.getattr(intern!(class.py(), "__init__")).map(drop)
}

/// Whether this Python notes changes as said above; newer ones may not.
fn notes_changes(py: Python<'_>) -> PyResult<bool> {
    static FOUND: PyOnceLock<bool> = PyOnceLock::new();
    FOUND
        .get_or_try_init(py, || {
            let class = derive(py, &py.get_type::<PyAny>())?;
            let derived = derive(py, &class)?;
            look_up(&derived)?;
            let before = is_as_looked_up(&derived);
            class.setattr("changed", true)?;
            look_up(&class)?;
            Ok(before && !is_as_looked_up(&derived))
        })
        .copied()
}
