//! An order that the script thread has taken: what is asked, and the receipt that it owes.
use parking_lot::Mutex;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rlocust_engine::run::TakenOrder;

/// One order; forgotten without an answer it counts as refused.
#[pyclass(frozen, name = "Order", module = "rlocust._native")]
pub struct PyOrder {
    json: String,
    taken: Mutex<Option<TakenOrder>>,
}

impl PyOrder {
    pub fn new(taken: TakenOrder) -> PyResult<Self> {
        let json = serde_json::to_string(&taken.order);
        Ok(Self {
            json: json.map_err(|error| PyValueError::new_err(error.to_string()))?,
            taken: Mutex::new(Some(taken)),
        })
    }
}

#[pymethods]
impl PyOrder {
    /// The order as a JSON object; its key `order` says what is asked.
    #[getter]
    fn json(&self) -> &str {
        &self.json
    }

    fn done(&self) {
        if let Some(taken) = self.taken.lock().take() {
            taken.done();
        }
    }

    /// `why` is one line.
    fn refuse(&self, why: String) {
        if let Some(taken) = self.taken.lock().take() {
            taken.refuse(why);
        }
    }
}
