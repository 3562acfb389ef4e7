//! The files that are made of the last figures alone, for a live run and for `rlocust report` alike.
use std::path::{Path, PathBuf};

use rlocust_core::config::FileSettings;
use rlocust_core::model::Snapshot;
use rlocust_run::output;
use rlocust_run::run::OutputError;
use rlocust_stats::report::{self, Facts, json};

/// Where Locust's JSON goes.
pub fn json_path(files: &FileSettings) -> Option<PathBuf> {
    let mut name = files.json.clone()?;
    name.push(".json");
    Some(name.into())
}

/// Where the reports go.
pub fn report_paths(files: &FileSettings) -> impl Iterator<Item = &Path> {
    let named = [&files.junit, &files.markdown].into_iter().flatten();
    named.map(Path::new)
}

/// Takes away the files of a run that did not begin, where nothing was written: an empty report reads like a broken one.
pub fn discard_empty(files: &FileSettings) {
    let named = [&files.junit, &files.markdown, &files.store];
    for path in named.into_iter().flatten().map(Path::new) {
        let is_empty =
            std::fs::symlink_metadata(path).is_ok_and(|found| found.is_file() && found.len() == 0);
        if is_empty {
            std::fs::remove_file(path).ok(); // it stays as it is
        }
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_that_are_still_empty_are_taken_away() {
        let folder = std::env::temp_dir().join(format!("rlocust-discard-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("it can be made");
        let path = |name: &str| folder.join(name).into_os_string();
        std::fs::write(path("empty"), "").expect("there is space");
        std::fs::write(path("full"), "x").expect("there is space");
        discard_empty(&FileSettings {
            junit: Some(path("empty")),
            store: Some(path("full")),
            markdown: Some(path("missing")),
            ..FileSettings::default()
        });
        let left = std::fs::read_dir(&folder).expect("it is there").count();
        assert_eq!((left, folder.join("full").exists()), (1, true));
        std::fs::remove_dir_all(folder).expect("it can be removed");
    }
}
