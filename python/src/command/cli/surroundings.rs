//! What lies around a command line, asked of a Python object.
use std::collections::HashMap;

use pyo3::prelude::*;
use rlocust_engine::cli::ParserEnv;
use rlocust_engine::config::{Entry, Setting};

/// An object with `variables` (a dict), `default_files` (a list of (name, text)), `read(path)` and `toml(text)`.
pub struct FromPython<'py> {
    object: Bound<'py, PyAny>,
    variables: HashMap<String, String>,
    default_files: Vec<(String, String)>,
}

impl<'py> FromPython<'py> {
    pub fn new(object: &Bound<'py, PyAny>) -> PyResult<Self> {
        Ok(Self {
            object: object.clone(),
            variables: object.getattr("variables")?.extract()?,
            default_files: object.getattr("default_files")?.extract()?,
        })
    }
}

impl ParserEnv for FromPython<'_> {
    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn default_files(&self) -> Vec<(String, String)> {
        self.default_files.clone()
    }

    fn read(&self, path: &str) -> Result<String, String> {
        let text = self
            .object
            .call_method1("read", (path,))
            .and_then(|text| text.extract());
        text.map_err(|error| message(self.object.py(), &error))
    }

    fn toml(&self, text: &str) -> Result<Vec<Entry>, String> {
        let table = self
            .object
            .call_method1("toml", (text,))
            .and_then(|table| entries(&table));
        table.map_err(|error| message(self.object.py(), &error))
    }
}

fn message(py: Python<'_>, error: &PyErr) -> String {
    error.value(py).to_string()
}

fn entries(table: &Bound<'_, PyAny>) -> PyResult<Vec<Entry>> {
    let mut entries = Vec::new();
    for pair in table.try_iter()? {
        let (key, value): (String, Bound<'_, PyAny>) = pair?.extract()?;
        let value = match value.extract::<String>() {
            Ok(text) => Setting::Text(text),
            Err(_) => Setting::List(value.extract()?),
        };
        entries.push(Entry { key, value });
    }
    Ok(entries)
}
