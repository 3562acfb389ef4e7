//! What `locust/clients.py` hands over once: its classes, the defaults of a session, and what it has not replaced.
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;
use rlocust_engine::http::Headers;

use crate::client::request::header_lines::Lines;
use crate::client::session::originals::{Named, Originals};

/// What `clients.py` hands over once: the response class, what sessions send by default, and the
/// originals whose replacement by anybody closes the native roads.
pub struct Shim {
    pub response: Py<PyType>,
    /// The class of the adapters that a session is made with.
    pub adapter: Py<PyType>,
    pub default_lines: Lines,
    pub default_block: Headers,
    pub originals: Originals,
}

static SHIM: PyOnceLock<Shim> = PyOnceLock::new();

#[pyfunction]
pub fn configure_requests(
    session: &Bound<'_, PyType>,
    response: Bound<'_, PyType>,
    adapter: Bound<'_, PyType>,
    defaults: Vec<(String, String)>,
    originals: Vec<Named<'_>>,
) -> PyResult<()> {
    let py = session.py();
    let mut default_lines = Lines::default();
    for (name, value) in defaults {
        default_lines.set(&name, Some(value));
    }
    let mut default_block = default_lines.block(default_lines.len());
    default_block.cookies_go_here();
    let shim = Shim {
        response: response.unbind(),
        adapter: adapter.unbind(),
        default_lines,
        default_block,
        originals: Originals::note(session, originals)?,
    };
    SHIM.set(py, shim).ok();
    Ok(())
}

impl Shim {
    pub fn get(py: Python<'_>) -> &Self {
        SHIM.get(py)
            .expect("clients.py calls configure_requests when it is imported")
    }
}
