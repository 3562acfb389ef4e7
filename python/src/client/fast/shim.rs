//! What `locust/contrib/fasthttp.py` hands over once: its classes, which statuses are successes, and what it has not
//! replaced.
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;
use pyo3::types::PyType;

use crate::client::session::originals::{Named, Originals};

pub struct Shim {
    pub response: Py<PyType>,
    pub with_block: Py<PyType>,
    pub originals: Originals,
    /// `LocustUserAgent.valid_response_codes`, which is one of the originals.
    successes: Vec<u16>,
}

static SHIM: PyOnceLock<Shim> = PyOnceLock::new();

/// Called once, when the module is imported.
#[pyfunction]
pub fn configure_fasthttp(
    session: &Bound<'_, PyType>,
    response: Bound<'_, PyType>,
    with_block: Bound<'_, PyType>,
    successes: &Bound<'_, PyAny>,
    originals: Vec<Named<'_>>,
) -> PyResult<()> {
    let statuses: PyResult<Vec<u16>> = successes.try_iter()?.map(|each| each?.extract()).collect();
    let shim = Shim {
        response: response.unbind(),
        with_block: with_block.unbind(),
        originals: Originals::note(session, originals)?,
        successes: statuses?,
    };
    SHIM.set(session.py(), shim).ok();
    Ok(())
}

impl Shim {
    pub fn get(py: Python<'_>) -> &Self {
        SHIM.get(py)
            .expect("contrib/fasthttp.py calls configure_fasthttp when it is imported")
    }

    /// Whether a status counts as success.
    pub fn is_success(&self, status: u16) -> bool {
        self.successes.contains(&status)
    }
}
