//! The bridge: what the Python package `rlocust` sees of the engine, as the module `rlocust._native`.
use pyo3::prelude::*;

mod plan;
mod recorder;

#[pymodule]
mod _native {
    #[pymodule_export]
    use super::plan::PyUserPlan;
    #[pymodule_export]
    use super::recorder::{
        PyEntry, PyErrorRow, PyRecorder, bucket_response_time, error_text, quoted,
        set_bucket_function, set_recording_patched,
    };
}
