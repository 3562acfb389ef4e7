//! From the settings of a run to its outputs and its limits: who gets its sums while it lasts, and what it is judged by.
//! The same for a live run, for `rlocust report` and for whoever else gets the sums of a run.
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Map, Value};

use super::end_files::{json_path, plain, report_paths};
use super::refusal::Refusal;
use crate::cli;
use rlocust_core::config::{LimitSettings, RunSettings, StatisticsSettings};
use rlocust_run::monitor::TargetMonitor;
use rlocust_run::output::{
    self, CsvFiles, CsvSettings, HistoryOutput, LimitOutput, MetricsPage, StoreFile, SummaryFile,
};
use rlocust_run::run::{Output, OutputError, Run};
use rlocust_stats::history::Folder;
use rlocust_stats::report::csv::History;
use rlocust_stats::verdict::{LimitTracker, Problem, parse_limits, parse_max_lag};
use rlocust_web::Baseline;

/// The limits of a run, shared by whoever stops it early and whoever judges it at its end.
pub type Limits = Arc<Mutex<LimitTracker>>;

/// What a live run has beside its sums.
pub struct Wired {
    /// In the order in which they are served.
    pub outputs: Vec<Box<dyn Output>>,
    pub target: Option<TargetMonitor>,
    /// The address of the metrics page.
    pub metrics: Option<String>,
    pub limits: Limits,
    /// Where each test is kept.
    pub history: Option<Arc<Folder>>,
    /// What reports are compared with, as they have it.
    pub baseline: Option<Value>,
}

/// Wires a live run. Every file is opened or tried: what nobody could write ends the program before the run.
///
/// # Errors
/// The first setting that cannot be obeyed.
pub fn wire(
    settings: &RunSettings,
    facts: &Map<String, Value>,
    run: &Run,
) -> Result<Wired, Refusal> {
    if let Some(line) = cli::clash(&settings.files.named()) {
        return Err(Refusal::Usage(line));
    }
    let baseline = settings.files.baseline.as_ref().map(Path::new);
    let baseline = baseline.map(Baseline::read).transpose();
    let baseline = baseline.map_err(Refusal::Setting)?;
    let html = settings.files.html.as_ref().map(PathBuf::from);
    for path in html.into_iter().chain(json_path(&settings.files)) {
        output::try_file(&path).map_err(|error| Refusal::File(plain(&error)))?;
    }
    let mut outputs = outputs(settings, facts)?;
    let page = metrics_page(settings, run)?;
    let metrics = page.as_ref().map(|page| page.address().to_string());
    outputs.extend(page.map(|page| Box::new(page) as Box<dyn Output>));
    let target = target_monitor(settings)?;
    let limits = Arc::new(Mutex::new(limits(&settings.limits)?));
    let history = history(settings, facts)?;
    if let Some(folder) = &history {
        let (folder, limits) = (Arc::clone(folder), Arc::clone(&limits));
        let code_of_failures = settings.limits.code_of_failures;
        outputs.push(Box::new(HistoryOutput::new(
            folder,
            limits,
            code_of_failures,
        )));
    }
    for path in report_paths(&settings.files) {
        output::begin_file(path).map_err(|error| Refusal::File(plain(&error)))?;
    }
    if limits.lock().can_abort() {
        let output = LimitOutput::new(Arc::clone(&limits), Arc::clone(run.notifications()));
        outputs.push(Box::new(output));
    }
    Ok(Wired {
        outputs,
        target,
        metrics,
        limits,
        history,
        baseline: baseline.map(Baseline::into_json),
    })
}

fn history(
    settings: &RunSettings,
    facts: &Map<String, Value>,
) -> Result<Option<Arc<Folder>>, Refusal> {
    let Some(path) = settings.files.history.as_ref().map(PathBuf::from) else {
        return Ok(None);
    };
    let opened = Folder::open(path.clone(), facts.clone());
    let opened = opened.map_err(OutputError::with(&path));
    let folder = opened.map_err(|error| Refusal::File(plain(&error)))?;
    Ok(Some(Arc::new(folder)))
}

/// The files that are made of every tick.
///
/// # Errors
/// The first that cannot be written.
pub fn outputs(
    settings: &RunSettings,
    facts: &Map<String, Value>,
) -> Result<Vec<Box<dyn Output>>, OutputError> {
    let (files, statistics) = (&settings.files, &settings.statistics);
    let mut outputs: Vec<Box<dyn Output>> = Vec::new();
    if let Some(prefix) = files.csv.as_ref().filter(|_| !statistics.is_csv_by_suite) {
        let csv = csv_settings(prefix, files.has_full_history, statistics);
        outputs.push(Box::new(CsvFiles::create(csv)?));
    }
    if let Some(path) = &files.store {
        outputs.push(Box::new(StoreFile::create(PathBuf::from(path), facts)?));
    }
    if let Some(path) = &files.summary {
        let summary = SummaryFile::create(PathBuf::from(path), facts.clone())?;
        outputs.push(Box::new(summary));
    }
    Ok(outputs)
}

fn csv_settings(
    prefix: &OsStr,
    has_full_history: bool,
    statistics: &StatisticsSettings,
) -> CsvSettings {
    let window = statistics.window;
    CsvSettings {
        prefix: prefix.to_owned(),
        percentiles: statistics.percentiles.clone(),
        history: if has_full_history {
            History::Everything { window }
        } else {
            History::Aggregate
        },
        interval: statistics.csv_interval,
        flush_interval: statistics.csv_flush_interval,
    }
}

