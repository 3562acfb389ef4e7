//! The settings of a run for Python: each option read once from the namespace that the suite may have changed, by its row
//! in the option table, and the constants of `locust.stats` beside them. From here on they are a struct.
use std::collections::HashMap;
use std::path::PathBuf;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyString};
use rlocust_engine::cli::{self, Kind, Opt};
use rlocust_engine::config::{RunSettings, StatisticsSettings, Value};

use crate::paths::os_string;
use crate::run::owner::seconds;

/// What a run and its outputs are to obey.
#[pyclass(frozen, name = "RunSettings", module = "rlocust._native")]
pub struct PyRunSettings {
    pub(crate) inner: RunSettings,
}

#[pymethods]
impl PyRunSettings {
    /// An option that the namespace lacks has its preset. `constants` is the module `locust.stats`. `ValueError` where a
    /// suite has put something that the command line would refuse.
    #[new]
    fn new(options: &Bound<'_, PyAny>, constants: &Bound<'_, PyAny>) -> PyResult<Self> {
        let read: Vec<&str> = RunSettings::destinations().collect();
        let table = cli::options().into_iter();
        let values: HashMap<&str, Value> = table
            .filter(|option| read.contains(&option.dest))
            .map(|option| Ok((option.dest, value_of(&option, options)?)))
            .collect::<PyResult<_>>()?;
        let value_of = |dest: &str| values.get(dest).cloned().unwrap_or_default();
        Ok(Self {
            inner: RunSettings::read(&value_of, statistics(constants)?),
        })
    }

    /// One line, if a file that the run would write is one of these.
    fn overwritten(&self, paths: Vec<PathBuf>) -> Option<String> {
        cli::overwritten(&self.inner.files.named(), paths)
    }
}

fn value_of(option: &Opt, options: &Bound<'_, PyAny>) -> PyResult<Value> {
    match options.getattr_opt(option.dest)? {
        None => Ok(option.preset.into()),
        Some(given) if given.is_none() => Ok(Value::None),
        Some(given) => from_python(option, &given),
    }
}

fn from_python(option: &Opt, given: &Bound<'_, PyAny>) -> PyResult<Value> {
    match option.kind {
        Kind::Flag => given.is_truthy().map(Value::Flag),
        Kind::Integer | Kind::PositiveInteger | Kind::Rate | Kind::Timespan | Kind::Size => {
            number(option, given)
        }
        Kind::Words | Kind::Repeated | Kind::FailIf | Kind::MaxLag => words(given),
        _ if option.names_a_file() => os_string(&given.str()?).map(Value::File),
        _ => Ok(Value::Text(given.str()?.to_string_lossy().into_owned())),
    }
}

/// What is no number is read as the command line would read it.
fn number(option: &Opt, given: &Bound<'_, PyAny>) -> PyResult<Value> {
    if let Ok(number) = given.extract() {
        return Ok(Value::Integer(number));
    }
    if let Ok(number) = given.extract() {
        return Ok(Value::Float(number));
    }
    let text = given.str()?;
    cli::convert(option.kind, &text.to_string_lossy())
        .map_err(|problem| PyValueError::new_err(format!("argument {}: {problem}", option.name())))
}

/// A suite may have put one text where the command line collects several.
fn words(given: &Bound<'_, PyAny>) -> PyResult<Value> {
    if given.is_instance_of::<PyString>() {
        return Ok(Value::Words(vec![given.extract()?]));
    }
    let words = given.try_iter()?.map(|word| text(&word?));
    words.collect::<PyResult<_>>().map(Value::Words)
}

fn text(word: &Bound<'_, PyAny>) -> PyResult<String> {
    Ok(word.str()?.to_string_lossy().into_owned())
}

fn statistics(constants: &Bound<'_, PyAny>) -> PyResult<StatisticsSettings> {
    let number = |name: &str| float(&constants.getattr(name)?);
    let percentiles = constants.getattr("PERCENTILES_TO_REPORT")?.try_iter()?;
    Ok(StatisticsSettings {
        percentiles: percentiles
            .map(|each| float(&each?))
            .collect::<PyResult<_>>()?,
        window: number("CURRENT_RESPONSE_TIME_PERCENTILE_WINDOW")? as i64,
        csv_interval: seconds(number("CSV_STATS_INTERVAL_SEC")?),
        csv_flush_interval: seconds(number("CSV_STATS_FLUSH_INTERVAL_SEC")?),
        is_csv_by_suite: constants.call_method0("has_own_csv_writer")?.is_truthy()?,
    })
}

/// Whatever Python's `float` takes.
fn float(value: &Bound<'_, PyAny>) -> PyResult<f64> {
    value.py().get_type::<PyFloat>().call1((value,))?.extract()
}
