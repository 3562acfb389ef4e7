//! The files that a run writes.

use super::group::settings;

settings! {
    /// Names of files, as they were given.
    pub struct FileSettings {
        /// How the names of Locust's four files begin.
        "csv_prefix" => csv: Option<String>,
        "stats_history_enabled" => has_full_history: bool,
        /// Without its `.json`.
        "json_file" => json: Option<String>,
        "store" => store: Option<String>,
        "summary_json" => summary: Option<String>,
        "junit_file" => junit: Option<String>,
        "markdown_file" => markdown: Option<String>,
        /// Python's logging writes it; here to see that nothing else does.
        "logfile" => log: Option<String>,
    }
}

impl FileSettings {
    /// By option, where two of them must not name one file.
    pub fn named(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("--csv", &self.csv),
            ("--json-file", &self.json),
            ("--store", &self.store),
            ("--summary-json", &self.summary),
            ("--junit", &self.junit),
            ("--markdown", &self.markdown),
            ("--logfile", &self.log),
        ];
        let all = all.into_iter();
        all.filter_map(|(option, name)| Some((option, name.as_deref()?)))
            .collect()
    }

    /// Whether a file begins with the facts of the run.
    pub fn have_facts(&self) -> bool {
        self.store.is_some() || self.summary.is_some()
    }

    /// Whether a report is made at the end of the run.
    pub fn has_reports(&self) -> bool {
        self.junit.is_some() || self.markdown.is_some()
    }
}
