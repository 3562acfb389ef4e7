//! A value as `json.dumps` spells it, while it is made of exactly the types that `json` knows.
//!
//! Nothing is answered for anything else, nor for what `json` refuses or what lies deep: Python's encoder says what is
//! wrong with it. No code of Python's runs here, so that nothing changes while it is read.
use pyo3::PyTypeInfo;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyFloat, PyInt, PyList, PyString, PyTuple};
use rlocust_engine::report::{push_float, push_json_text};
use std::fmt::Write as _;

/// What becomes of floats that JSON has no number for.
#[derive(Clone, Copy, PartialEq)]
pub enum NotNumbers {
    /// `NaN`, `Infinity` and `-Infinity` (`allow_nan=True`).
    Spelled,
    Refused,
}

/// Deeper values are Python's, which counts its recursion and finds circles.
const DEEPEST: usize = 100;
/// Room for any number: the longest is an integer of 128 bits.
const LONGEST_NUMBER: usize = 48;

pub fn encoded(value: &Bound<'_, PyAny>, not_numbers: NotNumbers) -> Option<String> {
    let mut encoder = Encoder {
        text: String::new(),
        not_numbers,
    };
    encoder.value(value, DEEPEST)?;
    Some(encoder.text)
}

struct Encoder {
    text: String,
    not_numbers: NotNumbers,
}

impl Encoder {
    fn value(&mut self, value: &Bound<'_, PyAny>, depth: usize) -> Option<()> {
        if let Some(text) = exact::<PyString>(value) {
            self.string(text)
        } else if let Some(dict) = exact::<PyDict>(value) {
            self.dict(dict, depth.checked_sub(1)?)
        } else if let Some(list) = exact::<PyList>(value) {
            self.list(list.iter(), depth.checked_sub(1)?)
        } else if let Some(tuple) = exact::<PyTuple>(value) {
            self.list(tuple.iter(), depth.checked_sub(1)?)
        } else {
            self.scalar(value)
        }
    }

    fn scalar(&mut self, value: &Bound<'_, PyAny>) -> Option<()> {
        if let Some(whole) = exact::<PyInt>(value) {
            self.int(whole)
        } else if let Some(float) = exact::<PyFloat>(value) {
            self.float(float.value())
        } else if let Some(truth) = exact::<PyBool>(value) {
            self.push(if truth.is_true() { "true" } else { "false" })
        } else if value.is_none() {
            self.push("null")
        } else {
            None
        }
    }

    fn dict(&mut self, dict: &Bound<'_, PyDict>, depth: usize) -> Option<()> {
        if dict.is_empty() {
            return self.push("{}");
        }
        let mut before = "{";
        for (key, value) in dict {
            self.push(before)?;
            self.key(&key)?;
            self.push(": ")?;
            self.value(&value, depth)?;
            before = ", ";
        }
        self.push("}")
    }

    /// Numbers, truths and `None` are keys by their spelling.
    fn key(&mut self, key: &Bound<'_, PyAny>) -> Option<()> {
        if let Some(text) = exact::<PyString>(key) {
            return self.string(text);
        }
        self.push("\"")?;
        self.scalar(key)?;
        self.push("\"")
    }

    fn list<'py>(
        &mut self,
        items: impl Iterator<Item = Bound<'py, PyAny>>,
        depth: usize,
    ) -> Option<()> {
        let mut before = "[";
        for item in items {
            self.push(before)?;
            self.value(&item, depth)?;
            before = ", ";
        }
        self.push(if before == "[" { "[]" } else { "]" })
    }

    /// A text with lone surrogates is no text to Rust.
    fn string(&mut self, text: &Bound<'_, PyString>) -> Option<()> {
        push_json_text(&mut self.text, text.to_str().ok()?).ok()
    }

    fn int(&mut self, whole: &Bound<'_, PyInt>) -> Option<()> {
        self.text.try_reserve(LONGEST_NUMBER).ok()?;
        match whole.extract::<i64>() {
            Ok(whole) => write!(self.text, "{whole}").ok(),
            Err(_) => write!(self.text, "{}", whole.extract::<i128>().ok()?).ok(),
        }
    }

    fn float(&mut self, value: f64) -> Option<()> {
        self.text.try_reserve(LONGEST_NUMBER).ok()?;
        if value.is_finite() {
            push_float(&mut self.text, value);
            return Some(());
        }
        if self.not_numbers == NotNumbers::Refused {
            return None;
        }
        self.push(match value {
            f64::INFINITY => "Infinity",
            f64::NEG_INFINITY => "-Infinity",
            _ => "NaN",
        })
    }

    fn push(&mut self, text: &str) -> Option<()> {
        self.text.try_reserve(text.len()).ok()?;
        self.text.push_str(text);
        Some(())
    }
}

/// The value as what it is exactly; a subclass may say something else of itself.
fn exact<'a, 'py, T: PyTypeInfo>(value: &'a Bound<'py, PyAny>) -> Option<&'a Bound<'py, T>> {
    if !value.is_exact_instance_of::<T>() {
        return None;
    }
    value.cast_exact().ok()
}
