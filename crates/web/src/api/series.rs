//! `GET series` and `GET heatmap`: columns over time, never more of them than a screen has points.
use serde_json::{Map, Value, json};

use super::super::answer::{compact, failure, number, seconds};
use super::super::site::Site;
use super::super::timeline::{
    EDGES_MS, Fold as _, Line, LoadPoint, Point, Rings, Timeline, milliseconds, tenth,
};
use super::endpoints::no_endpoint;
use rlocust_run::run::{HttpAnswer, HttpRequest};

const MOST_POINTS: f64 = 2_000.0;
const MOST_COLUMNS: usize = 300;

/// The part of a run that is asked for.
#[derive(Debug, Clone, Copy)]
pub struct SeriesWindow {
    pub from: f64,
    pub to: f64,
    /// Seconds between two points; 0 for as close as they may be.
    pub step: f64,
}

impl SeriesWindow {
    pub const ALL: Self = Self {
        from: f64::MIN,
        to: f64::MAX,
        step: 0.0,
    };

    fn of(request: &HttpRequest) -> Result<Self, HttpAnswer> {
        let step = seconds(request, "step")?.unwrap_or(0.0);
        if step < 0.0 {
            return Err(failure(
                400,
                &format!("`step` is `{step}`: give seconds from 0 on"),
            ));
        }
        Ok(Self {
            from: seconds(request, "from")?.unwrap_or(f64::MIN),
            to: seconds(request, "to")?.unwrap_or(f64::MAX),
            step,
        })
    }

    fn holds(&self, time: f64) -> bool {
        self.from <= time && time <= self.to
    }
}

pub fn series(site: &Site, request: &HttpRequest) -> HttpAnswer {
    of_line(site, request, |course, line, window| {
        compact(&series_of(course, line, window))
    })
}

pub fn heatmap(site: &Site, request: &HttpRequest) -> HttpAnswer {
    of_line(site, request, |_, line, window| {
        compact(&heatmap_of(line, window))
    })
}

fn of_line(
    site: &Site,
    request: &HttpRequest,
    answer: impl FnOnce(&Timeline, &Line, SeriesWindow) -> HttpAnswer,
) -> HttpAnswer {
    let asked = SeriesWindow::of(request)
        .and_then(|window| Ok((window, number::<i64>(request, "endpoint")?)));
    let (window, index) = match asked {
        Ok((window, index)) => (window, index.unwrap_or(-1)),
        Err(refusal) => return refusal,
    };
    let course = site.course.lock();
    match course.line(index) {
        Some(line) => answer(&course, line, window),
        None if index < 0 => answer(&course, &Line::default(), window),
        None => no_endpoint(index),
    }
}

/// One array for each figure; a point is there wherever the run was looked at, with nulls where nothing came.
pub fn series_of(course: &Timeline, line: &Line, window: SeriesWindow) -> Value {
    let within = |time: f64| window.holds(time);
    let times = || {
        course
            .load
            .iter()
            .map(LoadPoint::time)
            .filter(|time| within(*time))
    };
    let (Some(first), Some(last)) = (times().next(), times().last()) else {
        return columns(&[], 1.0);
    };
    let closest = ((last - first) / MOST_POINTS).max(1.0).ceil();
    let step = window.step.max(closest);
    let slot = |time: f64| ((time - first) / step + 0.5).floor() as i64;
    let load = folded(&course.load, within, slot);
    let mut points = folded(&line.points, within, slot).into_iter().peekable();
    let rows: Vec<Row> = load
        .into_iter()
        .map(|(at, load)| {
            while points.next_if(|(slot, _)| *slot < at).is_some() {}
            (
                load,
                points
                    .next_if(|(slot, _)| *slot == at)
                    .map(|(_, point)| point),
            )
        })
        .collect();
    columns(&rows, step)
}

fn folded<P: super::super::timeline::Fold>(
    rings: &Rings<P>,
    is_within: impl Fn(f64) -> bool,
    slot: impl Fn(f64) -> i64,
) -> Vec<(i64, P)> {
    let mut all: Vec<(i64, P)> = Vec::new();
    for point in rings.iter().filter(|point| is_within(point.time())) {
        let at = slot(point.time());
        match all.last_mut().filter(|last| last.0 == at) {
            Some(last) => last.1.fold(point),
            None => all.push((at, *point)),
        }
    }
    all
}

/// What stands at one moment; no point where the endpoint was not there.
type Row = (LoadPoint, Option<Point>);

