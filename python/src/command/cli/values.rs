//! Values of options as Python objects.
use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use rlocust_engine::config::Value;

pub fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::None => Ok(py.None().into_bound(py)),
        Value::Flag(flag) => flag.into_bound_py_any(py),
        Value::Integer(number) => number.into_bound_py_any(py),
        Value::Float(number) => number.into_bound_py_any(py),
        Value::Text(text) => text.into_bound_py_any(py),
        Value::File(name) => name.into_bound_py_any(py),
        Value::Words(words) => words.into_bound_py_any(py),
        Value::UserSettings(words) => {
            let lists: Vec<_> = words
                .iter()
                .map(|list| json_list(py, list))
                .collect::<PyResult<_>>()?;
            lists.into_bound_py_any(py)
        }
    }
}

/// Through Python's own `json`, so that numbers are what a suite would get from it.
pub fn json_list<'py>(py: Python<'py>, list: &[serde_json::Value]) -> PyResult<Bound<'py, PyAny>> {
    let text = serde_json::Value::Array(list.to_vec()).to_string();
    py.import("json")?.call_method1("loads", (text,))
}
