//! What the engine does, for Python's `logging`: events wait in the engine's queue until the gevent loop, woken by a
//! descriptor, collects them. Threads of the engine never attach to the interpreter for it.
use std::collections::HashMap;
use std::sync::Arc;

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rlocust_engine::logging::{self, Levels, Queue, Record};

use crate::hub::Waker;

/// A record for Python: the logger's name, the level, Unix seconds, the line, and the fields in it.
type Row = (String, u32, f64, String, HashMap<&'static str, String>);

/// The events that the levels of Python's loggers let through, from when it is made until another one is.
#[pyclass(frozen, name = "EngineLog", module = "rlocust._native")]
pub struct PyEngineLog {
    waker: Arc<Waker>,
    queue: Arc<Queue>,
}

#[pymethods]
impl PyEngineLog {
    /// `levels` has the effective level of each of `log_names()`; of others nothing is logged.
    #[new]
    #[expect(clippy::needless_pass_by_value, reason = "extracted from Python")]
    fn new(levels: HashMap<String, u32>, capacity: usize) -> PyResult<Self> {
        let waker = Arc::new(Waker::new()?);
        let own = Arc::clone(&waker);
        let queue = Arc::new(Queue::new(capacity, move || own.wake()));
        let level_of = |target| levels.get(&logging::logger_of(target)).copied();
        let levels = Levels::of_loggers(|target| level_of(target).unwrap_or(logging::OFF));
        logging::begin(levels, Arc::clone(&queue));
        Ok(Self { waker, queue })
    }

    /// The descriptor that becomes readable with the first of a batch.
    fn descriptor(&self) -> i32 {
        self.waker.descriptor()
    }

    /// The oldest events that wait, `most` at a time.
    fn take(&self, most: usize) -> Vec<Row> {
        self.waker.clear();
        self.queue.take(most).into_iter().map(row).collect()
    }

    /// Events that were thrown away because too many waited.
    fn dropped(&self) -> u64 {
        self.queue.dropped()
    }
}

fn row(record: Record) -> Row {
    let line = record.line();
    (
        logging::logger_of(record.target),
        logging::python_level(record.level),
        record.at,
        line,
        record.fields.into_iter().collect(),
    )
}

/// The loggers that events of the engine go to.
#[pyfunction]
pub fn log_names() -> Vec<String> {
    let targets = logging::TARGETS.iter();
    targets.map(|target| logging::logger_of(target)).collect()
}

/// The loggers that a text such as `http=trace,output=debug` names, with the levels it gives them. Raises `ValueError`
/// for a word that means nothing.
#[pyfunction]
pub fn log_directives(text: &str) -> PyResult<Vec<(String, u32)>> {
    logging::directives(text).map_err(|bad| PyValueError::new_err(bad.to_string()))
}

/// Ends the log, in a forked child: its events belong to no loop there.
#[pyfunction]
pub fn end_engine_log() {
    logging::end();
}
