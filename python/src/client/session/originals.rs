//! What the native roads of both clients bypass, as it was when the shim was imported: while anybody has replaced
//! some of it (`responses`, `vcr`, instrumentation), calls go by the Python library, which has it called.
//!
//! This is looked at in every call. So it asks the dicts of the owners, without the search through their bases: those of
//! classes only once a class has changed, others at the place where the entry stood last.
use std::sync::atomic::{AtomicIsize, Ordering};

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyType};

use crate::client::session::watch::Watch;
use crate::client::system;

/// An owner (a class or a module) and the name of its attribute.
pub type Named<'py> = (Bound<'py, PyAny>, Bound<'py, PyString>);

/// An entry of a dict.
struct Entry {
    dict: Py<PyDict>,
    name: Py<PyString>,
    value: Py<PyAny>,
    /// The owner inherits it. Who puts the original back may leave it with the owner, too.
    is_inherited: bool,
    /// Where in the dict it stood last; below zero where that is not known.
    place: AtomicIsize,
}

pub struct Originals {
    of_classes: Vec<Entry>,
    watch: Option<Watch>,
    /// Of modules, and of objects with a dict of their own.
    of_others: Vec<Entry>,
    /// Methods of the session class itself.
    methods: Vec<(Py<PyString>, Py<PyAny>)>,
}

impl Originals {
    pub fn note(session: &Bound<'_, PyType>, named: Vec<Named<'_>>) -> PyResult<Self> {
        let mut methods = Vec::new();
        for (owner, name) in &named {
            // `request` is where a subclass begins and `super()` ends: the native road is below it.
            if let Ok(class) = owner.cast::<PyType>()
                && session.is_subclass(class)?
                && name != "request"
            {
                methods.push((name.clone().unbind(), session.getattr(name)?.unbind()));
            }
        }
        let originals = Self::of(session.py(), named)?;
        Ok(Self {
            methods,
            ..originals
        })
    }

    /// Of names that have nothing to do with the class of a session.
    pub fn of(py: Python<'_>, named: Vec<Named<'_>>) -> PyResult<Self> {
        let (mut of_classes, mut of_others) = (Vec::new(), Vec::new());
        let mut classes: Vec<Bound<'_, PyType>> = Vec::new();
        for (owner, name) in named {
            let name = PyString::intern(py, &name.to_cow()?);
            let value = owner.getattr(&name)?;
            let Ok(class) = owner.cast::<PyType>() else {
                let dict = owner.getattr("__dict__")?.cast_into::<PyDict>()?;
                of_others.push(Entry::new(dict, &name, &value)?);
                continue;
            };
            for class in class.mro() {
                let entry = Entry::new(dict_of(&class)?, &name, &value)?;
                let is_inherited = entry.is_inherited;
                of_classes.push(entry);
                if !is_inherited {
                    break;
                }
            }
            if !classes.iter().any(|known| known.is(class)) {
                classes.push(class.clone());
            }
        }
        Ok(Self {
            of_classes,
            watch: Watch::of(py, &classes)?,
            of_others,
            methods: Vec::new(),
        })
    }

    /// A subclass has a method of its own in the place of one that the native roads bypass.
    pub fn is_overridden_by(&self, class: &Bound<'_, PyType>) -> PyResult<bool> {
        for (name, method) in &self.methods {
            if !class.getattr(name)?.is(method) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Nobody has replaced what the native roads bypass.
    pub fn is_intact(&self, py: Python<'_>) -> PyResult<bool> {
        let look = || are_intact(py, &self.of_classes);
        let are_classes = match &self.watch {
            Some(watch) => watch.found(py, look)?,
            None => look()?,
        };
        Ok(are_classes && are_intact(py, &self.of_others)?)
    }
}

fn are_intact(py: Python<'_>, entries: &[Entry]) -> PyResult<bool> {
    for entry in entries {
        if !entry.is_intact(py)? {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Entry {
    fn new(
        dict: Bound<'_, PyDict>,
        name: &Bound<'_, PyString>,
        value: &Bound<'_, PyAny>,
    ) -> PyResult<Self> {
        Ok(Self {
            is_inherited: !dict.contains(name)?,
            place: AtomicIsize::new(-1),
            dict: dict.unbind(),
            name: name.clone().unbind(),
            value: value.clone().unbind(),
        })
    }

    fn is_intact(&self, py: Python<'_>) -> PyResult<bool> {
        let (dict, name) = (self.dict.bind(py), self.name.bind(py));
        let value = self.value.bind(py);
        let place = self.place.load(Ordering::Relaxed);
        if place >= 0 && system::is_at(dict, place, name, value) {
            return Ok(true);
        }
        let Some(now) = dict.get_item(name)? else {
            return Ok(self.is_inherited);
        };
        let place = system::place_of(dict, name).unwrap_or(-1);
        self.place.store(place, Ordering::Relaxed);
        Ok(now.is(value))
    }
}

/// The dict behind `__dict__` of a class, which is a view of it.
fn dict_of<'py>(class: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    let view = class.getattr("__dict__")?;
    let behind = class
        .py()
        .import("gc")?
        .call_method1("get_referents", (view,))?
        .cast_into::<PyList>()?;
    let dict = behind
        .iter()
        .find_map(|object| object.cast_into::<PyDict>().ok());
    dict.ok_or_else(|| PyTypeError::new_err(format!("{class} does not show its attributes")))
}
