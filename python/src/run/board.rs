//! The board for Python: the runner writes here what the service thread is to know of the run.
use std::sync::Arc;

use pyo3::prelude::*;
use rlocust_engine::clock;
use rlocust_engine::model::ExceptionRow;
use rlocust_engine::run::Board;

/// What a runner tells of its run.
#[pyclass(frozen, name = "Board", module = "rlocust._native")]
pub struct PyBoard {
    pub(crate) inner: Arc<Board>,
}

#[pymethods]
impl PyBoard {
    #[new]
    fn new() -> Self {
        Self {
            inner: Arc::default(),
        }
    }

    fn set_state(&self, word: &str) {
        if word == "stopped" {
            self.inner.test_stopped(clock::unix_seconds());
        }
        self.inner.set_state(word);
    }

    fn test_started(&self) {
        self.inner.test_started(clock::unix_seconds());
    }

    fn user_started(&self, user_class: &str) {
        self.inner.user_started(user_class);
    }

    fn user_ended(&self, user_class: &str) {
        self.inner.user_ended(user_class);
    }

    /// The number is a suite's; read here, an error says no more than what it is.
    fn set_target(&self, user_count: &Bound<'_, PyAny>) -> PyResult<()> {
        self.inner.set_target(user_count.extract::<f64>()? as i64);
        Ok(())
    }

    fn set_target_of(&self, user_class: &str, user_count: f64) {
        self.inner.set_target_of(user_class, user_count as i64);
    }

    fn put_exception(
        &self,
        key: &str,
        count: i64,
        message: String,
        traceback: String,
        nodes: String,
    ) {
        let row = ExceptionRow {
            count,
            message,
            traceback,
            nodes,
        };
        self.inner.put_exception(key, row);
    }

    fn clear_exceptions(&self) {
        self.inner.clear_exceptions();
    }
}
