//! The page's files, and the report as a text.
use pyo3::prelude::*;
use rlocust_engine::config::RunSettings;
use rlocust_engine::web::{ReportParts, Seen, Timeline, file, report};

use super::facts;
use crate::run::owner::PyRun;
use crate::run::settings::PyRunSettings;
use crate::stats::ticks::tick_of;

/// A file of the page as it is embedded: `index.html`, `report.html`, `assets/…`.
#[pyfunction]
pub fn web_file(name: &str) -> Option<&'static [u8]> {
    file(name).map(|file| file.bytes)
}

/// The report of a run as one file. `arguments` is a JSON object of what only the script knows (`tasks`, `settings`).
/// Without `keep_course` or a web interface there are no curves in it.
#[pyfunction]
#[pyo3(signature = (run, settings, environment, arguments="{}", theme="", has_download_link=false))]
pub fn html_report(
    run: &Bound<'_, PyRun>,
    settings: Option<&Bound<'_, PyRunSettings>>,
    environment: &Bound<'_, PyAny>,
    arguments: &str,
    theme: &str,
    has_download_link: bool,
) -> PyResult<String> {
    let preset = RunSettings::default();
    let settings = settings.map_or(&preset, |settings| &settings.get().inner);
    let said = facts::said(environment, settings)?;
    let run = run.get();
    let tick = tick_of(&run.run);
    let text = |course: &mut Timeline| {
        course.follow(&tick);
        let verdict = match &tick.conclusion {
            Some(conclusion) => conclusion.verdict.clone(),
            None => said.limits.verdict(&tick),
        };
        report(&ReportParts {
            seen: Seen::of(&said),
            course,
            verdict: &verdict,
            arguments: arguments.as_bytes(),
            theme,
            has_download_link,
            baseline: run.baseline().cloned().unwrap_or_default(),
        })
    };
    Ok(match run.course() {
        Some(course) => text(&mut course.lock()),
        None => text(&mut Timeline::default()),
    })
}
