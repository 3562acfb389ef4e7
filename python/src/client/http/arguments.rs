//! The arguments of `HttpSession.request`, which go back to Python where the native road ends.
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyString};
use rlocust_engine::http::{Dialect, Redirects};

use crate::client::reply::labels::Labels;
use crate::client::reply::place;

/// The arguments of a call that say what it is reported as.
pub struct LabelArguments<'a, 'py> {
    pub session: &'a Bound<'py, PyAny>,
    pub method: &'a Bound<'py, PyAny>,
    pub url: &'a Bound<'py, PyAny>,
    pub name: &'a Bound<'py, PyAny>,
    pub catch_response: bool,
    pub context: &'a Bound<'py, PyAny>,
}

/// All arguments of a call.
pub struct Arguments<'a, 'py> {
    pub named: LabelArguments<'a, 'py>,
    pub data: &'a Bound<'py, PyAny>,
    pub json: &'a Bound<'py, PyAny>,
    pub kwargs: &'a Bound<'py, PyDict>,
}

impl<'a, 'py> LabelArguments<'a, 'py> {
    pub fn new(
        session: &'a Bound<'py, PyAny>,
        method: &'a Bound<'py, PyAny>,
        url: &'a Bound<'py, PyAny>,
        name: &'a Bound<'py, PyAny>,
        catch_response: &Bound<'py, PyAny>,
        context: &'a Bound<'py, PyAny>,
    ) -> PyResult<Self> {
        Ok(Self {
            session,
            method,
            url,
            name,
            catch_response: catch_response.is_truthy()?,
            context,
        })
    }

    /// What is kept of them for the report.
    pub fn labels(&self, redirects: Redirects, prepared: Option<Py<PyAny>>) -> PyResult<Labels> {
        let py = self.session.py();
        let mut name = self.name.clone();
        if !name.is_truthy()? {
            name = self.session.getattr(intern!(py, "request_name"))?;
        }
        Ok(Labels {
            session: self.session.clone().unbind(),
            dialect: Dialect::Requests,
            request_type: self.method.clone().unbind(),
            name: name.is_truthy()?.then(|| name.unbind()),
            url: self.url.clone().unbind(),
            first_url: None,
            context: self.context.clone().unbind(),
            catch_response: self.catch_response,
            follows_redirects: redirects != Redirects::Never,
            prepared,
            place: place::if_decided_by_suite(py, self.catch_response)?,
        })
    }
}

impl<'py> Arguments<'_, 'py> {
    /// Calls the method `road` of the session with them.
    pub fn by_python(&self, road: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
        let arguments = (
            self.named.method,
            self.named.url,
            self.named.name,
            self.named.catch_response,
            self.named.context,
            self.data,
            self.json,
            self.kwargs,
        );
        self.named.session.call_method1(road, arguments)
    }
}
