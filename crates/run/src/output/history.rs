//! `--history`: a result store for each test of the process, from its start to its stop. What users still report right
//! after the stop comes into it, too; what happens to the sums later (a reset, another test) does not.
use std::fs::File;
use std::sync::Arc;

use parking_lot::Mutex;

use super::store::StoreFile;
use crate::run::{Output, OutputError};
use rlocust_core::config::RunFacts;
use rlocust_core::model::exit::Ending;
use rlocust_core::model::{Conclusion, Tick};
use rlocust_stats::history::{Figures, Folder};
use rlocust_stats::verdict::LimitTracker;

/// Seconds after the stop in which late words of users still count.
const SETTLING: f64 = 10.0;

/// Keeps each test in a folder.
pub struct HistoryOutput {
    folder: Arc<Folder>,
    limits: Arc<Mutex<LimitTracker>>,
    /// `--exit-code-on-error`.
    code_of_failures: i64,
    /// The first tick of a test: its store begins with the second, when the page has said what it started.
    first: Option<Arc<Tick>>,
    kept: Option<Kept>,
}

/// The test that is being kept.
struct Kept {
    id: String,
    started_at: Option<f64>,
    store: StoreFile,
    figures: Figures,
    last: Arc<Tick>,
    /// Whether the store has an end.
    is_ended: bool,
    /// Locked while it has none.
    lock: File,
}

impl HistoryOutput {
    pub fn new(
        folder: Arc<Folder>,
        limits: Arc<Mutex<LimitTracker>>,
        code_of_failures: i64,
    ) -> Self {
        Self {
            folder,
            limits,
            code_of_failures,
            first: None,
            kept: None,
        }
    }

    /// What the end of this test is, where the program goes on.
    fn conclusion(&self, tick: &Tick) -> Conclusion {
        let has_failures = !tick.snapshot.errors.is_empty() || !tick.run.exceptions.is_empty();
        let ending = Ending {
            verdict: self.limits.lock().verdict(tick),
            code_of_failures: has_failures.then_some(self.code_of_failures),
            ..Ending::default()
        };
        Conclusion {
            exit_code: ending.code(),
            verdict: ending.verdict,
        }
    }

    /// The test of this tick is the one that is kept; false where its store does not begin yet.
    fn is_kept(&mut self, tick: &Arc<Tick>, started_at: f64) -> Result<bool, OutputError> {
        if self
            .kept
            .as_ref()
            .is_some_and(|kept| kept.started_at == Some(started_at))
        {
            return Ok(true);
        }
        self.end_kept()?;
        let first = self.first.clone();
        let first = first.filter(|first| first.run.started_at == Some(started_at));
        if first.is_none() && tick.run.stopped_at.is_none() && tick.conclusion.is_none() {
            self.first = Some(Arc::clone(tick));
            return Ok(false);
        }
        let mut kept = Kept::begin(&self.folder, started_at, tick)?;
        self.first = None;
        if let Some(first) = first {
            kept.add(&first)?;
        }
        self.kept = Some(kept);
        Ok(true)
    }

    /// The test before, where another began without a stop.
    fn end_kept(&mut self) -> Result<(), OutputError> {
        match self.kept.take() {
            Some(mut kept) if !kept.is_ended => {
                let conclusion = self.conclusion(&kept.last);
                kept.end(&self.folder, &conclusion)
            }
            _ => Ok(()),
        }
    }

    fn end(&mut self, tick: &Tick) -> Result<(), OutputError> {
        let own = tick.conclusion.as_deref().cloned();
        let conclusion = own.unwrap_or_else(|| self.conclusion(tick));
        match &mut self.kept {
            Some(kept) => kept.end(&self.folder, &conclusion),
            None => Ok(()),
        }
    }
}

impl Output for HistoryOutput {
    fn tick(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError> {
        let Some(started_at) = tick.run.started_at else {
            return Ok(());
        };
        if !self.is_kept(tick, started_at)? {
            return Ok(());
        }
        let Some(kept) = &mut self.kept else {
            return Ok(());
        };
        let is_over = tick.run.stopped_at.is_some() || tick.conclusion.is_some();
        let belongs = kept.belongs(tick);
        if belongs {
            kept.reopen()?;
            kept.add(tick)?;
        }
        if !is_over {
            self.folder.go_on(&kept.id, &kept.figures);
            return Ok(());
        }
        if belongs || !kept.is_ended {
            return self.end(tick);
        }
        Ok(())
    }

    fn finish(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError> {
        self.tick(tick)?;
        match &mut self.kept {
            Some(kept) if tick.conclusion.is_some() && !kept.has_shrunk(tick) => kept.reopen()?,
            Some(kept) if !kept.is_ended => {}
            _ => return Ok(()),
        }
        self.end(tick)
    }
}

impl Kept {
    fn begin(folder: &Folder, started_at: f64, tick: &Arc<Tick>) -> Result<Self, OutputError> {
        let (id, lock) = folder
            .begin(started_at)
            .map_err(OutputError::with(folder.path()))?;
        let facts = folder.facts();
        Ok(Self {
            started_at: Some(started_at),
            store: StoreFile::create(folder.store(&id), &facts)?,
            figures: Figures::of(&RunFacts::from_json(&facts)),
            last: Arc::new(Tick {
                run: Arc::clone(&tick.run),
                ..Tick::default()
            }),
            is_ended: false,
            id,
            lock,
        })
    }

    fn add(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError> {
        self.figures.follow(tick);
        self.last = Arc::clone(tick);
        self.store.tick(tick)
    }

    /// Whether the tick belongs into the store. After the stop only what is more does.
    fn belongs(&self, tick: &Tick) -> bool {
        let Some(stopped_at) = tick
            .run
            .stopped_at
            .or(tick.conclusion.as_ref().map(|_| tick.now))
        else {
            return true;
        };
        let (now, before) = (&tick.snapshot, &self.last.snapshot);
        let is_same = Arc::ptr_eq(&now.total, &before.total) && now.accounting == before.accounting;
        let is_late = tick.now - stopped_at > SETTLING;
        !(self.has_shrunk(tick) || self.is_ended && (is_same || is_late))
    }

    fn has_shrunk(&self, tick: &Tick) -> bool {
        tick.snapshot.total.num_requests < self.last.snapshot.total.num_requests
    }

    fn reopen(&mut self) -> Result<(), OutputError> {
        if self.is_ended {
            self.lock.lock().ok(); // as when it was made
            self.is_ended = false;
            self.store.reopen()?;
        }
        Ok(())
    }

    fn end(&mut self, folder: &Folder, conclusion: &Conclusion) -> Result<(), OutputError> {
        self.is_ended = true;
        self.store.end(conclusion)?;
        let noted = folder.conclude(&self.id, &self.figures);
        self.lock.unlock().ok(); // without locks there is none to give up
        noted.map_err(OutputError::with(folder.path()))
    }
}
