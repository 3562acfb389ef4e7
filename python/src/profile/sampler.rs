//! The thread that asks for samples while the script thread computes.
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{JoinHandle, park_timeout};
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rlocust_engine::clock;

use crate::profile::place::Places;
use crate::profile::system::{self, Thread, ThreadStates};
use crate::profile::take;

/// Samples the thread that makes it, which must be the main thread, from `start` to `finish`.
#[pyclass(frozen, name = "Profiler", module = "rlocust._native")]
pub struct PyProfiler {
    script: Thread,
    interval: Duration,
    stage: Mutex<Option<Running>>,
}

struct Running {
    is_over: Arc<AtomicBool>,
    sampler: JoinHandle<Pending>,
    begun: Instant,
    cpu_before: Duration,
}

/// What the sampler has done.
#[derive(Default)]
struct Pending {
    samples: u64,
    places: Places,
    cpu_time: Duration,
}

#[pymethods]
impl PyProfiler {
    /// With about one sample in `interval` seconds of computing.
    #[new]
    fn new(interval: f64) -> PyResult<Self> {
        Ok(Self {
            script: Thread::current()?,
            interval: Duration::from_secs_f64(interval.clamp(1e-4, 1.0)),
            stage: Mutex::new(None),
        })
    }

    /// `OSError` where the system grants no thread. The handler stays when all is over: a late signal finds it.
    fn start(&self, py: Python<'_>) -> PyResult<()> {
        take::begin(py)?;
        let handler = pyo3::wrap_pyfunction!(take::take_sample, py)?;
        py.import("signal")?
            .call_method1("signal", (system::SIGNAL, handler))?;
        system::listen()?;
        let is_over = Arc::new(AtomicBool::new(false));
        let (ours, interval) = (Arc::clone(&is_over), self.interval);
        let script = Watched {
            thread: self.script,
            states: ThreadStates::of_caller()?,
            cpu_time: Duration::ZERO,
        };
        let sampler = std::thread::Builder::new()
            .name("rlocust-profile".to_owned())
            .spawn(move || sample(script, interval, &ours))?;
        *self.stage.lock() = Some(Running {
            is_over,
            sampler,
            begun: clock::instant(),
            cpu_before: self.script.cpu_time(),
        });
        Ok(())
    }

    /// Ends it: `stacks` is a list of (samples, [(code, line), ...]) from the outermost frame, `others` the samples of
    /// stacks past the most that are told apart, `places` a list of (path of a library, samples); seconds of the whole, of
    /// the script thread's CPU, of that the part spent on taking samples, and of the CPU of the sampler.
    fn finish<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let running = self.stage.lock().take();
        let running =
            running.ok_or_else(|| PyRuntimeError::new_err("the profiler does not run"))?;
        let script_cpu = self.script.cpu_time().saturating_sub(running.cpu_before);
        let seconds = running.begun.elapsed().as_secs_f64();
        running.is_over.store(true, Ordering::Release);
        running.sampler.thread().unpark();
        let asked = py.detach(|| running.sampler.join()).unwrap_or_default();
        let stacks = take::end();
        let result = PyDict::new(py);
        result.set_item("stacks", stacks.rows(py))?;
        result.set_item("others", stacks.others)?;
        result.set_item("places", asked.places.rows())?;
        result.set_item("samples", asked.samples)?;
        result.set_item("seconds", seconds)?;
        result.set_item("script_cpu", script_cpu.as_secs_f64())?;
        result.set_item("taking", take::spent())?;
        result.set_item("sampler_cpu", asked.cpu_time.as_secs_f64())?;
        Ok(result)
    }
}

fn sample(mut script: Watched, interval: Duration, is_over: &AtomicBool) -> Pending {
    let mut asked = Pending::default();
    let mut random = Random(0x9E37_79B9_7F4A_7C15);
    while !is_over.load(Ordering::Acquire) {
        park_timeout(random.around(interval));
        asked.places.count_noted();
        if script.is_computing() {
            asked.samples += 1;
            take::ask();
            script.thread.interrupt();
        }
    }
    asked.cpu_time = Thread::current().map(Thread::cpu_time).unwrap_or_default();
    asked
}

/// The script thread, as the sampler sees it.
struct Watched {
    thread: Thread,
    states: ThreadStates,
    cpu_time: Duration,
}

impl Watched {
    /// Whether it has used CPU since the last look and would use it now. On a processor alone is not asked: where there
    /// are few, it is this very thread that has just taken its place.
    fn is_computing(&mut self) -> bool {
        let before = std::mem::replace(&mut self.cpu_time, self.thread.cpu_time());
        self.cpu_time > before && self.states.is_runnable()
    }
}

/// Uneven pauses, lest they march in step with what the script does every millisecond. (xorshift64)
struct Random(u64);

impl Random {
    /// Between half of it and one and a half.
    fn around(&mut self, interval: Duration) -> Duration {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        interval / 2 + interval.mul_f64((self.0 >> 11) as f64 / (1_u64 << 53) as f64)
    }
}