fn columns(rows: &[Row], step: f64) -> Value {
    let column = |figure: &dyn Fn(&Row) -> Value| Value::Array(rows.iter().map(figure).collect());
    let timed = |figure: fn(&Point) -> f32| {
        column(&|(_, point)| {
            let point = point.as_ref().filter(|point| point.timed > 0);
            json!(point.map(|point| milliseconds(f64::from(figure(point)))))
        })
    };
    let rate = |figure: fn(&Point) -> u32| {
        column(&|(_, point)| {
            let per_second =
                |point: &Point| f64::from(figure(point)) / f64::from(point.seconds).max(1e-3);
            json!(point.as_ref().map_or(0.0, |point| tenth(per_second(point))))
        })
    };
    let table = [
        ("step", json!(step)),
        (
            "t",
            column(&|(load, _)| json!((load.time * 1000.0).round() / 1000.0)),
        ),
        ("users", column(&|(load, _)| json!(load.users))),
        (
            "target_users",
            column(&|(load, _)| json!(load.target_users)),
        ),
        ("rps", rate(|point| point.requests)),
        ("fps", rate(|point| point.failures)),
        ("p50", timed(|point| point.p50)),
        ("p95", timed(|point| point.p95)),
        ("p99", timed(|point| point.p99)),
        ("max", timed(|point| point.max)),
        ("avg", timed(|point| point.mean)),
        (
            "lag_p99",
            column(&|(load, _)| json!(milliseconds(f64::from(load.lag_p99)))),
        ),
        (
            "cpu",
            column(&|(load, _)| json!((load.cpu >= 0.0).then(|| tenth(f64::from(load.cpu))))),
        ),
    ];
    Value::Object(Map::from_iter(
        table.map(|(name, values)| (name.to_owned(), values)),
    ))
}

/// Columns of counts; only the rows of the scale between the fastest and the slowest answer.
pub fn heatmap_of(line: &Line, window: SeriesWindow) -> Value {
    let columns: Vec<_> = line.heat.between(window.from, window.to).collect();
    let columns = &columns[columns.len().saturating_sub(MOST_COLUMNS)..];
    let rows = || {
        columns
            .iter()
            .flat_map(|(_, counts)| counts.iter().map(|(row, _)| usize::from(*row)))
    };
    let (Some(first), Some(last)) = (rows().min(), rows().max()) else {
        return json!({"t": [], "step": line.heat.width(), "edges_ms": [], "counts": []});
    };
    let dense = |counts: &[(u8, u32)]| {
        let mut all = vec![0; last - first + 1];
        for (row, count) in counts {
            all[usize::from(*row) - first] = *count;
        }
        all
    };
    // An edge below the first row and one above each: the row beyond the scale ends where a next one would.
    let edge = |row: usize| {
        let ratio = EDGES_MS[1] / EDGES_MS[0];
        let known = EDGES_MS
            .get(row)
            .copied()
            .unwrap_or(EDGES_MS[EDGES_MS.len() - 1] * ratio);
        (known * 1000.0).round() / 1000.0
    };
    let lowest = if first == 0 { 0.0 } else { edge(first - 1) };
    let edges: Vec<f64> = std::iter::once(lowest)
        .chain((first..=last).map(edge))
        .collect();
    json!({
        "t": columns.iter().map(|(time, _)| *time).collect::<Vec<_>>(),
        "step": line.heat.width(),
        "edges_ms": edges,
        "counts": columns.iter().map(|(_, counts)| dense(counts)).collect::<Vec<_>>(),
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::site::ScriptInfo;
    use rlocust_run::run::Run;
    use rlocust_stats::stats::{Recorder, ResponseTimesCache};

    #[test]
    fn rows_of_a_heatmap_have_the_edges_that_their_times_lie_between() {
        let mut line = Line::default();
        line.heat.add(1e9, &[(5_000, 2), (50_000, 1)], 300);
        let map = heatmap_of(&line, SeriesWindow::ALL);
        let edges = map["edges_ms"].as_array().expect("edges");
        let edges: Vec<f64> = edges.iter().filter_map(Value::as_f64).collect();
        assert!(edges[0] < 5.0 && 5.0 <= edges[1], "{edges:?}");
        let [.., below, above] = edges[..] else {
            panic!("{edges:?}");
        };
        assert!(below < 50.0 && 50.0 <= above, "{edges:?}");
        assert_eq!(
            map["counts"][0].as_array().map(Vec::len),
            Some(edges.len() - 1)
        );
    }

    #[test]
    fn before_the_first_tick_all_requests_have_no_course_yet_and_an_endpoint_is_unknown() {
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let run = Run::new(Arc::clone(&recorder), || ());
        let site = Site::new(run.handle(), Arc::default(), "", ScriptInfo::nothing());
        for (query, status) in [("", 200), ("endpoint=-1", 200), ("endpoint=0", 404)] {
            let request = HttpRequest {
                query: query.to_owned(),
                ..HttpRequest::default()
            };
            assert_eq!(series(&site, &request).status, status, "{query}");
            assert_eq!(heatmap(&site, &request).status, status, "{query}");
        }
    }
}
