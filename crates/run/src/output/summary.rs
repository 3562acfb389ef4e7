//! `--summary-json`: written once, at the end, from what was collected at each tick.
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::files::{try_file, write_file};
use crate::run::{Output, OutputError};
use rlocust_core::model::Tick;
use rlocust_stats::report::summary::Collector;

/// The summary of a run.
#[derive(Debug)]
pub struct SummaryFile {
    path: PathBuf,
    collector: Collector,
}

impl SummaryFile {
    /// Sees whether the file can be written; it appears at the end. `facts` are versions and settings of the run.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create(path: PathBuf, facts: Map<String, Value>) -> Result<Self, OutputError> {
        try_file(&path)?;
        Ok(Self {
            path,
            collector: Collector::new(facts),
        })
    }
}

impl Output for SummaryFile {
    fn tick(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError> {
        self.collector.tick(tick);
        Ok(())
    }

    fn finish(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError> {
        self.collector.tick(tick);
        let text = self.collector.summary(tick);
        write_file(&self.path, text.as_bytes())
    }
}
