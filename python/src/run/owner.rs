//! A run for Python: the runner writes its state here, its service thread is started and finished here, and what other
//! threads have for it (notifications, orders) is taken here, when the waker has woken the script thread.
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use parking_lot::Mutex;
use pyo3::exceptions::{PyOSError, PyRuntimeError, PyValueError};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use rlocust_engine::clock;
use rlocust_engine::history::Folder;
use rlocust_engine::model::{ExceptionRow, State};
use rlocust_engine::report::machines;
use rlocust_engine::run::{Ended, Notification, Order, Receipt, Run, Running, Service};
use rlocust_engine::terminal::{Colours, Scrolling, TerminalOutput, TerminalRestorer, Tty};
use rlocust_engine::web::{Timeline, TimelineOutput};
use serde_json::Value;

use crate::hub;
use crate::run::order::PyOrder;
use crate::run::waker;
use crate::stats::recorder::PyRecorder;
use crate::stats::ticks::tick_of;

/// How long a signal may go unheard while the outputs write their last figures.
const SLICE: Duration = Duration::from_millis(100);

/// One run. Everything but `order` is for the script thread.
#[pyclass(frozen, name = "Run", module = "rlocust._native")]
pub struct PyRun {
    pub(crate) run: Arc<Run>,
    stage: Mutex<Stage>,
    /// Where the web interface or `keep_course` follows the run.
    course: OnceLock<Arc<Mutex<Timeline>>>,
    /// Where something of the run is drawn on a terminal.
    terminal: OnceLock<TerminalRestorer>,
    /// Where `--history` keeps each test.
    history: OnceLock<Arc<Folder>>,
    /// What reports are compared with.
    baseline: OnceLock<Value>,
}

enum Stage {
    Building(Box<Service>),
    Running(Running),
    Over,
}

impl PyRun {
    /// Before the service starts; `RuntimeError` later.
    pub(crate) fn build(&self, change: impl FnOnce(&mut Service)) -> PyResult<()> {
        match &mut *self.stage.lock() {
            Stage::Building(service) => change(service),
            _ => return Err(PyRuntimeError::new_err("the outputs have started already")),
        }
        Ok(())
    }

    /// The run is wired once: a second folder is not taken.
    pub(crate) fn keep_runs_in(&self, folder: Arc<Folder>) {
        self.history.set(folder).ok();
    }

    /// The same of a second baseline.
    pub(crate) fn compare_reports_with(&self, baseline: Value) {
        self.baseline.set(baseline).ok();
    }

    pub(crate) fn baseline(&self) -> Option<&Value> {
        self.baseline.get()
    }

    pub(crate) fn history(&self) -> Option<&Arc<Folder>> {
        self.history.get()
    }

    /// The course that is followed, if any is.
    pub(crate) fn course(&self) -> Option<&Arc<Mutex<Timeline>>> {
        self.course.get()
    }

    /// A course for the web interface to follow, with the generator's load in its ticks where the service has not begun.
    pub(crate) fn course_of_page(&self) -> Arc<Mutex<Timeline>> {
        self.build(Service::monitor_generator).ok();
        let own: Arc<Mutex<Timeline>> = Arc::default();
        // One that is kept for the report already is followed by somebody else.
        self.course.set(Arc::clone(&own)).ok();
        own
    }
}

#[pymethods]
impl PyRun {
    #[new]
    fn new(recorder: &Bound<'_, PyRecorder>) -> PyResult<Self> {
        let waker = waker::of_this_process()?;
        let recorder = recorder.get();
        let run = Arc::new(Run::new(Arc::clone(&recorder.inner), move || waker.wake()));
        recorder.ticks.belong_to(&run);
        let mut service = run.service();
        service.watch_threads(hub::io_threads);
        Ok(Self {
            stage: Mutex::new(Stage::Building(Box::new(service))),
            course: OnceLock::new(),
            terminal: OnceLock::new(),
            history: OnceLock::new(),
            baseline: OnceLock::new(),
            run,
        })
    }

    /// Locust's words; any other is published as no state.
    fn set_state(&self, word: &str) {
        let state = State::from_word(word);
        self.run.states().set_state(state, clock::unix_seconds());
    }

    fn test_started(&self) {
        self.run.states().test_started(clock::unix_seconds());
    }

    fn user_started(&self, user_class: &str) {
        self.run.states().user_started(user_class);
    }

    fn user_ended(&self, user_class: &str) {
        self.run.states().user_ended(user_class);
    }

