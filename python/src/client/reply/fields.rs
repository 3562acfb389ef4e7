//! An exchange as Python reads it: a response of the shim makes its fields from these on first read.
use std::time::{Duration, SystemTime};

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};
use pyo3::{PyTraverseError, PyVisit};
use rlocust_engine::http::{Dialect, Version};

use crate::client::reply::exchange::PyExchange;
use crate::client::reply::wire_text::{bytes, latin1, unfolded};

#[pymethods]
impl PyExchange {
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let labels = &self.labels;
        for object in [
            &labels.session,
            &labels.request_type,
            &labels.url,
            &labels.context,
        ] {
            visit.call(object)?;
        }
        visit.call(&labels.name)?;
        visit.call(&labels.prepared)?;
        visit.call(&self.asked.timeout)?;
        visit.call(&self.asked.empty_body)
    }

    #[getter]
    fn session(&self, py: Python<'_>) -> Py<PyAny> {
        self.labels.session.clone_ref(py)
    }

    #[getter]
    fn request_type(&self, py: Python<'_>) -> Py<PyAny> {
        self.labels.request_type.clone_ref(py)
    }

    /// The row's name: the explicit one, else path and query of the first request.
    #[getter]
    fn name(&self, py: Python<'_>) -> Py<PyAny> {
        if let Some(name) = &self.labels.name {
            return name.clone_ref(py);
        }
        match self.naming_request() {
            Some(sent) => PyString::new(py, sent.url.target()).into_any().unbind(),
            None => self.labels.url.clone_ref(py),
        }
    }

    #[getter]
    fn catch_response(&self) -> bool {
        self.labels.catch_response
    }

    #[getter]
    fn follows_redirects(&self) -> bool {
        self.labels.follows_redirects
    }

    #[getter]
    fn prepared(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        self.labels
            .prepared
            .as_ref()
            .map(|prepared| prepared.clone_ref(py))
    }

    /// The absolute URL before redirects; of a failed exchange: of the request that failed.
    #[getter]
    fn first_url(&self) -> PyResult<String> {
        if let Some(url) = &self.labels.first_url {
            return Ok(url.clone());
        }
        match self.naming_request() {
            Some(sent) => Ok(sent.url.as_str().to_owned()),
            None => Ok(self.sent(0)?.url.as_str().to_owned()),
        }
    }

    /// See `merged_context`; of `FastHttpSession` as it was before the call, of `HttpSession` after it.
    #[getter]
    fn context(&self, py: Python<'_>) -> Py<PyAny> {
        self.labels.context.clone_ref(py)
    }

    /// From the take-up by the I/O thread to the last body byte, ms.
    #[getter]
    fn response_time(&self) -> f64 {
        self.reply.timing.elapsed.as_secs_f64() * 1000.0
    }

    /// Seconds since 1970 at the start of the call.
    #[getter]
    fn start_time(&self) -> f64 {
        epoch_seconds(self.reply.timing.started)
    }

    /// Bytes of the decoded body; 0 for a failed exchange.
    #[getter]
    fn response_length(&self) -> usize {
        if self.is_failed() {
            0
        } else {
            self.body_length()
        }
    }

    #[getter]
    fn is_answered(&self) -> bool {
        !self.is_failed()
    }

    /// The status of the response; 0 for a failed exchange.
    #[getter]
    fn status_code(&self) -> u16 {
        self.status_of_answer().unwrap_or(0)
    }

    /// The decoded body of the response; None for a failed exchange.
    #[getter]
    fn content<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        if self.is_failed() {
            Ok(None)
        } else {
            self.partial_content(py)
        }
    }

    /// Whatever arrived of the body, also of a failed exchange.
    #[getter]
    fn partial_content<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyBytes>>> {
        let last = self.reply.hops.last();
        last.map(|hop| bytes(py, &hop.body)).transpose()
    }

    /// Number of the hop that the response is; of a failed exchange: of the request that failed.
    #[getter]
    fn last_hop(&self) -> usize {
        match &self.reply.unanswered {
            Some(_) => self.reply.hops.len(),
            None => self.reply.hops.len().saturating_sub(1),
        }
    }

    /// Whether there is a request that names the exchange.
    #[getter]
    fn has_request(&self) -> bool {
        self.naming_request().is_some()
    }

    /// Bytes of the body on the wire.
    fn wire_length(&self, hop: usize) -> PyResult<u64> {
        Ok(self.hop(hop)?.wire_length)
    }

    /// How many answers came, redirects included.
    #[getter]
    fn answers(&self) -> usize {
        self.reply.hops.len()
    }

    fn status(&self, hop: usize) -> PyResult<u16> {
        Ok(self.hop(hop)?.status)
    }

    /// `http.client`'s version number: 10 or 11.
    fn version(&self, hop: usize) -> PyResult<u8> {
        Ok(match self.hop(hop)?.version {
            Version::Http10 => 10,
            Version::Http11 => 11,
            Version::Http2 => 20,
        })
    }

    fn reason<'py>(&self, py: Python<'py>, hop: usize) -> PyResult<Bound<'py, PyString>> {
        Ok(latin1(py, self.hop(hop)?.head.reason()))
    }

    fn headers<'py>(&self, py: Python<'py>, hop: usize) -> PyResult<Pairs<'py>> {
        let head = &self.hop(hop)?.head;
        Ok(head
            .iter()
            .map(|(name, value)| (latin1(py, name), latin1(py, &unfolded(value))))
            .collect())
    }

    fn body<'py>(&self, py: Python<'py>, hop: usize) -> PyResult<Bound<'py, PyBytes>> {
        bytes(py, &self.hop(hop)?.body)
    }

    /// From the start of this hop's request to the end of its headers, seconds.
    fn elapsed(&self, hop: usize) -> PyResult<f64> {
        Ok(self.hop(hop)?.elapsed.as_secs_f64())
    }

    fn method<'py>(&self, py: Python<'py>, hop: usize) -> PyResult<Bound<'py, PyString>> {
        Ok(PyString::new(py, self.sent(hop)?.method.as_str()))
    }

    fn url<'py>(&self, py: Python<'py>, hop: usize) -> PyResult<Bound<'py, PyString>> {
        Ok(PyString::new(py, self.sent(hop)?.url.as_str()))
    }

    /// The headers of the request as sent, without a `Host` that belongs to the connection; as they
    /// would have been sent where there was no connection.
    fn request_headers<'py>(&self, py: Python<'py>, hop: usize) -> PyResult<Pairs<'py>> {
        let sent = self.sent(hop)?;
        if sent.head.is_empty() {
            return Ok(pairs(py, self.asked.headers.iter()));
        }
        let has_own_host = self.asked.headers.get("host").is_some();
        Ok(pairs(
            py,
            sent.headers()
                .filter(|(name, _)| has_own_host || !name.eq_ignore_ascii_case(b"host")),
        ))
    }

    /// Request line and headers as they went out.
    fn sent_head<'py>(&self, py: Python<'py>, hop: usize) -> PyResult<Bound<'py, PyString>> {
        Ok(latin1(py, &self.sent(hop)?.head))
    }

    /// The body of the request: text if it was given as text, None if there is none.
    fn request_body<'py>(
        &self,
        py: Python<'py>,
        hop: usize,
    ) -> PyResult<Option<Bound<'py, PyAny>>> {
        let sent = self.sent(hop)?;
        let is_still_asked = hop == 0 || sent.method == self.sent(0)?.method;
        Ok(match std::str::from_utf8(&sent.body) {
            _ if sent.body.is_empty() => (self.asked.empty_body.as_ref())
                .filter(|_| is_still_asked)
                .map(|given| given.bind(py).clone()),
            Ok(text) if self.asked.body_is_text => Some(PyString::new(py, text).into_any()),
            _ => Some(bytes(py, &sent.body)?.into_any()),
        })
    }

    /// The keywords of the `request` event, in the order in which each client has them.
    pub fn request_meta<'py>(&self, response: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyDict>> {
        let py = response.py();
        let meta = PyDict::new(py);
        let is_of_requests = self.labels.dialect == Dialect::Requests;
        meta.set_item(intern!(py, "request_type"), &self.labels.request_type)?;
        if is_of_requests {
            meta.set_item(intern!(py, "response_time"), self.response_time())?;
        }
        meta.set_item(intern!(py, "name"), self.name(py))?;
        meta.set_item(intern!(py, "context"), &self.labels.context)?;
        meta.set_item(intern!(py, "response"), response)?;
        meta.set_item(intern!(py, "exception"), py.None())?;
        meta.set_item(intern!(py, "start_time"), self.start_time())?;
        meta.set_item(intern!(py, "url"), self.first_url()?)?;
        meta.set_item(intern!(py, "response_length"), self.response_length())?;
        if !is_of_requests {
            meta.set_item(intern!(py, "response_time"), self.response_time())?;
        }
        Ok(meta)
    }

    /// Notes that the outcome of the exchange was given to the `request` event.
    fn reported(&self, is_failure: bool) {
        self.book_reported(is_failure);
    }
}

type Pairs<'py> = Vec<(Bound<'py, PyString>, Bound<'py, PyString>)>;

fn pairs<'py, 'a>(
    py: Python<'py>,
    lines: impl Iterator<Item = (&'a [u8], &'a [u8])>,
) -> Pairs<'py> {
    lines
        .map(|(name, value)| (latin1(py, name), latin1(py, value)))
        .collect()
}

fn epoch_seconds(moment: SystemTime) -> f64 {
    moment
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_secs_f64()
}