fn metrics_page(settings: &RunSettings, run: &Run) -> Result<Option<MetricsPage>, Refusal> {
    let Some(port) = settings.metrics.port else {
        return Ok(None);
    };
    let port = u16::try_from(port).map_err(|_| {
        Refusal::Setting(format!(
            "`--metrics-port {port}` is not a port: give a number from 0 to 65535"
        ))
    })?;
    let page = MetricsPage::bind(&settings.metrics.host, port, &run.handle());
    page.map(Some).map_err(|cause| {
        Refusal::Setting(format!(
            "cannot serve metrics on port {port}: {cause}\nhint: --metrics-port takes another port"
        ))
    })
}

fn target_monitor(settings: &RunSettings) -> Result<Option<TargetMonitor>, Refusal> {
    let monitor = settings.target.monitor.as_deref().map(TargetMonitor::new);
    monitor
        .transpose()
        .map_err(|error| Refusal::Setting(error.to_string()))
}

/// The limits as they were written, read: the command line has refused what is none.
///
/// # Errors
/// The first that is none.
pub fn limits(settings: &LimitSettings) -> Result<LimitTracker, Problem> {
    Ok(LimitTracker::new(
        all(&settings.fail_if, parse_limits)?,
        all(&settings.max_lag, parse_max_lag)?,
    )
    .strict(settings.is_strict))
}

fn all<T>(texts: &[String], parse: fn(&str) -> Result<Vec<T>, Problem>) -> Result<Vec<T>, Problem> {
    let mut all = Vec::new();
    for text in texts {
        all.extend(parse(text)?);
    }
    Ok(all)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_core::config::{FileSettings, MetricsSettings};
    use rlocust_stats::stats::{Recorder, ResponseTimesCache};
    use std::ffi::OsString;

    struct Folder(PathBuf);

    impl Folder {
        fn new(name: &str) -> Self {
            let name = format!("rlocust-wired-{name}-{}", std::process::id());
            let folder = std::env::temp_dir().join(name);
            std::fs::create_dir_all(&folder).expect("a folder");
            Self(folder)
        }

        fn path(&self, name: &str) -> OsString {
            self.0.join(name).into_os_string()
        }
    }

    impl Drop for Folder {
        fn drop(&mut self) {
            std::fs::remove_dir_all(&self.0).ok(); // a test's leftovers harm nobody
        }
    }

    fn wired(settings: &RunSettings) -> Result<Wired, Refusal> {
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        wire(settings, &Map::new(), &Run::new(recorder, || ()))
    }

    fn refusal(settings: &RunSettings) -> Refusal {
        wired(settings).err().expect("a refusal")
    }

    #[test]
    fn every_file_is_there_before_the_run_but_those_of_its_end() {
        let folder = Folder::new("all");
        let settings = RunSettings {
            files: FileSettings {
                csv: Some(folder.path("deep/x")),
                json: Some(folder.path("end")),
                store: Some(folder.path("x.store")),
                summary: Some(folder.path("x.json")),
                junit: Some(folder.path("x.xml")),
                ..FileSettings::default()
            },
            ..RunSettings::default()
        };
        assert_eq!(wired(&settings).expect("all of it").outputs.len(), 3);
        let is_there = |name: &str| folder.0.join(name).exists();
        assert!(is_there("deep/x_stats.csv") && is_there("x.store") && is_there("x.xml"));
        assert!(!is_there("end.json") && !is_there("x.json"));
    }

    #[test]
    fn csv_files_that_a_suite_writes_are_left_to_it() {
        let folder = Folder::new("suite");
        let mut settings = RunSettings::default();
        settings.files.csv = Some(folder.path("x"));
        settings.statistics.is_csv_by_suite = true;
        assert!(wired(&settings).expect("nothing").outputs.is_empty());
        assert!(!folder.0.join("x_stats.csv").exists());
    }

    #[test]
    fn two_outputs_in_one_file_contradict_each_other() {
        let folder = Folder::new("one");
        let mut settings = RunSettings::default();
        settings.files.store = Some(folder.path("x"));
        settings.files.log = Some(folder.path("x"));
        let Refusal::Usage(line) = refusal(&settings) else {
            panic!("no contradiction")
        };
        assert!(
            line.starts_with("--store and --logfile both name `"),
            "{line}"
        );
    }

    #[test]
    fn a_file_that_cannot_be_written_is_refused_in_the_words_of_python() {
        let folder = Folder::new("unwritable");
        let mut settings = RunSettings::default();
        settings.files.junit = Some(folder.0.clone().into_os_string());
        let Refusal::File(line) = refusal(&settings) else {
            panic!("no file")
        };
        let words = format!("cannot write `{}`: Is a directory", folder.0.display());
        assert_eq!(line, words);
    }

    #[test]
    fn what_is_no_port_and_no_limit_is_refused() {
        let of = |settings: &RunSettings| match refusal(settings) {
            Refusal::Setting(line) => line,
            other => panic!("{other:?}"),
        };
        let mut settings = RunSettings {
            metrics: MetricsSettings {
                port: Some(65_536),
                ..MetricsSettings::default()
            },
            ..RunSettings::default()
        };
        let line = "`--metrics-port 65536` is not a port: give a number from 0 to 65535";
        assert_eq!(of(&settings), line);
        settings.metrics.port = None;
        settings.limits.fail_if = vec!["p95 >".to_owned()];
        assert!(of(&settings).contains("`p95 >`"), "{}", of(&settings));
    }

    #[test]
    fn only_limits_that_abort_are_looked_at_while_the_run_lasts() {
        let mut settings = RunSettings::default();
        settings.limits.fail_if = vec!["p95 > 1s".to_owned()];
        assert_eq!(wired(&settings).expect("a limit").outputs.len(), 0);
        settings
            .limits
            .fail_if
            .push("rps < 1 abort after 5s".to_owned());
        assert_eq!(wired(&settings).expect("two limits").outputs.len(), 1);
    }
}
