//! Values of messages as Python's, and back, as Locust's codec has them: a date is a map with a mark, an id of `MongoDB`
//! another one.
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyByteArray, PyBytes, PyDateAccess, PyDateTime, PyDict, PyFloat, PyInt, PyList,
    PyMemoryView, PyString, PyTimeAccess, PyTuple,
};
use rlocust_engine::cluster::{DATE_MARK, DATE_TEXT, Date, date_of};
use rmpv::{Value, ValueRef};

const ID_MARK: &str = "__ObjectId__";
/// As deep as the other side reads.
const DEEPEST: usize = 120;

/// What has come, as Python has it.
pub fn to_python<'py>(py: Python<'py>, value: &ValueRef<'_>) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        ValueRef::Nil => py.None().into_bound(py),
        ValueRef::Boolean(is_so) => PyBool::new(py, *is_so).to_owned().into_any(),
        ValueRef::Integer(whole) => match whole.as_i64() {
            Some(whole) => whole.into_pyobject(py)?.into_any(),
            None => whole.as_u64().into_pyobject(py)?.into_any(),
        },
        ValueRef::F32(real) => PyFloat::new(py, f64::from(*real)).into_any(),
        ValueRef::F64(real) => PyFloat::new(py, *real).into_any(),
        ValueRef::String(text) => PyString::new(py, text.as_str().unwrap_or_default()).into_any(),
        ValueRef::Binary(bytes) | ValueRef::Ext(_, bytes) => PyBytes::new(py, bytes).into_any(),
        ValueRef::Array(parts) => {
            let parts = parts.iter().map(|part| to_python(py, part));
            PyList::new(py, parts.collect::<PyResult<Vec<_>>>()?)?.into_any()
        }
        ValueRef::Map(pairs) => map_to_python(py, value, pairs)?,
    })
}

fn map_to_python<'py>(
    py: Python<'py>,
    map: &ValueRef<'_>,
    pairs: &[(ValueRef<'_>, ValueRef<'_>)],
) -> PyResult<Bound<'py, PyAny>> {
    if let Some(Ok(date)) = date_of(map) {
        let Date {
            year,
            month,
            day,
            hour,
            minute,
            second,
            microsecond,
        } = date;
        let date = PyDateTime::new(
            py,
            year,
            month,
            day,
            hour,
            minute,
            second,
            microsecond,
            None,
        );
        return Ok(date?.into_any());
    }
    let dict = PyDict::new(py);
    for (key, value) in pairs {
        dict.set_item(to_python(py, key)?, to_python(py, value)?)?;
    }
    if dict.contains(ID_MARK)?
        && let Ok(ids) = py.import("bson.objectid")
        && let Some(text) = dict.get_item(DATE_TEXT)?
        && let Ok(id) = ids.getattr("ObjectId")?.call1((text,))
    {
        return Ok(id);
    }
    Ok(dict.into_any())
}

/// What is to be sent; `TypeError` for what `MessagePack` cannot carry, which names it.
pub fn from_python(value: &Bound<'_, PyAny>) -> PyResult<Value> {
    converted(value, 0)
}

fn converted(value: &Bound<'_, PyAny>, depth: usize) -> PyResult<Value> {
    if depth > DEEPEST {
        return Err(PyTypeError::new_err(format!(
            "a message cannot nest deeper than {DEEPEST} levels"
        )));
    }
    if value.is_none() {
        return Ok(Value::Nil);
    }
    if let Ok(is_so) = value.cast::<PyBool>() {
        return Ok(is_so.is_true().into());
    }
    if let Ok(whole) = value.cast::<PyInt>() {
        return whole_number(whole);
    }
    if let Ok(real) = value.cast::<PyFloat>() {
        return Ok(real.value().into());
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_str()?.into());
    }
    if let Ok(bytes) = value.cast::<PyBytes>() {
        return Ok(bytes.as_bytes().into());
    }
    if value.is_instance_of::<PyByteArray>() || value.is_instance_of::<PyMemoryView>() {
        let bytes = value
            .call_method0("__bytes__")
            .or_else(|_| value.call_method0("tobytes"));
        return Ok(bytes?.cast::<PyBytes>()?.as_bytes().into());
    }
    container(value, depth)
}

fn container(value: &Bound<'_, PyAny>, depth: usize) -> PyResult<Value> {
    let list = |parts: Bound<'_, PyAny>| -> PyResult<Value> {
        let parts = parts.try_iter()?.map(|part| converted(&part?, depth + 1));
        Ok(Value::Array(parts.collect::<PyResult<_>>()?))
    };
    if value.is_instance_of::<PyList>() || value.is_instance_of::<PyTuple>() {
        return list(value.clone());
    }
    if let Ok(dict) = value.cast::<PyDict>() {
        let pairs = dict.iter();
        let pairs =
            pairs.map(|(key, value)| Ok((key_of(&key, depth)?, converted(&value, depth + 1)?)));
        return Ok(Value::Map(pairs.collect::<PyResult<_>>()?));
    }
    if let Ok(date) = value.cast::<PyDateTime>() {
        return Ok(marked(DATE_MARK, text_of_date(date)));
    }
    if is_object_id(value) {
        return Ok(marked(ID_MARK, value.str()?.to_string_lossy().into_owned()));
    }
    Err(PyTypeError::new_err(format!(
        "a message between nodes cannot carry {} of the type `{}`",
        shortened(value),
        value.get_type().fully_qualified_name()?,
    )))
}

fn key_of(key: &Bound<'_, PyAny>, depth: usize) -> PyResult<Value> {
    if key.is_instance_of::<PyTuple>() {
        return Err(PyTypeError::new_err(format!(
            "a message between nodes cannot carry the key {}: keys are texts or numbers",
            shortened(key),
        )));
    }
    converted(key, depth + 1)
}

fn whole_number(whole: &Bound<'_, PyInt>) -> PyResult<Value> {
    if let Ok(number) = whole.extract::<i64>() {
        return Ok(number.into());
    }
    let number = whole.extract::<u64>();
    number.map(Value::from).map_err(|_| {
        PyTypeError::new_err(format!(
            "a message between nodes cannot carry the number {}: it needs more than 64 bits",
            shortened(whole.as_any()),
        ))
    })
}

fn text_of_date(date: &Bound<'_, PyDateTime>) -> String {
    let date = Date {
        year: date.get_year(),
        month: date.get_month(),
        day: date.get_day(),
        hour: date.get_hour(),
        minute: date.get_minute(),
        second: date.get_second(),
        microsecond: date.get_microsecond(),
    };
    date.text()
}

fn marked(mark: &str, text: String) -> Value {
    Value::Map(vec![
        (mark.into(), true.into()),
        (DATE_TEXT.into(), text.into()),
    ])
}

/// Without importing what a suite has not imported.
fn is_object_id(value: &Bound<'_, PyAny>) -> bool {
    let name = value.get_type().fully_qualified_name();
    name.is_ok_and(|name| name == "bson.objectid.ObjectId")
}

fn shortened(value: &Bound<'_, PyAny>) -> String {
    let text = value.repr().map(|text| text.to_string_lossy().into_owned());
    let text = text.unwrap_or_else(|_| "a value".to_owned());
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("`{}…`", &text[..end]),
        None => format!("`{text}`"),
    }
}
