//! `--csv`: Locust's four files, at its pace, and once more at the very end, which Locust leaves out; and one of ours where
//! there are streamed answers.
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::files::{Growing, Rewritten, begin_file};
use crate::run::{Output, OutputError};
use rlocust_core::model::Tick;
use rlocust_stats::report::RequestsSheet;
use rlocust_stats::report::csv::{self, History};
use rlocust_stats::report::streams;

/// History rows wait for the next flush up to this size.
const MOST_WAITING: usize = 8192;

/// What the command line and the constants of `locust.stats` say about the files.
#[derive(Debug, Clone)]
pub struct CsvSettings {
    /// Start of the names of all files; its folders are made.
    pub prefix: OsString,
    pub percentiles: Vec<f64>,
    pub history: History,
    /// Between two rounds.
    pub interval: Duration,
    /// Rounds within this time after the last one that reached the disk wait for the next.
    pub flush_interval: Duration,
}

/// The files.
#[derive(Debug)]
pub struct CsvFiles {
    settings: CsvSettings,
    requests: RequestsSheet,
    stats: Rewritten,
    failures: Rewritten,
    exceptions: Rewritten,
    streams: Streams,
    history: Growing,
    /// When the last rows of the history were made.
    noted_at: f64,
    flushed_at: f64,
}

impl CsvFiles {
    /// Opens Locust's four, empty.
    ///
    /// # Errors
    /// The first that cannot be written.
    pub fn create(settings: CsvSettings) -> Result<Self, OutputError> {
        let path = |kind: &str| {
            let mut name = settings.prefix.clone();
            name.push(format!("_{kind}.csv"));
            PathBuf::from(name)
        };
        let mut history = Growing::create(path("stats_history"))?;
        history.push(&csv::history_head(&settings.percentiles));
        Ok(Self {
            requests: RequestsSheet::new(&settings.percentiles),
            stats: Rewritten::create(path("stats"))?,
            failures: Rewritten::create(path("failures"))?,
            exceptions: Rewritten::create(path("exceptions"))?,
            streams: Streams::begin(path("streams"))?,
            history,
            settings,
            noted_at: f64::NEG_INFINITY,
            flushed_at: f64::NEG_INFINITY,
        })
    }

    fn note(&mut self, tick: &Tick) {
        let rows = csv::history_rows(tick, &self.settings.percentiles, self.settings.history);
        self.history.push(&rows);
        self.noted_at = tick.now;
    }

    /// The last rows stand for their second, where there are older ones of it.
    fn note_last(&mut self, tick: &Tick) -> Result<(), OutputError> {
        if self.noted_at.floor() < tick.now.floor() {
            self.note(tick);
            return Ok(());
        }
        let rows = csv::history_rows(tick, &self.settings.percentiles, self.settings.history);
        self.history.replace_last(&rows)
    }

    /// All are tried; the first error is reported.
    fn write(&mut self, tick: &Tick) -> Result<(), OutputError> {
        let stats = self.stats.write(&self.requests.render(&tick.snapshot));
        let history = self.history.flush();
        let failures = self.failures.write(&csv::failures(&tick.snapshot));
        let exceptions = self.exceptions.write(&csv::exceptions(&tick.run));
        let streams = self.streams.write(tick);
        stats
            .and(history)
            .and(failures)
            .and(exceptions)
            .and(streams)
    }
}

/// `PREFIX_streams.csv`, which is there once a stream was.
#[derive(Debug)]
struct Streams {
    path: PathBuf,
    file: Option<Rewritten>,
}

impl Streams {
    /// Empties the one of an earlier run.
    fn begin(path: PathBuf) -> Result<Self, OutputError> {
        if path.exists() {
            begin_file(&path)?;
        }
        Ok(Self { path, file: None })
    }

    fn write(&mut self, tick: &Tick) -> Result<(), OutputError> {
        if tick.snapshot.streams.is_empty() {
            return Ok(());
        }
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(Rewritten::create(self.path.clone())?),
        };
        file.write(&streams::csv(&tick.snapshot))
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
        let noted = self.note_last(tick);
        self.write(tick).and(noted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_stats::report::csv::History;

    fn timestamps_of(folder: &str, ticks: &[f64], last: f64) -> Vec<String> {
        let folder = std::env::temp_dir().join(format!("rlocust-{folder}-{}", std::process::id()));
        let settings = CsvSettings {
            prefix: folder.join("x").into_os_string(),
            percentiles: vec![0.5],
            history: History::Aggregate,
            interval: Duration::from_secs(1),
            flush_interval: Duration::from_secs(10),
        };
        let at = |now| {
            Arc::new(Tick {
                now,
                ..Tick::default()
            })
        };
        let mut files = CsvFiles::create(settings).expect("there is space");
        for now in ticks {
            files.tick(&at(*now)).expect("there is space");
        }
        files.finish(&at(last)).expect("there is space");
        let history = std::fs::read_to_string(folder.join("x_stats_history.csv"));
        std::fs::remove_dir_all(folder).expect("it can be removed");
        let history = history.expect("it is there");
        let rows = history.lines().skip(1).map(|line| line.split(',').next());
        rows.map(|first| first.unwrap_or_default().to_owned())
            .collect()
    }

    #[test]
    fn the_last_row_of_the_history_replaces_one_of_the_same_second() {
        let written = timestamps_of("twins-written", &[100.0, 120.2], 120.7);
        assert_eq!(written, ["100", "120"]);
        let waiting = timestamps_of("twins-waiting", &[100.0, 101.2], 101.7);
        assert_eq!(waiting, ["100", "101"]);
        let apart = timestamps_of("no-twins", &[100.0, 101.2], 102.1);
        assert_eq!(apart, ["100", "101", "102"]);
    }
}
