//! A success on its way into the `request` event.
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyType};
use rlocust_engine::http::Dialect;
use rlocust_engine::model::Reported;

use crate::client::attributes::attributes_of;
use crate::client::reply::exchange::PyExchange;
use crate::client::reply::response;
use crate::client::session::destination::{self, Destination};

/// Reports it as both clients' Python methods do. Listeners see `response`, or one of class `shown` of its own; while they
/// look, one of `requests` whose outcome is not `said` by the suite has its name for a URL.
pub fn success<'py>(
    exchange: &Bound<'py, PyExchange>,
    response: &Bound<'py, PyAny>,
    shown: Option<&Py<PyType>>,
    is_said: bool,
) -> PyResult<()> {
    let session = exchange.get().labels.session.bind(exchange.py());
    let destination = destination::destination_of(session)?;
    match destination.only() {
        Some(recorder) => destination::record_success(recorder, exchange.get()),
        None => to_listeners(&destination, exchange, response, shown, is_said),
    }
}

/// The same where others listen besides the recorder.
pub fn to_listeners<'py>(
    destination: &Destination<'py>,
    exchange: &Bound<'py, PyExchange>,
    response: &Bound<'py, PyAny>,
    shown: Option<&Py<PyType>>,
    is_said: bool,
) -> PyResult<()> {
    let meta = match shown {
        Some(class) => exchange
            .get()
            .request_meta(&response::of_class(class, exchange)?)?,
        None => exchange.get().request_meta(response)?,
    };
    let fire = || destination.fire_success(exchange.get(), &meta);
    let fired = if exchange.get().labels.dialect == Dialect::Requests && !is_said {
        with_name_for_url(response, &meta, fire)?
    } else {
        fire()
    };
    settle(exchange, response, fired.is_ok())?;
    fired
}

fn with_name_for_url<T>(
    response: &Bound<'_, PyAny>,
    meta: &Bound<'_, PyDict>,
    fire: impl FnOnce() -> T,
) -> PyResult<T> {
    let py = response.py();
    let (own, field) = (attributes_of(response)?, intern!(py, "url"));
    let url = own.get_item(field)?;
    own.set_item(field, meta.get_item(intern!(py, "name"))?)?;
    let fired = fire();
    match url {
        Some(url) => own.set_item(field, url)?,
        None => own
            .call_method1(intern!(py, "pop"), (field, py.None()))
            .map(drop)?,
    }
    Ok(fired)
}

/// What is left to do when the listeners were called: one may have looked at the response's `request_meta`, which the
/// response has to let go of, or changed the outcome there.
fn settle(
    exchange: &Bound<'_, PyExchange>,
    response: &Bound<'_, PyAny>,
    is_reported: bool,
) -> PyResult<()> {
    let py = exchange.py();
    let looked_at = attributes_of(response)?.get_item(intern!(py, "request_meta"))?;
    let is_failure = match &looked_at {
        Some(meta) => meta.get_item(intern!(py, "exception"))?.is_truthy()?,
        None => false,
    };
    if is_reported {
        exchange.get().report(if is_failure {
            Reported::Failure
        } else {
            Reported::Success
        });
    }
    if looked_at.is_some() {
        py.import(intern!(py, "rlocust._clients.retention"))?
            .call_method1(intern!(py, "let_go"), (response,))?;
    }
    Ok(())
}
