//! Messages as bytes, for a script that looks at them.
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use rlocust_engine::cluster::{Message, written_message};

use crate::message_values::{from_python, to_python};

/// The bytes of a message; `TypeError` names what it cannot carry.
#[pyfunction]
pub fn pack_message<'py>(
    kind: &str,
    data: &Bound<'py, PyAny>,
    node_id: &str,
) -> PyResult<Bound<'py, PyBytes>> {
    let frame = written_message(kind, from_python(data)?, node_id);
    Ok(PyBytes::new(data.py(), &frame))
}

/// `(kind, data, node id)` of the bytes of a message; `ValueError` where they are none.
#[pyfunction]
pub fn unpack_message<'py>(
    py: Python<'py>,
    data: &[u8],
) -> PyResult<(String, Bound<'py, PyAny>, String)> {
    let message = Message::read(data);
    let message =
        message.map_err(|why| PyValueError::new_err(format!("no message of a node: {why}")))?;
    let value = to_python(py, &message.data)?;
    Ok((message.kind.to_owned(), value, message.node_id.to_owned()))
}
