//! The files that are made of the last figures alone, for a live run and for `rlocust report` alike.
use std::path::{Path, PathBuf};

use crate::config::FileSettings;
use crate::model::Snapshot;
use crate::output;
use crate::report::{self, Facts, json};
use crate::run::OutputError;

/// Where Locust's JSON goes.
pub fn json_path(files: &FileSettings) -> Option<PathBuf> {
    let name = files.json.as_ref()?;
    Some(PathBuf::from(format!("{name}.json")))
}

/// Where the reports go.
pub fn report_paths(files: &FileSettings) -> impl Iterator<Item = &Path> {
    let named = [&files.junit, &files.markdown].into_iter().flatten();
    named.map(Path::new)
}

/// Writes the entries as Locust's JSON, if that was asked for.
pub fn write_json(files: &FileSettings, sums: &Snapshot) -> Option<OutputError> {
    let path = json_path(files)?;
    output::write_file(&path, json::entries(sums).as_bytes()).err()
}

/// Writes the reports that were asked for, of the sums of the test; what could not be written.
pub fn write_reports(files: &FileSettings, sums: &Snapshot, facts: &Facts) -> Vec<OutputError> {
    let junit = files.junit.as_ref().map(|name| {
        let text = report::junit(sums, facts).map_err(std::io::Error::other);
        (name, text)
    });
    let markdown = files.markdown.as_ref();
    let markdown = markdown.map(|name| (name, Ok(report::markdown(sums, facts))));
    let written = [junit, markdown].into_iter().flatten().map(|(name, text)| {
        let path = Path::new(name);
        let text = text.map_err(OutputError::with(path))?;
        output::write_file(path, text.as_bytes())
    });
    written.filter_map(Result::err).collect()
}

/// The error as Python would say it, without the number of the system's error.
pub fn plain(error: &OutputError) -> String {
    let line = error.to_string();
    let number = error.cause.raw_os_error();
    let number = number.map(|number| format!(" (os error {number})"));
    match number.and_then(|number| line.strip_suffix(&number)) {
        Some(words) => words.to_owned(),
        None => line,
    }
}
