//! What the native roads of both clients bypass, as it was when the shim was imported: while anybody has replaced
//! some of it (`responses`, `vcr`, instrumentation), calls go by the Python library, which has it called.
//!
//! This is looked at in every call. So it asks the dicts of the owners, without the search through their bases.
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList, PyString, PyType};

/// An owner (a class or a module) and the name of its attribute.
pub type Named<'py> = (Bound<'py, PyAny>, Bound<'py, PyString>);

/// An entry of a dict.
struct Entry {
    dict: Py<PyDict>,
    name: Py<PyString>,
    value: Py<PyAny>,
    /// The owner inherits it. Who puts the original back may leave it with the owner, too.
    is_inherited: bool,
}

pub struct Originals {
    entries: Vec<Entry>,
    /// Methods of the session class itself.
    methods: Vec<(Py<PyString>, Py<PyAny>)>,
}

impl Originals {
    pub fn note(session: &Bound<'_, PyType>, named: Vec<Named<'_>>) -> PyResult<Self> {
        let mut originals = Self::none();
        for (owner, name) in named {
            originals.note_name(&owner, &name)?;
            // `request` is where a subclass begins and `super()` ends: the native road is below it.
            if let Ok(class) = owner.cast::<PyType>()
                && session.is_subclass(class)?
                && name != "request"
            {
                let method = session.getattr(&name)?.unbind();
                originals.methods.push((name.unbind(), method));
            }
        }
        Ok(originals)
    }

    /// Of names that have nothing to do with the class of a session.
    pub fn of(named: Vec<Named<'_>>) -> PyResult<Self> {
        let mut originals = Self::none();
        for (owner, name) in named {
            originals.note_name(&owner, &name)?;
        }
        Ok(originals)
    }

    fn none() -> Self {
        Self {
            entries: Vec::new(),
            methods: Vec::new(),
        }
    }

    fn note_name(&mut self, owner: &Bound<'_, PyAny>, name: &Bound<'_, PyString>) -> PyResult<()> {
        let value = owner.getattr(name)?;
        let Ok(class) = owner.cast::<PyType>() else {
            let dict = owner.getattr("__dict__")?.cast_into::<PyDict>()?;
            self.note_entry(dict, name, &value)?;
            return Ok(());
        };
        for class in class.mro() {
            if self.note_entry(dict_of(&class)?, name, &value)? {
                break;
            }
        }
        Ok(())
    }

    /// Answers whether the dict has such an entry.
    fn note_entry(
        &mut self,
        dict: Bound<'_, PyDict>,
        name: &Bound<'_, PyString>,
        value: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let is_there = dict.contains(name)?;
        self.entries.push(Entry {
            dict: dict.unbind(),
            name: name.clone().unbind(),
            value: value.clone().unbind(),
            is_inherited: !is_there,
        });
        Ok(is_there)
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
        for entry in &self.entries {
            let is_intact = match entry.dict.bind(py).get_item(&entry.name)? {
                Some(now) => now.is(&entry.value),
                None => entry.is_inherited,
            };
            if !is_intact {
                return Ok(false);
            }
        }
        Ok(true)
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
