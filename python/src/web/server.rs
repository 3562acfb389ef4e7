//! `WebServer`: the server of one run.
use std::path::PathBuf;
use std::sync::Arc;

use parking_lot::Mutex;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rlocust_engine::config::RunSettings;
use rlocust_engine::run::HttpRequest;
use rlocust_engine::web::{BindError, Site, WebServer};

use super::facts;
use crate::hub::SignalsHeldBack;
use crate::run::owner::PyRun;
use crate::run::settings::PyRunSettings;

/// Status, headers, body.
type Answer = (u16, Vec<(String, String)>, Vec<u8>);

/// Answers what has been counted by a thread of its own; what only the script can answer comes as orders of the run.
#[pyclass(frozen, name = "WebServer", module = "rlocust._native")]
pub struct PyWebServer {
    server: WebServer,
    settings: Mutex<RunSettings>,
}

#[pymethods]
impl PyWebServer {
    #[new]
    #[pyo3(signature = (run, settings, environment, base_path="", interface=0))]
    fn new(
        run: &Bound<'_, PyRun>,
        settings: &Bound<'_, PyRunSettings>,
        environment: &Bound<'_, PyAny>,
        base_path: &str,
        interface: u64,
    ) -> PyResult<Self> {
        let (run, settings) = (run.get(), settings.get().inner.clone());
        let said = facts::said(environment, &settings)?;
        // What followed is taken once: a second interface follows for itself.
        let course = if interface > 1 {
            Arc::default()
        } else {
            run.course_of_page()
        };
        let site = Site::new(run.run.handle(), course, base_path, said)
            .numbered(interface)
            .with_history(run.history().cloned())
            .with_baseline(run.baseline().cloned());
        Ok(Self {
            server: WebServer::new(Arc::new(site)),
            settings: Mutex::new(settings),
        })
    }

    /// Every address where `host` is empty; `tls` are the files of a certificate and its key. `OSError` where the address
    /// cannot be had, `ValueError` where the certificate cannot be used.
    #[pyo3(signature = (host, port, tls=None))]
    fn bind(&self, host: &str, port: u16, tls: Option<(PathBuf, PathBuf)>) -> PyResult<()> {
        let (certificate, key) = tls.unzip();
        let tls = certificate.as_deref().zip(key.as_deref());
        self.server
            .bind(host, port, tls)
            .map_err(|error| match error {
                BindError::Address(error) => error.into(),
                BindError::Certificate(line) => PyValueError::new_err(line),
            })
    }

    /// 0 before there is an address.
    #[getter]
    fn port(&self) -> u16 {
        self.server.address().map_or(0, |address| address.port())
    }

    /// Answers from now on.
    fn start(&self) -> PyResult<()> {
        let _held_back = SignalsHeldBack::new();
        Ok(self.server.start()?)
    }

    /// Closes every connection and waits for the thread.
    fn stop(&self, py: Python<'_>) {
        py.detach(|| self.server.stop());
    }

    /// What is natively answered at this path: for the views of Flask.
    #[pyo3(signature = (method, path, query="", headers=Vec::new(), body=Vec::new()))]
    fn answer(
        &self,
        py: Python<'_>,
        method: &str,
        path: &str,
        query: &str,
        headers: Vec<(String, String)>,
        body: Vec<u8>,
    ) -> Answer {
        let request = HttpRequest {
            method: method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers,
            body,
            interface: 0,
        };
        let answer = py.detach(|| self.server.answer(&request));
        (answer.status, answer.headers, answer.body)
    }

    /// From now on every path but the page's own comes as an order, as it was sent; `also` names paths of the page that
    /// the suite has taken.
    #[pyo3(signature = (is_on, also=Vec::new()))]
    fn route_through_python(&self, is_on: bool, also: Vec<String>) {
        self.server.site().say(|said| {
            said.is_through_python = is_on;
            said.taken = also;
        });
    }

    /// From now on the script is asked whether a client may read.
    fn require_login(&self, is_on: bool) {
        self.server.site().say(|said| said.needs_login = is_on);
    }

    /// Host, classes, options and percentiles as the environment has them now; other settings where they are given.
    #[pyo3(signature = (environment, settings=None))]
    fn refresh(
        &self,
        environment: &Bound<'_, PyAny>,
        settings: Option<&Bound<'_, PyRunSettings>>,
    ) -> PyResult<()> {
        let settings = match settings {
            Some(new) => new.get().inner.clone(),
            None => self.settings.lock().clone(),
        };
        let new = facts::said(environment, &settings)?;
        *self.settings.lock() = settings;
        self.server.site().set_history_facts(&new.facts);
        self.server.site().say(|said| {
            let old = std::mem::replace(said, new);
            said.is_through_python = old.is_through_python;
            said.taken = old.taken;
            said.needs_login = old.needs_login;
        });
        Ok(())
    }

    /// A line that was logged: when, its level and logger, and the formatted line.
    fn log(&self, created: f64, level: String, logger: String, line: String) {
        self.server.site().log(created, level, logger, line);
    }

    #[pyo3(signature = (worker_id, lines))]
    fn set_worker_logs(&self, worker_id: String, lines: Option<Vec<String>>) {
        self.server.site().set_worker_logs(worker_id, lines);
    }
}