    /// The number is a suite's; read here, an error says no more than what it is.
    fn set_target(&self, user_count: &Bound<'_, PyAny>) -> PyResult<()> {
        let user_count = user_count.extract::<f64>()?;
        self.run.states().set_target(user_count as i64);
        Ok(())
    }

    fn set_target_of(&self, user_class: &str, user_count: f64) {
        self.run
            .states()
            .set_target_of(user_class, user_count as i64);
    }

    /// How many users of each class the workers of a master have; a class that is not named has none.
    fn set_user_counts(&self, counts: &Bound<'_, PyDict>) -> PyResult<()> {
        let counts = counts.iter();
        let counts: Vec<(String, i64)> = counts
            .map(|(class, count)| Ok((class.extract()?, count.extract()?)))
            .collect::<PyResult<_>>()?;
        self.run.states().set_user_counts(&counts);
        Ok(())
    }

    fn put_exception(
        &self,
        key: &str,
        count: i64,
        message: String,
        traceback: String,
        nodes: String,
        kind: String,
    ) {
        let row = ExceptionRow {
            count,
            message,
            traceback,
            nodes,
            kind,
            seen: None,
        };
        self.run.states().put_exception(key, row);
    }

    fn clear_exceptions(&self) {
        self.run.states().clear_exceptions();
    }

    /// Keeps the course of the run for its report, unless the web interface does; before `start`.
    fn keep_course(&self) -> PyResult<()> {
        let course = Arc::default();
        if self.course.set(Arc::clone(&course)).is_err() {
            return Ok(());
        }
        self.build(|service| service.add(Box::new(TimelineOutput(course))))
    }

    /// Shows a line about the run on the terminal behind standard error, if that is one, until `finish`; before `start`.
    /// `run_time`: the seconds that the run is to last, or None.
    fn show_status_line(&self, run_time: Option<f64>) -> PyResult<()> {
        let Some(tty) = Tty::of_stderr() else {
            return Ok(());
        };
        let _held_back = hub::SignalsHeldBack::new();
        self.draw(TerminalOutput::status_line(
            tty,
            self.run.handle(),
            run_time,
        )?)
    }

    /// Shows the run on the whole terminal behind standard error until `finish`; before `start`. What is printed meanwhile
    /// comes afterwards. `OSError` where that is no terminal, or one that does not say how large it is.
    fn show_full_screen(&self, run_time: Option<f64>, has_colours: bool) -> PyResult<()> {
        let tty = Tty::of_stderr().ok_or_else(|| PyOSError::new_err("no terminal"))?;
        let colours = if has_colours {
            Colours::Shown
        } else {
            Colours::None
        };
        let _held_back = hub::SignalsHeldBack::new();
        let run = self.run.handle();
        self.draw(TerminalOutput::full_screen(tty, run, run_time, colours)?)
    }

    /// Scrolls the view: `up`, `down`, `page_up`, `page_down`, `first`, `last`, or `other_table`, which the next ones move.
    /// `ValueError` for other words.
    fn scroll_terminal(&self, asked: &str) -> PyResult<()> {
        let asked = Scrolling::of_name(asked)
            .ok_or_else(|| PyValueError::new_err(format!("not a way to scroll: `{asked}`")))?;
        if let Some(terminal) = self.terminal.get() {
            terminal.scroll(asked);
        }
        Ok(())
    }

    /// Gives the terminal back at once, for an end without `finish`; nothing where it is given back already.
    pub(crate) fn restore_terminal(&self) {
        if let Some(terminal) = self.terminal.get() {
            terminal.restore();
        }
    }

    /// While held, nothing is drawn: somebody else has the terminal. A full-screen view is given back for good.
    fn hold_terminal(&self, is_held: bool) {
        if let Some(terminal) = self.terminal.get() {
            terminal.hold(is_held);
        }
    }

    /// Starts the service thread.
    fn start(&self) -> PyResult<()> {
        let _held_back = hub::SignalsHeldBack::new();
        let mut stage = self.stage.lock();
        *stage = match std::mem::replace(&mut *stage, Stage::Over) {
            Stage::Building(service) => Stage::Running(service.start()?),
            other => other,
        };
        Ok(())
    }

    /// Ticks of the service thread so far; 0 while it does not run.
    fn ticks(&self) -> u64 {
        match &*self.stage.lock() {
            Stage::Running(running) => running.ticks(),
            _ => 0,
        }
    }

