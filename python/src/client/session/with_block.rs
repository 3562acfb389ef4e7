//! The `with` block around a response whose outcome the suite decides: entered and left natively while nothing about it
//! is unusual. Whatever else there is (a failure, an error of the suite, a field or method that somebody has set) goes by
//! the Python methods `_enter` and `_leave` of the response's class.
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyBool, PyDict, PyString, PyType};
use rlocust_engine::http::Dialect;

use crate::client::attributes::attributes_of;
use crate::client::reply::exchange::PyExchange;
use crate::client::session::originals::{Named, Originals};
use crate::client::session::report;

/// One client's class of responses in `with` blocks, and what its native way hangs on.
struct Known {
    class: Py<PyType>,
    /// What would have a say in the outcome, or be called, on the Python way.
    originals: Originals,
    /// Attributes of a response that have no say in its outcome.
    harmless: Vec<Py<PyString>>,
    /// Class of the response that listeners see, if that is another one.
    shown: Option<Py<PyType>>,
}

static REQUESTS: PyOnceLock<Known> = PyOnceLock::new();
static GHC: PyOnceLock<Known> = PyOnceLock::new();

fn known(py: Python<'_>, dialect: Dialect) -> Option<&Known> {
    match dialect {
        Dialect::Requests => REQUESTS.get(py),
        Dialect::Ghc => GHC.get(py),
    }
}

/// Called once for each client, when its module is imported. `shown` is the class of what listeners see.
#[pyfunction]
#[pyo3(signature = (cls, originals, harmless, shown=None))]
#[expect(clippy::needless_pass_by_value, reason = "arguments from Python")]
pub fn configure_with_block(
    cls: &Bound<'_, PyType>,
    originals: Vec<Named<'_>>,
    harmless: Vec<String>,
    shown: Option<Py<PyType>>,
) -> PyResult<()> {
    let py = cls.py();
    let of_client = if shown.is_none() { &REQUESTS } else { &GHC };
    let harmless = harmless.iter().map(|name| PyString::intern(py, name));
    let known = Known {
        class: cls.clone().unbind(),
        originals: Originals::note(cls, originals)?,
        harmless: harmless.map(Bound::unbind).collect(),
        shown,
    };
    of_client.set(py, known).ok();
    Ok(())
}

/// `__enter__` of such a response.
#[pyfunction]
pub fn enter_block<'py>(response: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let py = response.py();
    let own = attributes_of(response)?;
    let is_plain = exchange_in(&own)?.is_some_and(|exchange| {
        let labels = &exchange.get().labels;
        labels.catch_response && is_of_client(response, labels.dialect)
    });
    if !is_plain || own.contains(intern!(py, "_catch_response"))? {
        return response.call_method0(intern!(py, "_enter"));
    }
    own.set_item(intern!(py, "_entered"), true)?;
    Ok(response.clone())
}

/// `__exit__` of such a response.
#[pyfunction]
pub fn leave_block<'py>(
    response: &Bound<'py, PyAny>,
    exc: &Bound<'py, PyAny>,
    value: &Bound<'py, PyAny>,
    traceback: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let py = response.py();
    if exc.is_none()
        && let Some((exchange, is_said)) = succeeded(response)?
    {
        report_success(response, &exchange, is_said)?;
        return Ok(PyBool::new(py, true).to_owned().into_any());
    }
    response.call_method1(intern!(py, "_leave"), (exc, value, traceback))
}

fn exchange_in<'py>(own: &Bound<'py, PyDict>) -> PyResult<Option<Bound<'py, PyExchange>>> {
    let exchange = own.get_item(intern!(own.py(), "_exchange"))?;
    Ok(exchange.and_then(|exchange| exchange.cast_into().ok()))
}

fn is_of_client(response: &Bound<'_, PyAny>, dialect: Dialect) -> bool {
    known(response.py(), dialect).is_some_and(|known| response.get_type().is(&known.class))
}

/// The exchange behind a response that nobody says has failed, if that is all there is to its outcome, and whether the
/// suite said that it succeeded.
fn succeeded<'py>(
    response: &Bound<'py, PyAny>,
) -> PyResult<Option<(Bound<'py, PyExchange>, bool)>> {
    let py = response.py();
    let own = attributes_of(response)?;
    let Some(exchange) = exchange_in(&own)? else {
        return Ok(None);
    };
    let Some(known) = known(py, exchange.get().labels.dialect) else {
        return Ok(None);
    };
    if !response.get_type().is(&known.class)
        || exchange.get().reply.error.is_some()
        || !known.originals.is_intact(py)?
    {
        return Ok(None);
    }
    let mut status = exchange.get().status_of_answer();
    let mut is_said_so = false;
    for (name, value) in own.iter() {
        if name.is(intern!(py, "status_code")) {
            status = value.extract().ok();
        } else if name.is(intern!(py, "_manual_result")) {
            is_said_so = value.is(PyBool::new(py, true));
            if !is_said_so && !value.is_none() {
                return Ok(None);
            }
        } else if !known.harmless.iter().any(|harmless| name.is(harmless)) {
            return Ok(None);
        }
    }
    let is_good = match exchange.get().labels.dialect {
        Dialect::Requests => status.is_some_and(|status| status < 400),
        Dialect::Ghc => true, // others have an `error`, which is not harmless
    };
    Ok((is_said_so || is_good).then_some((exchange, is_said_so)))
}

fn report_success<'py>(
    response: &Bound<'py, PyAny>,
    exchange: &Bound<'py, PyExchange>,
    is_said: bool,
) -> PyResult<()> {
    let shown =
        known(response.py(), exchange.get().labels.dialect).and_then(|known| known.shown.as_ref());
    report::success(exchange, response, shown, is_said)
}

/// Whether a success may be reported past the response's Python methods.
pub fn is_intact(py: Python<'_>, dialect: Dialect) -> PyResult<bool> {
    match known(py, dialect) {
        Some(known) => known.originals.is_intact(py),
        None => Ok(false),
    }
}
