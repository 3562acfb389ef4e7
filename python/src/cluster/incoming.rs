//! What waits in a node's inbox, as tuples for the script.
use std::sync::Arc;

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use rlocust_engine::cluster::{Inbox, Incoming, Message, NodeError};
use rlocust_engine::liveness::Wake;

use crate::hub::Waker;
use crate::message_values::to_python;

/// `(source, kind, data, node id)`.
pub type Row<'py> = (&'static str, String, Bound<'py, PyAny>, String);

/// The oldest, `most` of them; the waker is rung again where more wait.
pub fn take<'py>(
    py: Python<'py>,
    inbox: &Inbox,
    waker: &Waker,
    most: usize,
) -> PyResult<Vec<Row<'py>>> {
    waker.clear();
    let (incoming, has_more) = inbox.take(most);
    if has_more {
        waker.wake();
    }
    incoming
        .into_iter()
        .filter_map(|incoming| row(py, incoming).transpose())
        .collect()
}

fn row(py: Python<'_>, incoming: Incoming) -> PyResult<Option<Row<'_>>> {
    Ok(match incoming {
        // It was read once on its way in: it can be.
        Incoming::Frame { frame, from } => match Message::read(&frame) {
            Ok(message) => {
                let data = to_python(py, &message.data)?;
                Some(("wire", message.kind.to_owned(), data, from.to_string()))
            }
            Err(_) => None,
        },
        Incoming::Node {
            kind,
            about,
            seconds,
        } => {
            let seconds = seconds.into_pyobject(py)?;
            Some(("node", kind.to_owned(), seconds, about.to_string()))
        }
    })
}

/// What wakes the script thread, and how a node rings it.
pub fn waker() -> PyResult<(Arc<Waker>, Arc<Wake>)> {
    let waker = Arc::new(Waker::new()?);
    let own = Arc::clone(&waker);
    Ok((waker, Arc::new(move || own.wake())))
}

/// `OSError` with the system's number and words, about an address.
pub fn os_error(error: &NodeError, host: &str, port: u16) -> PyErr {
    let words = format!("{error}: `{host}:{port}`");
    match error.number() {
        Some(number) => PyOSError::new_err((number, words)),
        None => PyOSError::new_err(words),
    }
}
