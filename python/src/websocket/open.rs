//! What Python gives for a connection, as the engine's options.
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rlocust_engine::http::{TlsProfile, Url};
use rlocust_engine::websocket::Options;

use crate::client::request::{proxies, tls};

use super::moments::limit;

/// What Python gives for a connection.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Wanted {
    url: String,
    headers: Vec<(String, String)>,
    subprotocols: Vec<String>,
    timeout: f64,
    max_message_size: usize,
    max_queued_messages: usize,
    verify: Option<Py<PyAny>>,
    cert: Option<Py<PyAny>>,
    proxies: Vec<proxies::Row>,
}

impl Wanted {
    /// `ValueError` for what no connection can be opened with.
    pub fn options(&self, py: Python<'_>) -> PyResult<Options> {
        let url = Url::parse(&self.url)
            .map_err(|why| PyValueError::new_err(format!("the URL `{}`: {why}", self.url)))?;
        let tls = self.tls(py)?;
        let mut options = Options::new(url, tls, &self.headers, &self.subprotocols)
            .map_err(|why| PyValueError::new_err(why.to_string()))?;
        options.proxies = proxies::proxies(py, self.proxies.clone());
        options.connect_limit = limit("connect_timeout", self.timeout)?;
        options.max_message = self.max_message_size;
        options.max_queued = self.max_queued_messages;
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
