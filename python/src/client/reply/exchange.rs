//! One finished HTTP exchange, as Python reads it: a response of the shim holds one of these and makes
//! its fields from it on first read. It also knows whether the exchange was reported, for the accounting.
use std::borrow::Cow;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use pyo3::exceptions::{PyIndexError, PyTypeError};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyMapping, PyString};
use pyo3::{PyTraverseError, PyVisit};
use rlocust_engine::http::{Headers, Hop, HttpError, Proxies, Reply, Sent, Version};
use rlocust_engine::model::Outcome as Class;
use rlocust_engine::stats::{Open, Recorder};

use crate::client::reply::place::Place;
use crate::stats::late::LateVerdict;

/// What the caller said about the call, kept for the report.
pub struct Labels {
    /// `HttpSession` or `FastHttpSession`.
    pub session: Py<PyAny>,
    /// The method as the suite spelt it: the row's type.
    pub request_type: Py<PyAny>,
    /// The row's name, if it does not follow from the answer.
    pub name: Option<Py<PyAny>>,
    /// The URL argument as given.
    pub url: Py<PyAny>,
    /// The absolute URL before redirects.
    pub first_url: Option<String>,
    pub context: Py<PyAny>,
    pub catch_response: bool,
    pub follows_redirects: bool,
    /// The `PreparedRequest` that was sent (road 2 of `HttpSession`).
    pub prepared: Option<Py<PyAny>>,
    /// Where the suite made the call; only for calls whose outcome it decides itself.
    pub place: Option<Place>,
}

/// The first request as it was handed to the engine: what a failed exchange can still tell of it.
pub struct Asked {
    pub headers: Headers,
    /// The body was given as text: its reader sees text again.
    pub body_is_text: bool,
    /// What was given in the place of a body, and came to nothing: `{}`.
    pub empty_body: Option<Py<PyAny>>,
    /// Time limits as they were given: a failure tells of them in the same spelling.
    pub timeout: Option<Py<PyAny>>,
    pub proxies: Option<Arc<Proxies>>,
}

/// `user.context()` under the context given with the call; without a user the given dict itself.
pub fn merged_context(session: &Bound<'_, PyAny>, own: &Bound<'_, PyAny>) -> PyResult<Py<PyAny>> {
    let py = session.py();
    let user = session.getattr(intern!(py, "user"))?;
    if !user.is_truthy()? {
        return Ok(own.clone().unbind());
    }
    let merged = PyDict::new(py);
    for part in [&user.call_method0(intern!(py, "context"))?, own] {
        let Ok(mapping) = part.cast::<PyMapping>() else {
            let kind = part.get_type().name()?;
            let text = format!("'{kind}' object is not a mapping");
            return Err(PyTypeError::new_err(text));
        };
        merged.update(mapping)?;
    }
    Ok(merged.into_any().unbind())
}

/// A finished exchange. Hop numbers count from 0; the last one is the response.
#[pyclass(frozen, name = "Exchange")]
pub struct PyExchange {
    pub labels: Labels,
    pub asked: Asked,
    /// On the heap: a switch copies the stack, so nothing large should lie there.
    pub reply: Box<Reply>,
    account: Option<(Arc<Recorder>, Open)>,
    is_reported: AtomicBool,
    /// The call was given up before the engine reported on it.
    pub late: Option<LateVerdict>,
}

impl PyExchange {
    pub fn new(
        labels: Labels,
        asked: Asked,
        reply: Box<Reply>,
        recorder: Option<Arc<Recorder>>,
    ) -> Self {
        let account = recorder.map(|recorder| {
            let open = recorder.open();
            (recorder, open)
        });
        Self {
            labels,
            asked,
            reply,
            account,
            is_reported: AtomicBool::new(false),
            late: None,
        }
    }

    /// Books the sample once, as reported; until then it is open.
    pub fn book(&self, class: Class) {
        if !self.is_reported.swap(true, Ordering::Relaxed)
            && let Some((recorder, open)) = &self.account
        {
            recorder.close(open, class);
        }
    }

    /// Adds what the exchange spent its time on to the row of its sample, which has just been logged; once.
    pub fn log_phases(&self, request_type: &str, name: &str) {
        if !self.is_reported.load(Ordering::Relaxed)
            && let Some((recorder, _)) = &self.account
        {
            recorder.log_phases(request_type, name, &self.reply.timing.phases());
        }
    }

    fn hop(&self, hop: usize) -> PyResult<&Hop> {
        self.reply
            .hops
            .get(hop)
            .ok_or_else(|| PyIndexError::new_err(format!("there is no hop {hop}")))
    }

    /// The request of a hop; after the answered hops comes the one that got no answer.
    fn sent(&self, hop: usize) -> PyResult<&Sent> {
        match self.reply.hops.get(hop) {
            Some(hop) => Ok(&hop.sent),
            None => self
                .reply
                .unanswered
                .as_ref()
                .ok_or_else(|| PyIndexError::new_err(format!("there is no request {hop}"))),
        }
    }

