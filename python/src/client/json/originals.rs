//! The parts of `json` and of both clients that stand in for one another here, as they were when the clients were imported.
use pyo3::prelude::*;
use pyo3::sync::PyOnceLock;

use crate::client::session::originals::{Named, Originals};

pub struct JsonOriginals {
    /// What `json=` goes through on Python's road.
    pub dumps: Originals,
    /// What `response.json()` goes through there.
    pub loads: Originals,
}

static REQUESTS: PyOnceLock<JsonOriginals> = PyOnceLock::new();
static AGENT: PyOnceLock<JsonOriginals> = PyOnceLock::new();

/// Called once by each client's module (`client` is `requests` or `agent`), unless `json` was another's by then.
#[pyfunction]
pub fn configure_json(
    py: Python<'_>,
    client: &str,
    dumps: Vec<Named<'_>>,
    loads: Vec<Named<'_>>,
) -> PyResult<()> {
    let originals = JsonOriginals {
        dumps: Originals::of(py, dumps)?,
        loads: Originals::of(py, loads)?,
    };
    let place = if client == "agent" { &AGENT } else { &REQUESTS };
    place.set(py, originals).ok();
    Ok(())
}

impl JsonOriginals {
    pub fn of_requests(py: Python<'_>) -> Option<&Self> {
        REQUESTS.get(py)
    }

    pub fn of_agent(py: Python<'_>) -> Option<&Self> {
        AGENT.get(py)
    }
}
