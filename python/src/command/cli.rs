//! The option table and its parser, as `locust.argument_parser` and `locust.main` use them. Everything is decided in
//! the engine; here values become Python's and the process answers what the engine asks of its surroundings.
use std::collections::HashMap;

use pyo3::exceptions::{PyKeyError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::{PyDict, PyList};
use pyo3::{IntoPyObjectExt, create_exception};
use rlocust_engine::cli::{self, Kind, Opt, Preset, Stop, Surroundings, Takes};
use rlocust_engine::config::{Entry, Setting, Value};

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

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Help => "help",
        Kind::Version => "version",
        Kind::Flag => "flag",
        Kind::Text => "text",
        Kind::Integer => "integer",
        Kind::PositiveInteger => "positive_integer",
        Kind::Rate => "rate",
        Kind::Timespan => "timespan",
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

/// Why these options (a dict by destination) cannot be obeyed by this version, or None.
#[pyfunction]
pub fn cli_refusal(options: &Bound<'_, PyDict>) -> Option<String> {
    cli::refusal(&|dest| {
        options
            .get_item(dest)
            .ok()
            .flatten()
            .map(|value| from_python(dest, &value))
    })
}

/// Only whether the value is the preset matters, so anything unexpected is as good as a text.
fn from_python(dest: &str, value: &Bound<'_, PyAny>) -> Value {
    let preset = cli::options()
        .iter()
        .find(|option| option.dest == dest)
        .map(|option| option.preset);
    let is_preset = match preset {
        Some(Preset::None) | None => value.is_none(),
        Some(Preset::False) => !value.is_truthy().unwrap_or(true),
        Some(Preset::Integer(number)) => value.eq(number).unwrap_or(false),
        Some(Preset::Text(text)) => value.eq(text).unwrap_or(false),
        Some(Preset::NoWords) => value.is_empty().unwrap_or(false),
    };
    if is_preset {
        preset.map_or(Value::None, Value::from)
    } else {
        Value::Text("in use".to_owned())
    }
}

fn to_python<'py>(py: Python<'py>, value: &Value) -> PyResult<Bound<'py, PyAny>> {
    match value {
        Value::None => Ok(py.None().into_bound(py)),
        Value::Flag(flag) => flag.into_bound_py_any(py),
        Value::Integer(number) => number.into_bound_py_any(py),
        Value::Float(number) => number.into_bound_py_any(py),
        Value::Text(text) => text.into_bound_py_any(py),
        Value::Words(words) => words.into_bound_py_any(py),
        Value::UserSettings(words) => {
            let lists: Vec<_> = words
                .iter()
                .map(|list| json_list(py, list))
                .collect::<PyResult<_>>()?;
            lists.into_bound_py_any(py)
        }
    }
}

/// Through Python's own `json`, so that numbers are what a suite would get from it.
fn json_list<'py>(py: Python<'py>, list: &[serde_json::Value]) -> PyResult<Bound<'py, PyAny>> {
    let text = serde_json::Value::Array(list.to_vec()).to_string();
    py.import("json")?.call_method1("loads", (text,))
}

/// The surroundings, asked of a Python object.
struct FromPython<'py> {
    object: Bound<'py, PyAny>,
    variables: HashMap<String, String>,
    default_files: Vec<(String, String)>,
}

impl<'py> FromPython<'py> {
    fn new(object: &Bound<'py, PyAny>) -> PyResult<Self> {
        Ok(Self {
            object: object.clone(),
            variables: object.getattr("variables")?.extract()?,
            default_files: object.getattr("default_files")?.extract()?,
        })
    }
}

impl Surroundings for FromPython<'_> {
    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }

    fn default_files(&self) -> Vec<(String, String)> {
        self.default_files.clone()
    }

    fn read(&self, path: &str) -> Result<String, String> {
        let text = self
            .object
            .call_method1("read", (path,))
            .and_then(|text| text.extract());
        text.map_err(|error| message(self.object.py(), &error))
    }

    fn toml(&self, text: &str) -> Result<Vec<Entry>, String> {
        let table = self
            .object
            .call_method1("toml", (text,))
            .and_then(|table| entries(&table));
        table.map_err(|error| message(self.object.py(), &error))
    }
}

fn message(py: Python<'_>, error: &PyErr) -> String {
    error.value(py).to_string()
}

fn entries(table: &Bound<'_, PyAny>) -> PyResult<Vec<Entry>> {
    let mut entries = Vec::new();
    for pair in table.try_iter()? {
        let (key, value): (String, Bound<'_, PyAny>) = pair?.extract()?;
        let value = match value.extract::<String>() {
            Ok(text) => Setting::Text(text),
            Err(_) => Setting::List(value.extract()?),
        };
        entries.push(Entry { key, value });
    }
    Ok(entries)
}
