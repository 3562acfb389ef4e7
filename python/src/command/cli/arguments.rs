//! Command lines for Python: the values that the engine reads, or its complaint.
use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use pyo3::{IntoPyObjectExt, create_exception};
use rlocust_engine::cli::{self, Kind, Stop};

use super::surroundings::FromPython;
use super::table::kind_name;
use super::values::{json_list, to_python};

create_exception!(
    rlocust._native,
    CommandLineError,
    PyValueError,
    "What is wrong with a command line: (text, hint)."
);
create_exception!(
    rlocust._native,
    SubcommandRefused,
    PyValueError,
    "The help or complaint of a subcommand: (text, exit code)."
);

/// Reads a command line strictly. Returns the values by destination, or the word "help" or "version" where such an
/// option comes first. `surroundings` is an object with `variables` (a dict), `default_files` (a list of (name, text)),
/// `read(path)` and `toml(text)`.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "extracted from Python")]
pub fn cli_parse<'py>(
    arguments: Vec<String>,
    surroundings: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let around = FromPython::new(surroundings)?;
    answer(surroundings.py(), cli::parse(&arguments, &around))
}

/// Reads only what must be known before the locustfile is imported, and tolerates the rest.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "extracted from Python")]
pub fn cli_parse_preliminary<'py>(
    arguments: Vec<String>,
    surroundings: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let around = FromPython::new(surroundings)?;
    answer(
        surroundings.py(),
        cli::parse_preliminary(&arguments, &around),
    )
}

fn answer(py: Python<'_>, outcome: Result<cli::Parsed, Stop>) -> PyResult<Bound<'_, PyAny>> {
    match outcome {
        Ok(parsed) => {
            let values = PyDict::new(py);
            for (dest, value) in parsed.iter() {
                values.set_item(dest, to_python(py, value)?)?;
            }
            Ok(values.into_any())
        }
        Err(Stop::Help) => "help".into_bound_py_any(py),
        Err(Stop::Version) => "version".into_bound_py_any(py),
        Err(Stop::Error(error)) => Err(CommandLineError::new_err((
            error.to_string(),
            error.hint().map(str::to_owned),
        ))),
    }
}

/// One word of an option, by the name of its kind; raises `ValueError` with the complaint.
#[pyfunction]
pub fn cli_convert<'py>(py: Python<'py>, kind: &str, text: &str) -> PyResult<Bound<'py, PyAny>> {
    let kind = [
        Kind::Integer,
        Kind::PositiveInteger,
        Kind::Rate,
        Kind::Timespan,
        Kind::Size,
        Kind::Level,
        Kind::FailIf,
        Kind::MaxLag,
    ]
    .into_iter()
    .find(|known| kind_name(*known) == kind)
    .ok_or_else(|| PyKeyError::new_err(kind.to_owned()))?;
    to_python(
        py,
        &cli::convert(kind, text).map_err(PyValueError::new_err)?,
    )
}

/// One word of `--config-users`: a list of objects; raises `ValueError` with the complaint.
#[pyfunction]
pub fn cli_user_settings<'py>(
    text: &str,
    surroundings: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    let around = FromPython::new(surroundings)?;
    let settings = cli::user_settings(text, &around).map_err(PyValueError::new_err)?;
    json_list(surroundings.py(), &settings)
}
