//! The end of a process whose script does not let it end. Where the script thread still hears signals it ends the process
//! here, by itself; where native code keeps the interpreter, a thread does, which hears the signals by Python's wake-up
//! descriptor, that C code writes. Either books and saves what is known, without the script, and ends the process.
use std::io::{Read, Write as _, stderr};
use std::os::fd::AsRawFd as _;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
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

/// A script thread that has not heard a signal and was silent for less is on its way.
const SILENT: Duration = Duration::from_secs(2);
const LOOK: Duration = Duration::from_millis(50);
/// For the outputs to write their last figures, and for whoever saves already.
const PATIENCE: Duration = Duration::from_secs(1);
const ASKS_FOR_THE_END: [i32; 2] = [libc::SIGINT, libc::SIGTERM];

/// Watches over the end of one run, until the process has ended.
#[pyclass(frozen, name = "EndGuard", module = "rlocust._native")]
pub struct PyEndGuard {
    process: u32,
    end: Arc<End>,
}

/// Never dropped: what is the interpreter's in it outlives the interpreter.
struct End {
    near: UnixStream,
    far: UnixStream,
    limit: Duration,
    run: Py<PyRun>,
    verdict: Py<PyVerdict>,
    /// For the reports; nothing where none are asked for.
    facts: Option<RunFacts>,
    /// When the process has to end, once the script thread has heard a signal.
    due: Mutex<Option<Instant>>,
    stage: Mutex<Stage>,
    /// Held by whoever ends the process.
    turn: Mutex<()>,
}

/// Whose doing it is that the process goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Script,
    /// Ours: files are being written.
    Saving,
    /// The script's again (listeners of `quit`, handlers at exit); everything is written, with this exit code.
    Saved(i64),
}

#[pymethods]
impl PyEndGuard {
    /// From a signal that the script thread does not hear, the process has so many seconds. `OSError` where the system
    /// grants no thread.
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
        let settings = &settings.get().inner;
        let facts = (settings.files.has_reports())
            .then(|| facts_of(environment, settings))
            .transpose()?;
        let end = Arc::new(End {
            near,
            far,
            limit: duration(seconds),
            run,
            verdict,
            facts,
            due: Mutex::new(None),
            stage: Mutex::new(Stage::Script),
            turn: Mutex::new(()),
        });
        std::mem::forget(Arc::clone(&end));
        let watched = Arc::clone(&end);
        let _held_back = hub::SignalsHeldBack::new();
        std::thread::Builder::new()
            .name("rlocust-end".to_owned())
            .spawn(move || watched.watch())?;
        Ok(Self {
            process: std::process::id(),
            end,
        })
    }

    /// For `signal.set_wakeup_fd`.
    fn descriptor(&self) -> i32 {
        self.end.near.as_raw_fd()
    }

    /// The script thread has heard a signal: in so many seconds the process has ended.
    fn asked(&self, seconds: f64) {
        if self.is_forked() {
            return; // the parent's thread listens
        }
        let due = clock::instant() + duration(seconds);
        self.end.due.lock().get_or_insert(due);
        (&self.end.near).write_all(&[libc::SIGTERM as u8]).ok(); // a full pipe has woken the thread already
    }

    /// From now on files are written, by nobody else.
    fn saving(&self) {
        *self.end.stage.lock() = Stage::Saving;
    }

    /// All files are written, and this is what they say.
    fn saved(&self, exit_code: i64) {
        *self.end.stage.lock() = Stage::Saved(exit_code);
    }

    /// Ends the process on the spot, for this reason; returns only while files are being written.
    fn leave(&self, why: &str, exit_code: i64) {
        if self.is_forked() {
            say(&[format!("{why}; this child ends with exit code {exit_code}")]);
            leave(exit_code as i32);
        }
        // Nobody lets go of the interpreter here: no code of the script may come between the figures and the end.
        if *self.end.stage.lock() != Stage::Saving {
            self.end.leave(why, exit_code);
        }
    }
}

impl PyEndGuard {
    fn is_forked(&self) -> bool {
        self.process != std::process::id()
    }
}

impl End {
    fn watch(&self) {
        if !self.hears_a_signal() {
            return;
        }
        let first = clock::instant();
        self.far.set_read_timeout(Some(LOOK)).ok();
        while !self.is_due(first) {
            // More signals change nothing.
            if matches!((&self.far).read(&mut [0]), Ok(0)) {
                return;
            }
        }
        let why = format!(
            "the locustfile has blocked the shutdown for {:.0} s after the signal, in native code",
            self.limit.as_secs_f64()
        );
        self.leave(&why, MISUSED);
    }

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

    /// A script that handles signals itself, or is on its way to hear one, shows that it lives.
    fn is_due(&self, first: Instant) -> bool {
        let (now, due) = (clock::instant(), *self.due.lock());
        let stage = *self.stage.lock();
        match due {
            None if stage == Stage::Script => {
                now >= first + self.limit && self.run.get().run.handle().silence() >= SILENT
            }
            _ if stage == Stage::Saving => now >= due.unwrap_or(first + self.limit) + PATIENCE,
            _ => now >= due.unwrap_or(first + self.limit),
        }
    }

    fn leave(&self, why: &str, exit_code: i64) -> ! {
        // Whoever came first may have been stopped in the middle.
        let _turn = self.turn.try_lock_for(2 * PATIENCE);
        let (mut lines, code) = match *self.stage.lock() {
            Stage::Script => (self.save(exit_code), exit_code),
            Stage::Saving => (
                vec!["files of results may be incomplete".to_owned()],
                exit_code,
            ),
            Stage::Saved(code) => (Vec::new(), code),
        };
        let what_is_left = match *self.stage.lock() {
            Stage::Script => "What is known is saved, without events and tables; the",
            Stage::Saving => "The",
            Stage::Saved(_) => "All results are written; the",
        };
        lines.push(format!(
            "{why}. {what_is_left} process ends with exit code {code}"
        ));
        self.run.get().restore_terminal();
        say(&lines);
        leave(code as i32)
    }

    /// Books the calls under way and writes every file; a line for each that could not be written.
    fn save(&self, exit_code: i64) -> Vec<String> {
        let (run, verdict) = (self.run.get(), self.verdict.get());
        hub::settle_all();
        verdict.judge_detached();
        verdict.conclude(exit_code);
        let mut lines = run.finish_without_the_script(PATIENCE);
        lines.extend(verdict.write_json());
        if let Some(facts) = &self.facts {
            lines.extend(verdict.write_with(facts, exit_code));
        }
        lines
    }
}

fn say(lines: &[String]) {
    for line in lines {
        writeln!(stderr(), "rlocust: {line}").ok();
    }
}
