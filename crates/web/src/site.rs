//! What every answer is made of: the run, its course, and what the script has said of itself.
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use parking_lot::{Mutex, RwLock};
use serde_json::Value;
use tokio::sync::Semaphore;

use super::feed::Feed;
use super::logs::Logs;
use super::script::Script;
use super::timeline::Timeline;
use rlocust_core::config::RunFacts;
use rlocust_core::model::{RunState, Tick, Verdict};
use rlocust_run::run::RunHandle;
use rlocust_stats::history::Folder;
use rlocust_stats::report::locust_web::ShownPercentiles;
use rlocust_stats::verdict::LimitTracker;

/// How old the sums of an answer may be: a page that asks for three things at once gets them of one moment.
const RECENT: Duration = Duration::from_millis(250);

/// Of what strangers send and wait for, in bytes.
pub(super) const MOST_OF_ALL_BODIES: usize = 16 << 20;

/// One web interface.
pub struct Site {
    pub run: RunHandle,
    pub(super) course: Arc<Mutex<Timeline>>,
    pub(super) said: RwLock<ScriptInfo>,
    pub(super) logs: Mutex<Logs>,
    pub(super) feed: Feed,
    pub(super) script: Script,
    /// Limit for what strangers send, in bytes.
    pub(super) bodies: Semaphore,
    pub(super) base_path: String,
    /// Earlier runs, where they are kept.
    pub(super) history: Option<Arc<Folder>>,
    /// What reports are compared with.
    pub(super) baseline: Option<Value>,
}

/// What the script has said of the run; it may say it anew at any time.
#[derive(Debug, Clone)]
pub struct ScriptInfo {
    pub facts: RunFacts,
    pub percentiles: ShownPercentiles,
    /// Seconds east of UTC: Locust names downloads by local time.
    pub utc_offset: i64,
    pub is_master: bool,
    /// Locust's history file, where it has every entry.
    pub full_history: Option<PathBuf>,
    /// Flask answers everything but the page's own paths and these: what it has of ours it asks us for.
    pub is_through_python: bool,
    /// Ours that the script has taken: `/metrics`, `/assets`.
    pub taken: Vec<String>,
    pub needs_login: bool,
    pub limits: Arc<LimitTracker>,
}

impl Site {
    /// `base_path` is in front of every path, such as `/locust`; nothing when it is empty.
    pub fn new(
        run: RunHandle,
        course: Arc<Mutex<Timeline>>,
        base_path: &str,
        said: ScriptInfo,
    ) -> Self {
        let base_path = base_path.trim_matches('/');
        Self {
            run,
            course,
            said: RwLock::new(said),
            logs: Mutex::default(),
            feed: Feed::default(),
            script: Script::of(0),
            bodies: Semaphore::new(MOST_OF_ALL_BODIES),
            base_path: if base_path.is_empty() {
                String::new()
            } else {
                format!("/{base_path}")
            },
            history: None,
            baseline: None,
        }
    }

    /// One of several interfaces of a run: what it asks the script carries this number.
    #[must_use]
    pub fn numbered(mut self, interface: u64) -> Self {
        self.script = Script::of(interface);
        self
    }

    /// With the earlier runs of this folder.
    #[must_use]
    pub fn with_history(mut self, history: Option<Arc<Folder>>) -> Self {
        self.history = history;
        self
    }

    /// The script has something new to say.
    pub fn say(&self, change: impl FnOnce(&mut ScriptInfo)) {
        change(&mut self.said.write());
    }

    /// Whose reports are compared with this, a `Baseline` as JSON.
    #[must_use]
    pub fn with_baseline(mut self, baseline: Option<Value>) -> Self {
        self.baseline = baseline;
        self
    }

    /// Runs that are kept from now on begin with these facts.
    pub fn set_history_facts(&self, facts: &RunFacts) {
        if let Some(history) = &self.history {
            history.set_facts(facts.to_json());
        }
    }

    /// A line was logged here.
    pub fn log(&self, time: f64, level: String, logger: String, line: String) {
        self.logs.lock().push(time, level, logger, line);
    }

    pub fn set_worker_logs(&self, worker: String, lines: Option<Vec<String>>) {
        self.logs.lock().set_worker(worker, lines);
    }

    /// The sums as they are now, nearly.
    pub(super) fn tick(&self) -> Arc<Tick> {
        self.run.recent_tick(RECENT)
    }

    /// The state as it is now.
    pub(super) fn state(&self) -> Arc<RunState> {
        Arc::clone(&self.run.state().borrow())
    }

    /// What the limits say of the test so far, or of its end.
    pub(super) fn verdict(&self, tick: &Tick) -> Verdict {
        match &tick.conclusion {
            Some(conclusion) => conclusion.verdict.clone(),
            None => self.said.read().limits.verdict(tick),
        }
    }
}

#[cfg(test)]
impl ScriptInfo {
    /// Of a script that says as little as it can.
    pub fn nothing() -> Self {
        let settings = rlocust_core::config::RunSettings::default();
        Self {
            facts: RunFacts::new(
                rlocust_core::config::Place::default(),
                rlocust_core::config::Script::default(),
                &settings,
            ),
            percentiles: ShownPercentiles::default(),
            utc_offset: 0,
            is_master: false,
            full_history: None,
            is_through_python: false,
            taken: Vec::new(),
            needs_login: false,
            limits: Arc::new(LimitTracker::new(Vec::new(), Vec::new())),
        }
    }
}
