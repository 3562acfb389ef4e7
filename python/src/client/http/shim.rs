//! What the native client and `locust/clients.py` agree on: the classes and defaults handed over once,
//! and the arguments of a call, which go back to Python where the native road ends.
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::{PyDict, PyString, PyType};
use rlocust_engine::http::Headers;

use crate::client::session::originals::{Named, Originals};

/// What `clients.py` hands over once: the response class, what sessions send by default, and the
/// originals whose replacement by anybody closes the native roads.
pub struct Face {
    pub response: Py<PyType>,
    /// The class of the adapters that a session is made with.
    pub adapter: Py<PyType>,
    pub defaults: Vec<(String, Vec<u8>)>,
    pub default_block: Headers,
    pub originals: Originals,
    pub encode_json: Py<PyAny>,
    pub new_object: Py<PyAny>,
}

static FACE: PyOnceLock<Face> = PyOnceLock::new();

#[pyfunction]
pub fn configure_requests(
    session: &Bound<'_, PyType>,
    response: Bound<'_, PyType>,
    adapter: Bound<'_, PyType>,
    defaults: Vec<(String, String)>,
    originals: Vec<Named<'_>>,
) -> PyResult<()> {
    let py = session.py();
    let defaults: Vec<(String, Vec<u8>)> = defaults
        .into_iter()
        .map(|(name, value)| (name, value.into_bytes()))
        .collect();
    let mut default_block = Headers::new();
    for (name, value) in &defaults {
        default_block.push(name, value);
    }
    default_block.cookies_go_here();
    let arguments = PyDict::new(py);
    arguments.set_item("allow_nan", false)?;
    let json = py.import("requests.compat")?.getattr("json")?;
    let encode_json = json
        .getattr("JSONEncoder")?
        .call((), Some(&arguments))?
        .getattr("encode")?
        .unbind();
    let new_object = py
        .import("builtins")?
        .getattr("object")?
        .getattr("__new__")?
        .unbind();
    let face = Face {
        response: response.unbind(),
        adapter: adapter.unbind(),
        defaults,
        default_block,
        originals: Originals::note(session, originals)?,
        encode_json,
        new_object,
    };
    FACE.set(py, face).ok();
    Ok(())
}

impl Face {
    pub fn get(py: Python<'_>) -> &Self {
        FACE.get(py)
            .expect("clients.py calls configure_requests when it is imported")
    }
}

/// The arguments of `HttpSession.request`, to be handed on where the native road ends.
pub struct Arguments<'a, 'py> {
    pub session: &'a Bound<'py, PyAny>,
    pub method: &'a Bound<'py, PyAny>,
    pub url: &'a Bound<'py, PyAny>,
    pub name: &'a Bound<'py, PyAny>,
    pub catch_response: bool,
    pub context: &'a Bound<'py, PyAny>,
    pub data: &'a Bound<'py, PyAny>,
    pub json: &'a Bound<'py, PyAny>,
    pub kwargs: &'a Bound<'py, PyDict>,
}

impl<'py> Arguments<'_, 'py> {
    pub fn by_python(&self, road: &Bound<'py, PyString>) -> PyResult<Bound<'py, PyAny>> {
        let arguments = (
            self.method,
            self.url,
            self.name,
            self.catch_response,
            self.context,
            self.data,
            self.json,
            self.kwargs,
        );
        self.session.call_method1(road, arguments)
    }
}