    /// The request that the reply is about: the unanswered one, else the last answered.
    pub fn last_sent(&self) -> Option<&Sent> {
        self.reply
            .unanswered
            .as_ref()
            .or_else(|| self.reply.hops.last().map(|hop| &hop.sent))
    }

    /// Whether the exchange ended without a usable answer, as `requests` sees it.
    fn is_failed(&self) -> bool {
        self.reply.error.is_some() || self.reply.hops.is_empty()
    }

    pub fn body_length(&self) -> usize {
        self.reply.hops.last().map_or(0, |hop| hop.body.len())
    }
}

impl Drop for PyExchange {
    fn drop(&mut self) {
        if *self.is_reported.get_mut() {
            return;
        }
        if let Some((recorder, open)) = &self.account {
            recorder.close(open, Class::Unreported);
        }
        if let Some(place) = &self.labels.place {
            Python::attach(|py| place.note_as_unreported(py));
        }
    }
}

/// Text of bytes from the wire, read as latin-1 as both clients do.
pub fn latin1<'py>(py: Python<'py>, bytes: &[u8]) -> Bound<'py, PyString> {
    match std::str::from_utf8(bytes) {
        Ok(text) if text.is_ascii() => PyString::new(py, text),
        _ => PyString::new(
            py,
            &bytes
                .iter()
                .map(|byte| char::from(*byte))
                .collect::<String>(),
        ),
    }
}

/// A header's value whose continuation lines are joined by one blank, as urllib3 joins them.
fn unfolded(value: &[u8]) -> Cow<'_, [u8]> {
    let Some(fold) = value.windows(2).position(|pair| pair == b"\r\n") else {
        return Cow::Borrowed(value);
    };
    let is_blank = |byte: &u8| matches!(byte, b' ' | b'\t');
    let before = value[..fold].iter().rposition(|byte| !is_blank(byte));
    let rest = &value[fold + 2..];
    let after = rest.iter().position(|byte| !is_blank(byte));
    let mut joined = value[..before.map_or(0, |at| at + 1)].to_vec();
    joined.push(b' ');
    joined.extend_from_slice(&unfolded(&rest[after.unwrap_or(rest.len())..]));
    Cow::Owned(joined)
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

fn body<'py>(py: Python<'py>, bytes: &Bytes) -> Bound<'py, PyBytes> {
    PyBytes::new(py, bytes)
}

pub fn epoch_seconds(moment: SystemTime) -> f64 {
    moment
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO)
        .as_secs_f64()
}

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
        match self.told_request() {
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
        match self.told_request() {
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
        if self.is_failed() {
            0
        } else {
            self.reply.hops.last().map_or(0, |hop| hop.status)
        }
    }

    /// The decoded body of the response; None for a failed exchange.
    #[getter]
    fn content<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        if self.is_failed() {
            None
        } else {
            self.reply.hops.last().map(|hop| body(py, &hop.body))
        }
    }

    /// Whatever arrived of the body, also of a failed exchange.
    #[getter]
    fn partial_content<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyBytes>> {
        self.reply.hops.last().map(|hop| body(py, &hop.body))
    }

    /// Number of the hop that the response is; of a failed exchange: of the request that failed.
    #[getter]
    fn last_hop(&self) -> usize {
        match &self.reply.unanswered {
            Some(_) => self.reply.hops.len(),
            None => self.reply.hops.len().saturating_sub(1),
        }
    }

    /// Whether there is a request that the exchange tells of.
    #[getter]
    fn has_request(&self) -> bool {
        self.told_request().is_some()
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
        Ok(body(py, &self.hop(hop)?.body))
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
            _ => Some(body(py, &sent.body).into_any()),
        })
    }

    /// Notes that the outcome of the exchange has been told to the `request` event.
    pub fn reported(&self, is_failure: bool) {
        self.book(match (is_failure, self.failed_before_send()) {
            (true, true) => Class::FailedBeforeSend,
            (true, false) => {
                (self.late.as_ref()).map_or(Class::Failed, LateVerdict::class_of_failure)
            }
            (false, _) => Class::Ok,
        });
    }
}

impl PyExchange {
    /// Nothing of the last request went out: refused, name not found, TLS.
    fn failed_before_send(&self) -> bool {
        let attempts = &self.reply.attempts;
        self.reply.error.is_some()
            && attempts.answered + attempts.failed_after_send + attempts.cut_after_send == 0
    }

    /// The request that names the exchange: the first one, or of a failed exchange the one that failed.
    fn told_request(&self) -> Option<&Sent> {
        let first = self.reply.hops.first().map(|hop| &hop.sent);
        match &self.reply.error {
            None => first,
            Some(HttpError::TooManyRedirects { .. }) => self.reply.hops.last().map(|hop| &hop.sent),
            // A body that broke after a good head has no request of its own, as under Locust.
            Some(_) => self.reply.unanswered.as_ref(),
        }
    }
}
