//! The bridge: what the Python package `rlocust` sees of the engine, as the module `rlocust._native`.
//!
//! This file is the list of exports. A pyclass converts, calls, converts back; what it decides about
//! load testing belongs to the engine.
use pyo3::prelude::*;

mod bell;
mod board;
mod booking;
mod call;
mod callback;
mod cli;
mod client;
mod containers;
#[cfg(feature = "embed")]
pub mod embed;
mod encode;
mod entry;
mod error_rows;
mod exchange;
mod face;
mod failure;
mod fallback;
mod fast_client;
mod fast_prepare;
mod ffi;
mod greenlet;
mod hub;
mod jar;
mod late;
mod listener;
mod mirror;
mod originals;
mod outputs;
mod place;
mod plan;
mod prepare;
mod proxies;
mod recorder;
mod report;
mod rows;
mod sender;
mod telemetry;
mod tls;
mod urls;
mod values;
mod verdict;

#[pymodule]
mod _native {
    #[pymodule_export]
    use super::board::PyBoard;
    #[pymodule_export]
    use super::cli::{
        CommandLineError, SubcommandRefused, cli_clash, cli_convert, cli_did_you_mean, cli_help,
        cli_parse, cli_parse_preliminary, cli_preliminary_table, cli_refusal, cli_table,
        cli_user_settings,
    };
    #[pymodule_export]
    use super::client::PyHttpClient;
    #[pymodule_export]
    use super::entry::{cli_subcommand, demo_serve};
    #[pymodule_export]
    use super::error_rows::{PyErrorRow, error_text, kept_name_of, shown};
    #[pymodule_export]
    use super::exchange::PyExchange;
    #[pymodule_export]
    use super::face::configure_requests;
    #[pymodule_export]
    use super::fast_client::{PyFastClient, configure_fasthttp};
    #[cfg(debug_assertions)]
    #[pymodule_export]
    use super::hub::panic_for_tests;
    #[pymodule_export]
    use super::hub::{
        bind_script_thread, fixed_address_of, has_fixed_addresses, on_io_thread_death, owed,
        parked, record_lag_in, set_io_threads, set_network, sleep, waiting,
    };
    #[pymodule_export]
    use super::listener::PyRequestListener;
    #[pymodule_export]
    use super::mirror::refresh_after_samples;
    #[pymodule_export]
    use super::outputs::PyOutputs;
    #[pymodule_export]
    use super::place::first_unreported;
    #[pymodule_export]
    use super::plan::PyUserPlan;
    #[pymodule_export]
    use super::recorder::{PyRecorder, set_recording_patched};
    #[pymodule_export]
    use super::report::{
        lag_warning, render_accounting, render_errors, render_lag, render_percentile_row,
        render_percentiles, render_percentiles_head, render_requests, render_requests_head,
        render_row,
    };
    #[pymodule_export]
    use super::rows::PyEntry;
    #[pymodule_export]
    use super::sender::count_python_timed;
    #[pymodule_export]
    use super::telemetry::PyTelemetry;
    #[pymodule_export]
    use super::urls::without_user_info;
    #[pymodule_export]
    use super::values::{bucket_response_time, set_bucket_function};
    #[pymodule_export]
    use super::verdict::PyVerdict;

    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
}
