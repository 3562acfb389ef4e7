//! A call under way: what is kept of it until its reply is there, and what is made of the reply then.
use std::sync::Arc;
use std::time::Instant;

use pyo3::prelude::*;
use rlocust_engine::http::{Method, Reply, Url};
use rlocust_engine::stats::{Recorder, SampleAccount};

use crate::client::fast::limits::Limits;
use crate::client::fast::{response, timeout};
use crate::client::reply::exchange::PyExchange;
use crate::client::reply::labels::{Asked, Labels};
use crate::client::session::sender;
use crate::hub::Interrupted;

/// What is known of a call while it is under way.
pub struct Pending {
    pub labels: Labels,
    pub asked: Asked,
    pub method: Method,
    pub url: Url,
    pub submitted: Instant,
    pub limits: Limits,
}

impl Pending {
    /// Makes the response and reports it.
    #[inline(never)] // not in the frame that is parked, see `Sender::send`
    pub fn conclude<'py>(
        self: Box<Self>,
        py: Python<'py>,
        sent: Result<Box<Reply>, Interrupted>,
        accounts: Option<&Arc<Recorder>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Self {
            labels,
            asked,
            method,
            url,
            submitted,
            limits,
        } = *self;
        let mut late = None;
        let (reply, timeout) = match sent {
            Ok(reply) => (reply, None),
            Err(interrupted) if timeout::is_gevent_timeout(py, &interrupted.error)? => {
                late = Some(timeout::late_failure(py, accounts, &interrupted)?);
                let reply = Box::new(Reply::given_up(method, url, submitted));
                (reply, Some(interrupted.error))
            }
            Err(interrupted) => return Err(sender::cut(py, accounts, interrupted)),
        };
        let account = match late {
            Some(late) => SampleAccount::open_late(accounts, late),
            None => SampleAccount::open(accounts),
        };
        let exchange = PyExchange::new(labels, asked, reply, account);
        response::conclude(exchange, limits, timeout, py)
    }
}
