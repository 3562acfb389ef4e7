//! The files that a run writes.

use std::ffi::{OsStr, OsString};

use crate::settings;

settings! {
    /// Names of files, as they were given.
    pub struct FileSettings {
        /// How the names of Locust's four files begin.
        "csv_prefix" => csv: Option<OsString>,
        "stats_history_enabled" => has_full_history: bool,
        /// Without its `.json`.
        "json_file" => json: Option<OsString>,
        "store" => store: Option<OsString>,
        /// A folder, for a store of each test.
        "history_folder" => history: Option<OsString>,
        "summary_json" => summary: Option<OsString>,
        "junit_file" => junit: Option<OsString>,
        "markdown_file" => markdown: Option<OsString>,
        /// The shim writes it; here, as the next two, to see that nothing else does.
        "profile_json" => profile: Option<OsString>,
        "html_file" => html: Option<OsString>,
        /// An earlier run, read for the report.
        "html_baseline" => baseline: Option<OsString>,
        /// Python's logging writes it.
        "logfile" => log: Option<OsString>,
    }
}

impl FileSettings {
    /// By option, where two of them must not name one file.
    pub fn named(&self) -> Vec<(&'static str, &OsStr)> {
        let all = [
            ("--csv", &self.csv),
            ("--json-file", &self.json),
            ("--store", &self.store),
            ("--summary-json", &self.summary),
            ("--junit", &self.junit),
            ("--markdown", &self.markdown),
            ("--profile-json", &self.profile),
            ("--html", &self.html),
            ("--logfile", &self.log),
        ];
        let all = all.into_iter();
        all.filter_map(|(option, name)| Some((option, name.as_deref()?)))
            .collect()
    }

    /// Whether a file begins with the facts of the run.
    pub fn have_facts(&self) -> bool {
        self.store.is_some() || self.summary.is_some() || self.history.is_some()
    }

    /// Whether a report is made at the end of the run.
    pub fn has_reports(&self) -> bool {
        self.junit.is_some() || self.markdown.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_files_begin_with_facts_and_some_are_reports() {
        let name = || Some(OsString::from("file"));
        let none = FileSettings::default();
        let store = FileSettings {
            store: name(),
            ..none.clone()
        };
        let summary = FileSettings {
            summary: name(),
            ..none.clone()
        };
        let junit = FileSettings {
            junit: name(),
            ..none.clone()
        };
        let markdown = FileSettings {
            markdown: name(),
            ..none.clone()
        };
        let all = [none, store, summary, junit, markdown];
        assert_eq!(
            all.each_ref().map(FileSettings::have_facts),
            [false, true, true, false, false]
        );
        assert_eq!(
            all.each_ref().map(FileSettings::has_reports),
            [false, false, false, true, true]
        );
        assert_eq!(all[1].named(), [("--store", OsStr::new("file"))]);
    }
}
