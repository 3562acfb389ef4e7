//! The order of user classes for `locust.dispatch`, which keeps the rest in Python because suites override it.
use parking_lot::Mutex;
use pyo3::prelude::*;
use rlocust_engine::plan::WeightedOrder;

/// An endless iterator over names by weight; `None` over and over when no weight is positive.
#[pyclass(frozen, name = "UserPlan", module = "rlocust._native")]
pub struct PyUserPlan {
    order: Mutex<WeightedOrder<String>>,
}

#[pymethods]
impl PyUserPlan {
    /// `classes` are pairs of name and weight. Read here, because pyo3 would add to an error where it found it, and the
    /// error is about a suite's `weight`.
    #[new]
    fn new(classes: &Bound<'_, PyAny>) -> PyResult<Self> {
        let classes = classes.extract::<Vec<(String, f64)>>()?;
        Ok(Self {
            order: Mutex::new(WeightedOrder::new(classes)),
        })
    }

    /// The name of the class that gets the next user.
    fn next_user(&self) -> Option<String> {
        self.order.lock().next()
    }
}
