//! Numbers and names between Python and the sums: ints stay ints, and the suite's own bucketing function is
//! asked here when there is one.
use std::borrow::Cow;

use pyo3::exceptions::{PyOverflowError, PyTypeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt, PyString};
use rlocust_engine::model::{Bucket, Number};
use rlocust_engine::stats::bucket_of;

use crate::callback::Callback;

/// A bucketing function of the suite's own; nothing while Locust's rule holds.
static BUCKET_FUNCTION: Callback = Callback::unset();

/// Called by `locust.stats` whenever its `bucket_response_time` is assigned; `None` means Locust's own.
#[pyfunction]
pub fn set_bucket_function(function: Option<Py<PyAny>>) {
    BUCKET_FUNCTION.set(function);
}

/// Locust's bucket rule.
#[pyfunction]
pub fn bucket_response_time(response_time: &Bound<'_, PyAny>) -> PyResult<i64> {
    let time = number_from(response_time)?;
    refuse_unending(Some(time))?;
    Ok(bucket_of(time).as_f64() as i64)
}

/// No bucket holds an infinite time or one that is no number: Python's rounding refuses it.
pub(crate) fn refuse_unending(time: Option<Number>) -> PyResult<()> {
    match time.map(Number::as_f64) {
        Some(ms) if ms.is_nan() => {
            Err(PyValueError::new_err("cannot convert float NaN to integer"))
        }
        Some(ms) if ms.is_infinite() => Err(PyOverflowError::new_err(
            "cannot convert float infinity to integer",
        )),
        _ => Ok(()),
    }
}

pub(crate) fn has_bucket_function() -> bool {
    BUCKET_FUNCTION.is_set()
}

/// The bucket by the suite's function; nothing while Locust's rule holds.
pub(crate) fn bucket_by_suite(
    py: Python<'_>,
    response_time: Option<Number>,
) -> PyResult<Option<Bucket>> {
    let Some(time) = response_time else {
        return Ok(None);
    };
    if !has_bucket_function() {
        return Ok(None);
    }
    let Some(function) = BUCKET_FUNCTION.get(py) else {
        return Ok(None);
    };
    let bucket = function.bind(py).call1((number_to(py, time)?,))?;
    Ok(Some(Bucket(number_from(&bucket)?)))
}

/// A name or method: texts as they are, anything else as Python prints it.
pub(crate) fn text_of<'a>(value: &'a Bound<'_, PyAny>) -> PyResult<Cow<'a, str>> {
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(text.to_string_lossy());
    }
    Ok(value.str()?.to_string_lossy().into_owned().into())
}

pub(crate) fn optional_number(value: &Bound<'_, PyAny>) -> PyResult<Option<Number>> {
    if value.is_none() {
        return Ok(None);
    }
    number_from(value).map(Some)
}

pub(crate) fn number_from(value: &Bound<'_, PyAny>) -> PyResult<Number> {
    if let Ok(float) = value.cast::<PyFloat>() {
        return Ok(Number::Real(float.value()));
    }
    if value.is_instance_of::<PyInt>() {
        return match value.extract::<i64>() {
            Ok(whole) => Ok(Number::Whole(whole)),
            Err(_) => value.extract::<f64>().map(Number::Real),
        };
    }
    if let Ok(whole) = value.extract::<i64>() {
        return Ok(Number::Whole(whole));
    }
    let wrong_type = |_| {
        let kind = value
            .get_type()
            .name()
            .map_or_else(|_| "?".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!(
            "unsupported operand type(s) for +=: 'int' and '{kind}'"
        ))
    };
    value.extract::<f64>().map(Number::Real).map_err(wrong_type)
}

pub(crate) fn number_to(py: Python<'_>, number: Number) -> PyResult<Py<PyAny>> {
    Ok(match number {
        Number::Whole(value) => value.into_pyobject(py)?.into_any().unbind(),
        Number::Real(value) => value.into_pyobject(py)?.into_any().unbind(),
    })
}
