//! The bridge: what the Python package `rlocust` sees of the engine, as the module `rlocust._native`.
//!
//! This file is the list of exports. A pyclass converts, calls, converts back; what it decides about
//! load testing belongs to the engine.
use pyo3::prelude::*;

mod bell;
mod client;
mod encode;
mod exchange;
mod failure;
mod fast_client;
mod greenlet;
mod hub;
mod jar;
mod listener;
mod recorder;
mod sender;
mod tls;

#[pymodule]
mod _native {
    use super::*;

    #[pymodule_export]
    use super::client::{PyHttpClient, configure_requests};
    #[pymodule_export]
    use super::exchange::PyExchange;
    #[pymodule_export]
    use super::fast_client::{PyFastClient, configure_fasthttp};
    #[pymodule_export]
    use super::hub::{bind_script_thread, parked, record_lag_in, set_io_threads, sleep};
    #[pymodule_export]
    use super::listener::PyRequestListener;
    #[pymodule_export]
    use super::recorder::PyRecorder;

    #[pymodule_init]
    fn init(_module: &Bound<'_, PyModule>) -> PyResult<()> {
        Ok(())
    }
}
