//! `--store`: one record a tick, handed to the system at once, so that a killed process loses what came after the last
//! tick and nothing more. Onto the disk itself it goes every ten seconds and at the end: a machine that loses its
//! power may lose that much.
use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Map, Value};

use super::files::Growing;
use crate::run::{Output, OutputError};
use rlocust_core::model::{Conclusion, Tick};
use rlocust_stats::store::Writer;

const SYNC_AFTER: f64 = 10.0;

/// The result store of a run.
#[derive(Debug)]
pub struct StoreFile {
    file: Growing,
    writer: Writer,
    synced_at: f64,
}

impl StoreFile {
    /// Opens the file, empty. `facts` hold versions and settings of the run.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn create(path: PathBuf, facts: &Map<String, Value>) -> Result<Self, OutputError> {
        let mut file = Growing::create(path)?;
        let writer = Writer::default();
        file.push(&writer.head(facts));
        Ok(Self {
            file,
            writer,
            synced_at: f64::NEG_INFINITY,
        })
    }

    /// Ends it behind the ticks that are in it.
    ///
    /// # Errors
    /// When the end is not in the file.
    pub fn end(&mut self, conclusion: &Conclusion) -> Result<(), OutputError> {
        self.file.push(&self.writer.end(&conclusion.to_json()));
        self.file.flush()?;
        self.file.sync()
    }

    /// Takes the end away again: there is more to say.
    ///
    /// # Errors
    /// When the file cannot be cut back.
    pub fn reopen(&mut self) -> Result<(), OutputError> {
        self.file.replace_last(&[])
    }
}

impl Output for StoreFile {
    fn tick(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError> {
        self.file.push(&self.writer.tick(tick));
        self.file.flush()?;
        if tick.now - self.synced_at >= SYNC_AFTER {
            self.synced_at = tick.now;
            self.file.begin_sync()?;
        }
        Ok(())
    }

    fn finish(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError> {
        self.file.push(&self.writer.tick(tick));
        self.end(&tick.conclusion.as_deref().cloned().unwrap_or_default())
    }
}
