//! How the next runtime's engine is set up: its I/O threads, where its connections go to and come from, what it decodes.
use std::net::IpAddr;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use parking_lot::Mutex;
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use rlocust_engine::http::{Decoders, EngineOptions, fixed_address, own_address};

use crate::hub::system::tcp::{round_trip, silent_for};

static IO_THREADS: AtomicI64 = AtomicI64::new(0);
static NETWORK: Mutex<Network> = Mutex::new(Network::AS_IT_COMES);

/// How connections of the next runtime come about.
#[derive(Clone)]
struct Network {
    resolve: Vec<(String, u16, IpAddr)>,
    sources: Vec<IpAddr>,
    dns_ttl: Option<Duration>,
    max_body: Option<u64>,
    max_response_time: Option<Duration>,
}

impl Network {
    const AS_IT_COMES: Self = Self {
        resolve: Vec::new(),
        sources: Vec::new(),
        dns_ttl: None,
        max_body: None,
        max_response_time: None,
    };
}

/// More than any machine has use for; each is a thread with a poll set of its own.
const MOST_IO_THREADS: i64 = 1024;

/// Why none at all is refused: decision 20.
const NO_IO_THREAD: &str = "leaves nobody to send and receive while the script computes; leave the option out for one \
                            thread for every two cores";

/// Sets the number of I/O threads of the next runtime; none given: one for every two cores. `ValueError` for none at all,
/// and for too many.
#[pyfunction]
#[pyo3(signature = (count))]
pub fn set_io_threads(count: Option<i64>) -> PyResult<()> {
    let why = match count {
        Some(..1) => NO_IO_THREAD.to_owned(),
        Some(count) if count > MOST_IO_THREADS => {
            format!("is more than the {MOST_IO_THREADS} that are allowed")
        }
        _ => {
            IO_THREADS.store(count.unwrap_or(0), Ordering::Relaxed);
            return Ok(());
        }
    };
    let count = count.unwrap_or(0);
    Err(PyValueError::new_err(format!(
        "--io-threads: `{count}` {why}"
    )))
}

/// Sets where connections of the next runtime go to and come from: words of `--resolve` and
/// `--source-address`, the seconds that a name is kept, how long a body may be, and how long a call. Raises `ValueError` for a word that means nothing,
/// with the option that it was given to.
#[pyfunction]
#[expect(clippy::needless_pass_by_value, reason = "extracted from Python")]
pub fn set_network(
    resolve: Vec<String>,
    source_addresses: Vec<String>,
    dns_ttl: Option<u64>,
    max_body: Option<u64>,
    max_response_time: Option<u64>,
) -> PyResult<()> {
    let refused =
        |option: &str, problem: String| PyValueError::new_err(format!("{option}: {problem}"));
    let resolve: Result<_, _> = resolve.iter().map(|word| fixed_address(word)).collect();
    let sources: Result<_, _> = source_addresses
        .iter()
        .map(|word| own_address(word))
        .collect();
    *NETWORK.lock() = Network {
        resolve: resolve.map_err(|problem| refused("--resolve", problem))?,
        sources: sources.map_err(|problem| refused("--source-address", problem))?,
        dns_ttl: dns_ttl.map(Duration::from_secs),
        max_body,
        max_response_time: max_response_time.map(Duration::from_secs),
    };
    Ok(())
}

/// Whether `--resolve` was given.
#[pyfunction]
pub fn has_fixed_addresses() -> bool {
    !NETWORK.lock().resolve.is_empty()
}

/// The first address that `--resolve` gives for a host and port.
#[pyfunction]
pub fn fixed_address_of(host: &str, port: u16) -> Option<String> {
    let network = NETWORK.lock();
    let found = network
        .resolve
        .iter()
        .find(|(own, at, _)| *at == port && own.eq_ignore_ascii_case(host));
    found.map(|(_, _, address)| address.to_string())
}

/// One I/O thread for every two cores, unless `set_io_threads` said otherwise.
pub(super) fn engine_options(py: Python<'_>) -> EngineOptions {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let io_threads = match usize::try_from(IO_THREADS.load(Ordering::Relaxed)) {
        Ok(count @ 1..) => count,
        _ => (cores / 2).max(1),
    };
    // The clients decode zstd only where urllib3 has found a module for it.
    let has_zstd = py
        .import("urllib3.response")
        .and_then(|response| response.getattr("HAS_ZSTD")?.is_truthy());
    let decoders = Decoders {
        zstd: has_zstd.unwrap_or(false),
        ..Decoders::default()
    };
    let version = py
        .import("urllib3")
        .and_then(|urllib3| urllib3.getattr("__version__")?.extract::<String>());
    let fallback_user_agent = version.map_or_else(
        |_| "python-urllib3".to_owned(),
        |v| format!("python-urllib3/{v}"),
    );
    let network = NETWORK.lock().clone();
    let usual = EngineOptions::default();
    EngineOptions {
        io_threads,
        dns_ttl: network.dns_ttl.unwrap_or(usual.dns_ttl),
        resolve: network.resolve,
        sources: network.sources,
        fallback_user_agent,
        decoders,
        max_body: network.max_body.unwrap_or(usual.max_body),
        max_response_time: network.max_response_time,
        silent_for,
        round_trip,
    }
}
