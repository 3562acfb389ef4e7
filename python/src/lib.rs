//! The bridge: what the Python package `rlocust` sees of the engine, as the module `rlocust._native`.
//!
//! This file is the list of exports. A pyclass converts, calls, converts back; what it decides about
//! load testing belongs to the engine.
use pyo3::prelude::*;

mod callback;
mod client;
mod cluster;
mod command;
mod grpc;
mod hub;
mod message_values;
mod panics;
mod paths;
mod plan;
mod profile;
mod run;
mod sse;
mod stats;
mod wait_clock;
mod web;
mod websocket;

#[cfg(feature = "embed")]
pub use command::embed;

// Everything here is written for the interpreter lock: greenlets, and cells that only the script thread touches.
// docs/free-threading.md
#[pymodule(gil_used = true)]
mod _native {
    #[pymodule_init]
    #[expect(clippy::unnecessary_wraps, reason = "pyo3 wants a result")]
    fn init(_module: &pyo3::Bound<'_, pyo3::types::PyModule>) -> pyo3::PyResult<()> {
        super::panics::install_hook();
        Ok(())
    }

    #[pymodule_export]
    use super::client::fast::call::{FastCall, fast_call};
    #[pymodule_export]
    use super::client::fast::client::PyFastClient;
    #[pymodule_export]
    use super::client::fast::json_answer::parsed_by_agent;
    #[pymodule_export]
    use super::client::fast::shim::configure_fasthttp;
    #[pymodule_export]
    use super::client::http::client::PyHttpClient;
    #[pymodule_export]
    use super::client::http::json_answer::parsed_by_requests;
    #[pymodule_export]
    use super::client::http::shim::configure_requests;
    #[pymodule_export]
    use super::client::json::configure_json;
    #[pymodule_export]
    use super::client::reply::exchange::PyExchange;
    #[pymodule_export]
    use super::client::reply::place::place_of_unreported;
    #[pymodule_export]
    use super::client::request::urls::{name_of_url, without_user_info};
    #[pymodule_export]
    use super::client::session::destination::{begin_python_call, note_python_reason};
    #[pymodule_export]
    use super::client::session::listener::PyRequestListener;
    #[pymodule_export]
    use super::client::session::python_call::PyPythonCall;
    #[pymodule_export]
    use super::client::session::with_block::{configure_with_block, enter_block, leave_block};
    #[pymodule_export]
    use super::cluster::client::PyNodeClient;
    #[pymodule_export]
    use super::cluster::message::{pack_message, unpack_message};
    #[pymodule_export]
    use super::cluster::server::PyNodeServer;
    #[pymodule_export]
    use super::command::cli::{
        CommandLineError, SubcommandRefused, cli_convert, cli_did_you_mean, cli_help, cli_parse,
        cli_parse_preliminary, cli_preliminary_table, cli_table, cli_user_settings,
    };
    #[pymodule_export]
    use super::command::subcommand::{cli_closest_subcommand, cli_subcommand, demo_serve};
    #[pymodule_export]
    use super::grpc::{PyGrpcCall, PyGrpcChannel, PyGrpcEnding, PyGrpcMethod};
    #[pymodule_export]
    use super::hub::{
        bind_script_thread, count_attempt, end_foreign_calls, fixed_address_of,
        has_fixed_addresses, hold_waits, on_io_thread_death, owed, parked, record_lag_in,
        set_io_threads, set_network, settle_all, settle_owed, sleep, waiting,
    };
    #[cfg(debug_assertions)]
    #[pymodule_export]
    use super::hub::{
        limit_native_threads_for_tests, panic_for_tests, set_clock_for_tests, stall_for_tests,
    };
    #[pymodule_export]
    use super::plan::PyUserPlan;
    #[pymodule_export]
    use super::profile::PyProfiler;
    #[pymodule_export]
    use super::run::allocator::give_back_large_blocks;
    #[pymodule_export]
    use super::run::end_guard::PyEndGuard;
    #[pymodule_export]
    use super::run::engine_log::{PyEngineLog, end_engine_log, log_directives, log_names};
    #[pymodule_export]
    use super::run::order::PyOrder;
    #[pymodule_export]
    use super::run::owner::PyRun;
    #[pymodule_export]
    use super::run::settings::PyRunSettings;
    #[pymodule_export]
    use super::run::telemetry::PyTelemetry;
    #[pymodule_export]
    use super::run::verdict::PyVerdict;
    #[pymodule_export]
    use super::run::waker::{clear_run_descriptor, run_descriptor};
    #[pymodule_export]
    use super::run::wire::wire_run;
    #[pymodule_export]
    use super::sse::PyEventStream;
    #[pymodule_export]
    use super::stats::cores::PyCoreMonitor;
    #[pymodule_export]
    use super::stats::entry::PyEntry;
    #[pymodule_export]
    use super::stats::error_rows::{PyErrorRow, error_text, kept_name_of, shown};
    #[pymodule_export]
    use super::stats::mirror::refresh_after_samples;
    #[pymodule_export]
    use super::stats::recorder::{PyRecorder, set_recording_patched};
    #[pymodule_export]
    use super::stats::tables::{
        lag_warning, render_accounting, render_errors, render_lag, render_percentile_row,
        render_percentiles, render_percentiles_head, render_requests, render_requests_head,
        render_row, render_streams,
    };
    #[pymodule_export]
    use super::stats::values::{bucket_response_time, set_bucket_function};
    #[pymodule_export]
    use super::web::pages::{html_report, web_file};
    #[pymodule_export]
    use super::web::server::PyWebServer;
    #[pymodule_export]
    use super::websocket::PyWebSocket;

    #[pymodule_export]
    const RUN_STATES: [&str; 7] = rlocust_engine::model::State::WORDS;
    #[pymodule_export]
    const VERSION: &str = env!("CARGO_PKG_VERSION");
    #[pymodule_export]
    const WEB_CSP: &str = rlocust_engine::web::CSP;
}
