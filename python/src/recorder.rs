//! stub
use std::sync::Arc;
use pyo3::prelude::*;
use rlocust_engine::http::Outcome;
use rlocust_engine::model::Outcome as Class;
use rlocust_engine::stats::Recorder;
#[pyclass(frozen, name = "Recorder")]
pub struct PyRecorder { pub(crate) inner: Arc<Recorder> }
