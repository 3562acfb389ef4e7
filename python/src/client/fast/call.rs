//! A call of `FastHttpSession.request`, with its arguments as they were given: the session hands it to the native road
//! and, where that cannot carry it, to geventhttpclient.
use pyo3::prelude::*;
use pyo3::{PyTraverseError, PyVisit};

/// The arguments of one call.
#[pyclass(frozen, get_all, name = "FastCall", module = "rlocust._native")]
pub struct FastCall {
    pub method: Py<PyAny>,
    pub url: Py<PyAny>,
    pub name: Py<PyAny>,
    pub data: Py<PyAny>,
    pub catch_response: Py<PyAny>,
    pub stream: Py<PyAny>,
    pub headers: Py<PyAny>,
    pub auth: Py<PyAny>,
    pub json: Py<PyAny>,
    pub allow_redirects: Py<PyAny>,
    pub context: Py<PyAny>,
    /// Those beyond the signature, a dict.
    pub others: Py<PyAny>,
    /// `context` has that of the user in it, which is asked once.
    pub has_user_context: bool,
}

#[pymethods]
impl FastCall {
    /// A context may lead to frames and back to here.
    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        for object in [&self.data, &self.headers, &self.auth, &self.json] {
            visit.call(object)?;
        }
        visit.call(&self.context)?;
        visit.call(&self.others)
    }
}

impl FastCall {
    /// The same call with a context that has the user's in it.
    pub fn with_whole_context(&self, py: Python<'_>, context: &Py<PyAny>) -> Self {
        Self {
            method: self.method.clone_ref(py),
            url: self.url.clone_ref(py),
            name: self.name.clone_ref(py),
            data: self.data.clone_ref(py),
            catch_response: self.catch_response.clone_ref(py),
            stream: self.stream.clone_ref(py),
            headers: self.headers.clone_ref(py),
            auth: self.auth.clone_ref(py),
            json: self.json.clone_ref(py),
            allow_redirects: self.allow_redirects.clone_ref(py),
            context: context.clone_ref(py),
            others: self.others.clone_ref(py),
            has_user_context: true,
        }
    }
}

/// A call, from the arguments of `FastHttpSession.request` in their order. A function, because a class that is called
/// costs twice as much: its arguments would go through a tuple.
#[pyfunction]
#[expect(clippy::too_many_arguments, reason = "the signature is Locust's")]
pub fn fast_call(
    method: Py<PyAny>,
    url: Py<PyAny>,
    name: Py<PyAny>,
    data: Py<PyAny>,
    catch_response: Py<PyAny>,
    stream: Py<PyAny>,
    headers: Py<PyAny>,
    auth: Py<PyAny>,
    json: Py<PyAny>,
    allow_redirects: Py<PyAny>,
    context: Py<PyAny>,
    others: Py<PyAny>,
) -> FastCall {
    FastCall {
        method,
        url,
        name,
        data,
        catch_response,
        stream,
        headers,
        auth,
        json,
        allow_redirects,
        context,
        others,
        has_user_context: false,
    }
}
