//! What the command `rlocust` does beside running locustfiles: its subcommands.
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rlocust_engine::cli::subcommand::{self, Subcommand};

use crate::cli::SubcommandRefused;

/// The subcommand named by the first argument, as a dict with `name`, or None where there is none.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "extracted from Python")]
pub fn cli_subcommand<'py>(
    py: Python<'py>,
    program: &str,
    arguments: Vec<String>,
) -> PyResult<Option<Bound<'py, PyDict>>> {
    let parsed = subcommand::parse(program, &arguments)
        .map_err(|refusal| SubcommandRefused::new_err((refusal.text, refusal.exit_code)))?;
    parsed
        .map(|subcommand| describe(py, &subcommand))
        .transpose()
}

fn describe<'py>(py: Python<'py>, subcommand: &Subcommand) -> PyResult<Bound<'py, PyDict>> {
    let words = PyDict::new(py);
    match subcommand {
        Subcommand::Demo { host, port } => {
            words.set_item("name", "demo")?;
            words.set_item("host", host)?;
            words.set_item("port", port)?;
        }
        Subcommand::Run { arguments } => {
            words.set_item("name", "run")?;
            words.set_item("arguments", arguments)?;
        }
    }
    Ok(words)
}
