//! `--csv`: Locust's four files, at its pace, and once more at the very end, which Locust leaves out.
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::files::{Growing, Rewritten};
use crate::model::Tick;
use crate::report::RequestsSheet;
use crate::report::csv::{self, History};
use crate::run::{Output, OutputError};

/// History rows wait for the next flush up to this size.
const MOST_WAITING: usize = 8192;

/// What the command line and the constants of `locust.stats` say about the files.
#[derive(Debug, Clone)]
pub struct CsvSettings {
    /// Start of the names of all four files; its folders are made.
    pub prefix: String,
    pub percentiles: Vec<f64>,
    pub history: History,
    /// Between two rounds.
    pub interval: Duration,
    /// Rounds within this time after the last one that reached the disk wait for the next.
    pub flush_interval: Duration,
}

/// The four files.
#[derive(Debug)]
pub struct CsvFiles {
    settings: CsvSettings,
    requests: RequestsSheet,
    stats: Rewritten,
    failures: Rewritten,
    exceptions: Rewritten,
    history: Growing,
    flushed_at: f64,
}

impl CsvFiles {
    /// Opens all four, empty.
    ///
    /// # Errors
    /// The first that cannot be written.
    pub fn create(settings: CsvSettings) -> Result<Self, OutputError> {
        let path = |kind: &str| PathBuf::from(format!("{}_{kind}.csv", settings.prefix));
        let mut history = Growing::create(path("stats_history"))?;
        history.push(&csv::history_head(&settings.percentiles));
        Ok(Self {
            requests: RequestsSheet::new(&settings.percentiles),
            stats: Rewritten::create(path("stats"))?,
            failures: Rewritten::create(path("failures"))?,
            exceptions: Rewritten::create(path("exceptions"))?,
            history,
            settings,
            flushed_at: f64::NEG_INFINITY,
        })
    }

    fn note(&mut self, tick: &Tick) {
        let rows = csv::history_rows(tick, &self.settings.percentiles, self.settings.history);
        self.history.push(&rows);
    }

    /// All four are tried; the first error is reported.
    fn write(&mut self, tick: &Tick) -> Result<(), OutputError> {
        let stats = self.stats.write(&self.requests.render(&tick.snapshot));
        let history = self.history.flush();
        let failures = self.failures.write(&csv::failures(&tick.snapshot));
        let exceptions = self.exceptions.write(&csv::exceptions(&tick.run));
        stats.and(history).and(failures).and(exceptions)
    }
}

impl Output for CsvFiles {
    fn interval(&self) -> Duration {
        self.settings.interval
    }

    fn tick(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError> {
        self.note(tick);
        if tick.now - self.flushed_at > self.settings.flush_interval.as_secs_f64() {
            self.flushed_at = tick.now;
            return self.write(tick);
        }
        if self.history.owed() > MOST_WAITING {
            self.history.flush()
        } else {
            Ok(())
        }
    }

    fn finish(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError> {
        self.note(tick);
        self.write(tick)
    }
}
