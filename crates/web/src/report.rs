//! The report: the page's own components in one file that needs no network, over the figures of a run.
use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Map, Value, json};

use super::answer::{parameter, text, with};
use super::api::{
    Seen, SeriesWindow, endpoints_of, errors_of, heatmap_of, histogram_of, series_of, state_of,
};
use super::files::file;
use super::locust::download_name;
use super::page::{behind_head, in_html};
use super::site::Site;
use super::timeline::Timeline;
use rlocust_core::model::{Tick, Verdict};
use rlocust_run::run::{HttpAnswer, HttpRequest, Output, OutputError};
use rlocust_stats::report::streams;

/// Endpoints whose curves are in the file, the busiest: the tables have all of them.
const MOST_CURVES: usize = 200;
/// Points of all curves of endpoints together; each has 120 at least.
const MOST_POINTS: usize = 20_000;

/// The report has everything in itself, and needs nothing of any host.
const CSP: &str = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; \
                   font-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

/// What a report is made of.
pub struct ReportParts<'a> {
    pub seen: Seen<'a>,
    pub course: &'a Timeline,
    pub verdict: &'a Verdict,
    /// The script's part, a JSON object: `tasks`, `settings` and what else it knows.
    pub arguments: &'a [u8],
    /// `dark`, `light`, or nothing for what the reader's system says.
    pub theme: &'a str,
    pub has_download_link: bool,
    /// What the figures are compared with: `Baseline` as JSON, or null.
    pub baseline: Value,
}

/// Follows a run for its report, where no page does.
pub struct TimelineOutput(pub Arc<Mutex<Timeline>>);

impl Output for TimelineOutput {
    fn tick(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError> {
        self.0.lock().follow(tick);
        Ok(())
    }

    fn finish(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError> {
        self.tick(tick)
    }
}

/// `GET /stats/report`.
pub fn answer(site: &Site, request: &HttpRequest, arguments: &[u8]) -> HttpAnswer {
    let is_download = parameter(request, "download").is_some_and(|value| !value.is_empty());
    let tick = site.tick();
    let verdict = site.verdict(&tick);
    let page = {
        let mut course = site.course.lock();
        course.follow(&tick);
        report(&ReportParts {
            seen: Seen::of(&site.said.read()),
            course: &course,
            verdict: &verdict,
            arguments,
            theme: &parameter(request, "theme").unwrap_or_default(),
            has_download_link: !is_download,
            baseline: site.baseline.clone().unwrap_or_default(),
        })
    };
    let page = with(text(200, &page), "content-security-policy", CSP);
    if is_download {
        let name = download_name(site, ".html");
        return with(
            page,
            "content-disposition",
            format!("attachment;filename={name}"),
        );
    }
    page
}

/// The whole file.
pub fn report(parts: &ReportParts<'_>) -> String {
    page_of(data(parts))
}

/// The file with this in its block.
pub fn page_of(data: Map<String, Value>) -> String {
    let page = file("report.html").map_or(&b""[..], |page| page.bytes);
    let data = in_html(&Value::Object(data).to_string());
    let block = format!("<script type=\"application/json\" id=\"rlocust-data\">{data}</script>");
    behind_head(&String::from_utf8_lossy(page), &block)
}

/// What is in its block, in the shapes of `/api/v1`.
pub fn data(parts: &ReportParts<'_>) -> Map<String, Value> {
    let course = parts.course;
    let tick = &course.tick;
    let lines = chosen(course);
    let points = (MOST_POINTS / lines.len().max(1)).max(120);
    let begun = tick
        .run
        .started_at
        .unwrap_or(tick.snapshot.total.start_time);
    let window = SeriesWindow {
        step: (tick.now - begun) / points as f64,
        ..SeriesWindow::ALL
    };
    let total = || {
        course.total.iter().map(|line| {
            (
                -1,
                line,
                SeriesWindow {
                    step: (tick.now - begun) / 1_500.0,
                    ..SeriesWindow::ALL
                },
            )
        })
    };
    let all = || {
        total().chain(
            lines
                .iter()
                .map(|at| (at.cast_signed() as i64, &course.endpoints[*at].line, window)),
        )
    };
    let series = all().map(|(i, line, window)| (i.to_string(), series_of(course, line, window)));
    let histograms =
        all().filter_map(|(i, ..)| Some((i.to_string(), histogram_of(course.row(i)?))));
    let heat = course
        .total
        .as_ref()
        .map(|line| heatmap_of(line, SeriesWindow::ALL));
    let mut data = json!({
        "version": 1,
        "theme": Some(parts.theme).filter(|theme| !theme.is_empty()),
        "show_download_link": parts.has_download_link,
        "state": state_of(&parts.seen, course, tick, parts.verdict),
        "endpoints": endpoints_of(course),
        "series": series.collect::<Map<_, _>>(),
        "heatmap": heat,
        "histograms": histograms.collect::<Map<_, _>>(),
        "errors": errors_of(&tick.snapshot, &tick.run),
        "streams": streams::for_a_page(&tick.snapshot),
        "tasks": null,
        "baseline": parts.baseline,
        "settings": parts.seen.facts.load.to_json(),
    });
    if let Ok(Value::Object(own)) = serde_json::from_slice(parts.arguments) {
        own.into_iter().for_each(|(key, value)| data[key] = value);
    }
    match data {
        Value::Object(data) => data,
        _ => Map::new(),
    }
}

/// The endpoints with the most requests, by index.
fn chosen(course: &Timeline) -> Vec<usize> {
    let requests = course.rows().map(|row| row.num_requests);
    let mut all: Vec<(usize, i64)> = requests.enumerate().collect();
    all.sort_by_key(|(_, requests)| std::cmp::Reverse(*requests));
    all.truncate(MOST_CURVES);
    all.sort_unstable();
    all.into_iter().map(|(at, _)| at).collect()
}
