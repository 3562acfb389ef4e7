//! What Python gives for a stream, as the engine's options.
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rlocust_engine::http::{TlsProfile, Url};
use rlocust_engine::sse::Options;
use rlocust_engine::stats::StreamLedger;

use crate::client::request::{proxies, tls};
use crate::websocket::moments::limit;

/// What Python gives for a stream.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Wanted {
    url: String,
    pub method: String,
    pub name: String,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
    connect_timeout: f64,
    read_timeout: f64,
    reconnect: u32,
    retry: f64,
    last_event_id: String,
    max_event_size: usize,
    max_queued_events: usize,
    verify: Option<Py<PyAny>>,
    cert: Option<Py<PyAny>>,
    proxies: Vec<proxies::Row>,
}

impl Wanted {
    /// `ValueError` for what no stream can be asked for with.
    pub fn options(self, py: Python<'_>, ledger: Arc<StreamLedger>) -> PyResult<Options> {
        let url = Url::parse(&self.url)
            .map_err(|why| PyValueError::new_err(format!("the URL `{}`: {why}", self.url)))?;
        let tls = self.tls(py)?;
        let body = Bytes::from(self.body);
        let options = Options::new(url, tls, &self.method, &self.headers, body, ledger);
        let mut options = options.map_err(|why| PyValueError::new_err(why.to_string()))?;
        let connect = limit("connect_timeout", self.connect_timeout)?;
        options.set_proxies(proxies::proxies(py, self.proxies));
        options.set_limits(connect, limit("timeout", self.read_timeout)?);
        if self.last_event_id.contains(['\r', '\n', '\0']) {
            let text = "`last_event_id` has a line end or a NUL, which no header can carry";
            return Err(PyValueError::new_err(text));
        }
        options.retry = Duration::try_from_secs_f64(self.retry)
            .map_err(|_| PyValueError::new_err("`retry`: give a number of seconds"))?;
        options.reconnect = self.reconnect;
        options.last_event_id = self.last_event_id;
        options.max_event = self.max_event_size;
        options.max_queued = self.max_queued_events;
        Ok(options)
    }

    fn tls(&self, py: Python<'_>) -> PyResult<Arc<TlsProfile>> {
        let verify = self.verify.as_ref().map(|given| given.bind(py));
        let cert = self.cert.as_ref().map(|given| given.bind(py));
        tls::profile(py, verify, cert)?.ok_or_else(|| {
            let text = "`verify` and `cert` must be files that can be read, of certificates and a key without a password";
            PyValueError::new_err(text)
        })
    }
}
