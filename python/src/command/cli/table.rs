//! The option table and what is made of it, for the parser objects of suites and for `--help`.
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use rlocust_engine::cli::{self, Kind, Opt, Takes};
use rlocust_engine::config::Value;

use super::values::to_python;

/// The groups of the option table: `[(title, about, [option, ...]), ...]`, each option a dict.
#[pyfunction]
pub fn cli_table(py: Python<'_>) -> PyResult<Bound<'_, PyList>> {
    let groups = PyList::empty(py);
    for group in cli::GROUPS {
        let options: Vec<_> = group
            .options
            .iter()
            .map(|option| describe(py, option))
            .collect::<PyResult<_>>()?;
        groups.append((group.title, group.about, options))?;
    }
    Ok(groups)
}

/// The options read before the locustfile is imported, as in `cli_table`.
#[pyfunction]
pub fn cli_preliminary_table(py: Python<'_>) -> PyResult<Vec<Bound<'_, PyDict>>> {
    cli::preliminary_options()
        .iter()
        .map(|option| describe(py, option))
        .collect()
}

fn describe<'py>(py: Python<'py>, option: &Opt) -> PyResult<Bound<'py, PyDict>> {
    let row = PyDict::new(py);
    row.set_item("dest", option.dest)?;
    row.set_item("flags", option.flags.to_vec())?;
    row.set_item("env", option.env)?;
    row.set_item("kind", kind_name(option.kind))?;
    row.set_item("takes", takes_name(option.takes()))?;
    row.set_item("default", to_python(py, &Value::from(option.preset))?)?;
    row.set_item("metavar", option.metavar)?;
    row.set_item("help", option.help)?;
    row.set_item("hidden", option.hidden)?;
    row.set_item("own", option.is_own())?;
    if let Kind::Removed { hint, .. } = option.kind {
        row.set_item("hint", hint)?;
    }
    Ok(row)
}

/// As `cli_convert` takes it.
pub fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Help => "help",
        Kind::Version => "version",
        Kind::Flag => "flag",
        Kind::Text => "text",
        Kind::Integer => "integer",
        Kind::PositiveInteger => "positive_integer",
        Kind::Rate => "rate",
        Kind::Timespan => "timespan",
        Kind::Size => "size",
        Kind::Level => "level",
        Kind::FailIf => "fail_if",
        Kind::MaxLag => "max_lag",
        Kind::Words => "words",
        Kind::Repeated => "repeated",
        Kind::UserSettings => "user_settings",
        Kind::Removed { .. } => "removed",
    }
}

fn takes_name(takes: Takes) -> &'static str {
    match takes {
        Takes::Nothing => "nothing",
        Takes::One => "one",
        Takes::Any => "any",
    }
}

/// The help text.
#[pyfunction]
pub fn cli_help(program: &str) -> String {
    cli::help(program)
}

/// The line "Did you mean ...?" for unknown arguments, or None.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "extracted from Python")]
pub fn cli_did_you_mean(unknown: Vec<String>, known: Vec<String>) -> Option<String> {
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    cli::did_you_mean(&unknown, &known)
}
