//! The bridge: what the Python package `rlocust` sees of the engine, as the module `rlocust._native`.
use pyo3::prelude::*;

#[pymodule]
mod _native {
    use super::*;

    #[pymodule_init]
    fn init(_module: &Bound<'_, PyModule>) -> PyResult<()> {
        Ok(())
    }
}
