//! What the interpreter knows and pyo3 does not hand on, all of it in the stable ABI. The room's `unsafe` stands here.
use std::ffi::c_ulong;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString, PyType};

/// Set once an attribute of a type was looked up, taken away when the type or one of its bases changes.
const HAS_VERSION: c_ulong = 1 << 19;

/// Whether nothing has changed in this type and its bases since an attribute of it was last looked up.
pub fn is_as_looked_up(class: &Bound<'_, PyType>) -> bool {
    // SAFETY: the pointer is that of a type, which the reference keeps alive.
    let flags = unsafe { ffi::PyType_GetFlags(class.as_type_ptr()) };
    flags & HAS_VERSION != 0
}

/// The `__dict__` of an object. Raises `AttributeError` for one without.
pub fn dict_of<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
    // SAFETY: the object lives; the answer is a reference of ours, or null with an exception set.
    let dict = unsafe {
        let dict = ffi::PyObject_GenericGetDict(object.as_ptr(), std::ptr::null_mut());
        Bound::from_owned_ptr_or_err(object.py(), dict)
    };
    Ok(dict?.cast_into()?)
}

/// Whether this very name stands at this place of the dict, with this value.
pub fn is_at(
    dict: &Bound<'_, PyDict>,
    place: isize,
    name: &Bound<'_, PyString>,
    value: &Bound<'_, PyAny>,
) -> bool {
    let is_it = |entry: Entry| entry.name == name.as_ptr() && entry.value == value.as_ptr();
    entry(dict, place).is_some_and(is_it)
}

/// The place of this very name in the dict.
pub fn place_of(dict: &Bound<'_, PyDict>, name: &Bound<'_, PyString>) -> Option<isize> {
    let mut place = 0;
    while let Some(entry) = entry(dict, place) {
        if entry.name == name.as_ptr() {
            return Some(place);
        }
        place = entry.next;
    }
    None
}

/// An entry of a dict, to be compared only: nothing keeps it alive.
struct Entry {
    name: *mut ffi::PyObject,
    value: *mut ffi::PyObject,
    /// The place after it.
    next: isize,
}

/// The first entry of the dict from this place on.
fn entry(dict: &Bound<'_, PyDict>, place: isize) -> Option<Entry> {
    let (mut name, mut value) = (std::ptr::null_mut(), std::ptr::null_mut());
    let mut next = place;
    // SAFETY: the dict lives, and the pointers lead to this frame; for a place past its entries the answer is 0.
    let is_there =
        unsafe { ffi::PyDict_Next(dict.as_ptr(), &raw mut next, &raw mut name, &raw mut value) };
    (is_there != 0).then_some(Entry { name, value, next })
}
