//! The end of a process whose script does not let it end: native code that ignores signals, or keeps the interpreter to
//! itself. A thread hears the signals by Python's wake-up descriptor, which C code writes; when the time is up and the
//! script thread is still silent, it books and saves what is known without the interpreter, and ends the process.
use std::io::{Read, Write as _, stderr};
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use pyo3::prelude::*;
use rlocust_engine::clock;
use rlocust_engine::config::RunFacts;
use rlocust_engine::model::exit::MISUSED;

use crate::hub;
use crate::hub::leave;
use crate::run::facts::facts_of;
use crate::run::owner::{PyRun, seconds as duration};
use crate::run::settings::PyRunSettings;
use crate::run::verdict::PyVerdict;

/// A script thread that was silent for less is on its way.
const SILENT: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_millis(250);
/// For the outputs to write their last figures.
const PATIENCE: Duration = Duration::from_secs(2);
const ASKS_FOR_THE_END: [i32; 2] = [libc::SIGINT, libc::SIGTERM];

/// Watches over the end of one run. Dropping it, or `end`, lets the process end as it likes.
#[pyclass(frozen, name = "EndGuard", module = "rlocust._native")]
pub struct PyEndGuard {
    near: UnixStream,
    is_over: Arc<AtomicBool>,
}

struct Watch {
    far: UnixStream,
    is_over: Arc<AtomicBool>,
    limit: Duration,
    run: Py<PyRun>,
    verdict: Py<PyVerdict>,
    /// For the reports; nothing where none are asked for.
    facts: Option<RunFacts>,
}

#[pymethods]
impl PyEndGuard {
    /// From a signal on, the process has so many seconds. `OSError` where the system grants no thread.
    #[new]
    fn new(
        run: Py<PyRun>,
        verdict: Py<PyVerdict>,
        settings: &Bound<'_, PyRunSettings>,
        environment: &Bound<'_, PyAny>,
        seconds: f64,
    ) -> PyResult<Self> {
        let (near, far) = UnixStream::pair()?;
        near.set_nonblocking(true)?;
        let is_over = Arc::new(AtomicBool::new(false));
        let settings = &settings.get().inner;
        let facts = (settings.files.has_reports())
            .then(|| facts_of(environment, settings))
            .transpose()?;
        let watch = Watch {
            far,
            is_over: Arc::clone(&is_over),
            limit: duration(seconds),
            run,
            verdict,
            facts,
        };
        std::thread::Builder::new()
            .name("rlocust-end".to_owned())
            .spawn(move || watch.until_the_end())?;
        Ok(Self { near, is_over })
    }

    /// For `signal.set_wakeup_fd`.
    fn descriptor(&self) -> i32 {
        self.near.as_raw_fd()
    }

    /// The run has ended in order, or out of it.
    fn end(&self) {
        self.is_over.store(true, Ordering::Release);
    }
}

impl Watch {
    fn until_the_end(self) {
        if self.hears_a_signal() && self.is_script_stuck() {
            self.end_without_the_script();
        }
        // They are the interpreter's, which this thread does not take.
        std::mem::forget((self.run, self.verdict));
    }

    /// Nothing more comes where the guard is gone.
    fn hears_a_signal(&self) -> bool {
        let mut number = [0];
        loop {
            match (&self.far).read(&mut number) {
                Ok(1) if ASKS_FOR_THE_END.contains(&i32::from(number[0])) => return true,
                Ok(1) => {}
                Ok(_) | Err(_) => return false,
            }
        }
    }

    /// Whether, once the time is up, the script thread stands still; waits while it is on its way.
    fn is_script_stuck(&self) -> bool {
        let due = clock::instant() + self.limit;
        self.far.set_read_timeout(Some(LOOK)).ok();
        let handle = self.run.get().run.handle();
        loop {
            if self.is_over.load(Ordering::Acquire) {
                return false;
            }
            if clock::instant() >= due && handle.silence() >= SILENT {
                return true;
            }
            if matches!((&self.far).read(&mut [0]), Ok(0)) {
                return false; // the guard is gone
            }
        }
    }

    fn end_without_the_script(&self) -> ! {
        let (run, verdict) = (self.run.get(), self.verdict.get());
        hub::settle_all();
        verdict.judge_detached();
        verdict.conclude(MISUSED);
        let mut lines = run.finish_without_the_script(PATIENCE);
        if let Some(facts) = &self.facts {
            lines.extend(verdict.write_with(facts, MISUSED));
        }
        lines.push(format!(
            "the script has not let the run end {:.0} s after the signal: it stands in native code. What is known is saved, \
             without events and tables; the process ends with exit code {MISUSED}",
            self.limit.as_secs_f64()
        ));
        for line in lines {
            writeln!(stderr(), "rlocust: {line}").ok();
        }
        leave(MISUSED as i32)
    }
}
