//! The end of a call: its response or failure, and its report.
use pyo3::intern;
use pyo3::prelude::*;
use rlocust_engine::http::{Dialect, HttpError, Reply};

use crate::client::fast::limits::Limits;
use crate::client::fast::shim::Shim;
use crate::client::reply::exchange::PyExchange;
use crate::client::reply::{failure, response};
use crate::client::session::destination::{self, Destination};
use crate::client::session::{report, with_block};

/// Makes the response and reports it. `timeout` is the `gevent.Timeout` that ended the call, if one did.
pub fn conclude(
    exchange: PyExchange,
    limits: Limits,
    timeout: Option<PyErr>,
    py: Python<'_>,
) -> PyResult<Bound<'_, PyAny>> {
    let shim = Shim::get(py);
    let catch_response = exchange.labels.catch_response;
    let is_success = exchange.reply.error.is_none() && has_good_status(shim, &exchange.reply);
    // Listeners may have come or gone during the call.
    let heard = if is_success && !catch_response {
        Some(destination::destination_of(
            exchange.labels.session.bind(py),
        )?)
    } else {
        None
    };
    let is_recorded = match heard.as_ref().and_then(Destination::only) {
        Some(recorder) => destination::record_success(recorder, &exchange).map(|()| true)?,
        None => false,
    };
    let exchange = Bound::new(py, exchange)?;
    let class = if catch_response {
        &shim.with_block
    } else {
        &shim.response
    };
    let response = response::of_class(class, &exchange)?;
    if !is_success {
        fail(&response, &exchange, limits, timeout)?;
    }
    if is_recorded || catch_response {
        return Ok(response);
    }
    match heard {
        Some(heard) if with_block::is_intact(py, Dialect::Ghc)? => {
            report::to_listeners(&heard, &exchange, &response, None, false)?;
        }
        _ => response
            .call_method0(intern!(py, "_report_exchange"))
            .map(drop)?,
    }
    Ok(response)
}

fn has_good_status(shim: &Shim, reply: &Reply) -> bool {
    reply
        .response()
        .is_some_and(|hop| shim.is_success(hop.status))
}

/// Gives the response its error: of the status, of the body, or of the whole exchange.
fn fail(
    response: &Bound<'_, PyAny>,
    exchange: &Bound<'_, PyExchange>,
    limits: Limits,
    timeout: Option<PyErr>,
) -> PyResult<()> {
    let py = response.py();
    let facts = failure::facts(exchange)?;
    let reply = &exchange.get().reply;
    // The body of a status that is an error is read inside the user agent: its faults leave no response.
    let is_in_body = reply.unanswered.is_none()
        && has_good_status(Shim::get(py), reply)
        && (reply.error.as_ref()).is_some_and(HttpError::is_of_body);
    facts.set_item("asked_url", &exchange.get().labels.first_url)?;
    facts.set_item("max_retries", limits.agent_retries)?;
    facts.set_item("max_redirects", limits.agent_redirects)?;
    facts.set_item("is_in_body", is_in_body)?;
    facts.set_item("original", timeout.map(|error| error.into_value(py)))?;
    response.call_method1(intern!(py, "_fail"), (facts,))?;
    Ok(())
}