    /// `[(kind, line)]` since the last call; kinds are `error`, `info`, `stop` and `died`.
    fn notifications(&self) -> Vec<(&'static str, String)> {
        let notifications = self.run.notifications().take().into_iter();
        notifications
            .map(|notification| match notification {
                Notification::Error(line) => ("error", line),
                Notification::Info(line) => ("info", line),
                Notification::Stop(line) => ("stop", line),
                Notification::Died(line) => ("died", line),
            })
            .collect()
    }

    /// The orders that wait; each owes its receipt.
    fn orders(&self) -> PyResult<Vec<PyOrder>> {
        let taken = self.run.take_orders().into_iter();
        taken.map(PyOrder::new).collect()
    }

    /// Places an order, a JSON object, from any thread and waits `limit` seconds at most for its receipt: `(word,
    /// text)`; the words are `done`, `refused` (the text says why), `silent` and `working` (for how many seconds).
    /// `ValueError` where that is no order.
    fn order(&self, py: Python<'_>, json: &str, limit: f64) -> PyResult<(&'static str, String)> {
        let order: Order =
            serde_json::from_str(json).map_err(|error| PyValueError::new_err(error.to_string()))?;
        let pending = self.run.handle().order(order);
        Ok(match py.detach(|| pending.wait(seconds(limit)))? {
            Receipt::Done | Receipt::Answered(_) => ("done", String::new()),
            Receipt::Refused(why) => ("refused", why),
            Receipt::Silent(time) => ("silent", format!("{:.1}", time.as_secs_f64())),
            Receipt::Working(time) => ("working", format!("{:.1}", time.as_secs_f64())),
        })
    }

    /// A line on the CPU and memory of each machine that was watched, over the run so far.
    fn machines(&self) -> Vec<String> {
        let tick = tick_of(&self.run);
        machines::lines(&tick.machines, tick.run.busiest_worker.as_ref())
    }

    /// The last tick for every output, then the end of the thread; waits `limit` seconds at most. One line for each
    /// output that is not complete. Signal handlers run meanwhile; what one raises ends the wait. In a child that the
    /// script has forked there is nothing to finish: files and thread are the parent's.
    fn finish(&self, py: Python<'_>, limit: f64) -> PyResult<Vec<String>> {
        if self.run.is_forked() {
            return Ok(Vec::new());
        }
        self.run.close();
        let stage = std::mem::replace(&mut *self.stage.lock(), Stage::Over);
        let Stage::Running(mut running) = stage else {
            return Ok(Vec::new());
        };
        running.finish(tick_of(&self.run));
        Ok(match wait(py, &mut running, seconds(limit))? {
            Some(Ended::Complete) => Vec::new(),
            Some(Ended::Incomplete(lines)) => lines,
            Some(Ended::Died) => {
                vec!["output files lack the end: the service thread had died".to_owned()]
            }
            None => vec![format!(
                "output files were not complete {limit} seconds after the end: they may lack the last figures"
            )],
        })
    }
}

impl PyRun {
    fn draw(&self, output: TerminalOutput) -> PyResult<()> {
        self.terminal.set(output.restorer()).ok(); // a second one would be given back with the outputs
        self.build(|service| service.add(Box::new(output)))
    }

    /// `finish` for a process that ends without its script thread.
    pub(crate) fn finish_without_the_script(&self, limit: Duration) -> Vec<String> {
        self.run.close();
        let Some(mut stage) = self.stage.try_lock_for(limit) else {
            return vec!["the outputs may lack their last figures".to_owned()];
        };
        let Stage::Running(mut running) = std::mem::replace(&mut *stage, Stage::Over) else {
            return Vec::new();
        };
        running.finish(self.run.tick());
        match running.wait(limit) {
            Some(Ended::Complete) => Vec::new(),
            Some(Ended::Incomplete(lines)) => lines,
            Some(Ended::Died) | None => vec!["the outputs lack their last figures".to_owned()],
        }
    }
}

/// In slices, so that a signal is heard between them.
fn wait(py: Python<'_>, running: &mut Running, limit: Duration) -> PyResult<Option<Ended>> {
    let deadline = clock::instant() + limit;
    loop {
        let ended = py.detach(|| running.wait(SLICE));
        if ended.is_some() || clock::instant() >= deadline {
            return Ok(ended);
        }
        py.check_signals()?;
    }
}

/// What a suite assigned to a constant: nothing below zero, nothing endless.
pub(crate) fn seconds(value: f64) -> Duration {
    Duration::try_from_secs_f64(value.max(0.0)).unwrap_or(Duration::from_hours(24))
}
