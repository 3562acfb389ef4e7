//! `GET compare`: two earlier runs side by side, with the test of `rlocust compare` and with their curves, whose times
//! count from the start of each.
use serde_json::{Value, json};

use super::super::answer::{compact, failure, parameter};
use super::super::api::{SeriesWindow, series_of};
use super::super::site::Site;
use super::answers::{answered, damaged, history, refused};
use super::kept::KeptTimeline;
use rlocust_run::run::{HttpAnswer, HttpRequest};
use rlocust_stats::compare::{self, Regression, Run};
use rlocust_stats::history::Folder;

pub fn compare_runs(site: &Site, request: &HttpRequest) -> HttpAnswer {
    answered(|| {
        let history = history(site)?;
        let id = |name: &str| {
            let given = parameter(request, name).filter(|id| !id.is_empty());
            given.ok_or_else(|| {
                failure(
                    400,
                    &format!("`{name}` is missing: name two runs, `?a=…&b=…`"),
                )
            })
        };
        let (first, second) = (id("a")?, id("b")?);
        let (a, curve_of_a) = read(history, &first)?;
        let (b, curve_of_b) = read(history, &second)?;
        let mut compared = compare::json(&compare::compare(&a, &b), &Regression::NotAsked);
        compared["series"] = json!({"a": curve_of_a, "b": curve_of_b});
        Ok(compact(&compared))
    })
}

fn read(history: &Folder, id: &str) -> Result<(Run, Value), HttpAnswer> {
    let read = history.read(id, |file| {
        let run = compare::load(id, file).map_err(|why| damaged(id, &why))?;
        let kept = KeptTimeline::of_store(file).map_err(|why| damaged(id, &why))?;
        Ok((run, curve(&kept)))
    });
    read.map_err(|why| refused(&why))?
}

fn curve(kept: &KeptTimeline) -> Value {
    let course = &kept.course;
    let Some(line) = &course.total else {
        return Value::Null; // a run without a request was refused before
    };
    let mut series = series_of(course, line, SeriesWindow::ALL);
    let start = course
        .tick
        .run
        .started_at
        .unwrap_or(course.tick.snapshot.total.start_time);
    let times = series["t"].as_array_mut().into_iter().flatten();
    for time in times {
        *time = json!(((time.as_f64().unwrap_or(start) - start) * 1000.0).round() / 1000.0);
    }
    series
}
