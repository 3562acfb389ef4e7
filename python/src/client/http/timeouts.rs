//! `timeout=` as `requests` reads it.
use std::time::Duration;

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyFloat, PyInt, PyTuple};
use rlocust_engine::http::Timeouts;

/// Seconds, or a (connect, read) pair of seconds or None. `None`: a form only urllib3 knows.
pub fn timeouts(timeout: Option<&Bound<'_, PyAny>>) -> PyResult<Option<Timeouts>> {
    let Some(timeout) = timeout.filter(|timeout| !timeout.is_none()) else {
        return Ok(Some(Timeouts::default()));
    };
    if let Ok(pair) = timeout.cast_exact::<PyTuple>() {
        if pair.len() != 2 {
            return Ok(None);
        }
        let (connect, read) = (limit(&pair.get_item(0)?)?, limit(&pair.get_item(1)?)?);
        return Ok(connect
            .zip(read)
            .map(|(connect, read)| Timeouts { connect, read }));
    }
    Ok(limit(timeout)?.map(|limit| Timeouts {
        connect: limit,
        read: limit,
    }))
}

#[expect(
    clippy::option_option,
    reason = "no limit and an unknown form are different things"
)]
fn limit(value: &Bound<'_, PyAny>) -> PyResult<Option<Option<Duration>>> {
    if value.is_none() {
        return Ok(Some(None));
    }
    let is_number =
        value.is_exact_instance_of::<PyFloat>() || value.is_exact_instance_of::<PyInt>();
    if !is_number || value.is_exact_instance_of::<PyBool>() {
        return Ok(None);
    }
    let seconds: f64 = value.extract()?;
    Ok((seconds > 0.0 && seconds < 1e9).then(|| Some(Duration::from_secs_f64(seconds))))
}
