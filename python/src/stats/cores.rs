//! Who uses the cores of the generator's machine, for the warning about scheduling lag.
use pyo3::prelude::*;
use rlocust_engine::model::CoreUse;
use rlocust_engine::monitor::CoreMonitor;

/// Looks at the cores; every look says what happened since the one before.
#[pyclass(frozen, name = "CoreMonitor", module = "rlocust._native")]
pub struct PyCoreMonitor {
    /// Nothing where the system does not show it.
    inner: Option<CoreMonitor>,
}

#[pymethods]
impl PyCoreMonitor {
    #[new]
    fn new() -> Self {
        Self {
            inner: CoreMonitor::new(),
        }
    }
}

impl PyCoreMonitor {
    pub fn look(&self) -> Option<CoreUse> {
        self.inner.as_ref().and_then(CoreMonitor::look)
    }
}
