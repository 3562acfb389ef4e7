//! The course of a run from its summary, for a report of it: sums, response times and the curves of all requests. Single
//! endpoints have no curves there, and marks, classes of users, workers and the heatmap are not in it at all.
use std::sync::Arc;

use serde_json::Value;

use super::super::timeline::{Endpoint, Line, LoadPoint, Point, Timeline};
use rlocust_core::histogram::Exact;
use rlocust_core::model::{
    EntryRow, ErrorRow, ExceptionRow, GeneratorLoad, Lag, LagSummary, Loss, Machines, Number,
    RunState, Snapshot, State, StreamCounts, StreamFigure, StreamRow, ThreadCpu, Tick,
};
use rlocust_stats::compare::{Run, RunEntry, times_of};
use rlocust_stats::report::unix_seconds;

/// Of a document that was read as this run.
pub fn course_of_summary(document: &Value, read: &Run) -> Timeline {
    let tick = Arc::new(tick_of(document, read));
    let mut course = Timeline::default();
    course.total = Some(Line::default());
    let entries = tick.snapshot.entries.iter().enumerate();
    course.endpoints = entries.map(|(at, row)| Endpoint::new(at, row)).collect();
    course.tick = tick;
    course.number = 1;
    let rows = document["series"]["rows"].as_array();
    let columns = Columns(&document["series"]["columns"]);
    let mut before = course.tick.run.started_at.unwrap_or_default();
    for row in rows.into_iter().flatten() {
        let (load, point) = columns.points(row, before);
        before = load.time;
        course.load.push(load, usize::MAX);
        if let Some(total) = &mut course.total {
            total.points.push(point, usize::MAX);
        }
    }
    course
}

/// Where each figure of a row of the series stands.
struct Columns<'a>(&'a Value);

impl Columns<'_> {
    fn at(&self, row: &Value, name: &str) -> Option<f64> {
        let mut names = self.0.as_array()?.iter();
        row[names.position(|column| column == name)?].as_f64()
    }

    fn points(&self, row: &Value, before: f64) -> (LoadPoint, Point) {
        let figure = |name| self.at(row, name).unwrap_or_default();
        let time = figure("time");
        let load = LoadPoint {
            time,
            users: figure("users") as i64,
            target_users: figure("users") as i64,
            lag_p99: figure("lag_p99_ms") as f32,
            cpu: self.at(row, "cpu_percent").unwrap_or(-1.0) as f32,
        };
        let requests = figure("requests") as u32;
        let point = Point {
            time,
            seconds: (time - before).max(1e-3) as f32,
            requests,
            failures: figure("failures") as u32,
            p50: figure("p50_ms") as f32,
            p95: figure("p95_ms") as f32,
            p99: figure("p99_ms") as f32,
            max: figure("max_ms") as f32,
            mean: f32::NAN, // not in it
            size: 0.0,
            timed: requests,
        };
        (load, point)
    }
}

fn tick_of(document: &Value, read: &Run) -> Tick {
    let run = run_of(document);
    let started = run.started_at.unwrap_or_default();
    let ended = run.stopped_at.unwrap_or(started);
    let row = |entry: &Value, read: &RunEntry| Arc::new(row_of(entry, &read.total.times, started));
    let rows = document["entries"].as_array().into_iter().flatten();
    // Behind the entries stand those of streams, and the sum of all.
    let sum = read.entries.last();
    let all = |key: &str| document[key].as_array().into_iter().flatten();
    let mut snapshot = Snapshot {
        taken_at: ended,
        entries: rows
            .zip(&read.entries)
            .map(|(entry, read)| row(entry, read))
            .collect(),
        total: sum
            .map(|read| row(&document["total"], read))
            .unwrap_or_default(),
        errors: all("errors").enumerate().map(error_of).collect(),
        streams: all("streams").map(stream_of).collect(),
        ..Snapshot::default()
    };
    for kind in Lag::ALL {
        let spread = &document["lag"][kind.name()];
        snapshot.lags[kind as usize] = LagSummary {
            count: spread["count"].as_u64().unwrap_or_default(),
            p99_us: (spread["p99"].as_f64().unwrap_or_default() * 1000.0) as u64,
            ..LagSummary::default()
        };
    }
    Tick {
        now: ended,
        run: Arc::new(run),
        machines: machines_of(document),
        snapshot,
        ..Tick::default()
    }
}

fn run_of(document: &Value) -> RunState {
    let run = &document["run"];
    let time = |value: &Value| value.as_str().and_then(unix_seconds);
    let started = time(&run["started_at"]);
    let length = run["duration_s"].as_f64().unwrap_or_default();
    let all = |key: &str| document[key].as_array().into_iter().flatten();
    let exception = |row: &Value| {
        Arc::new(ExceptionRow {
            count: row["count"].as_i64().unwrap_or_default(),
            message: text(&row["message"]).to_owned(),
            traceback: text(&row["traceback"]).to_owned(),
            nodes: text(&row["nodes"]).to_owned(),
            ..ExceptionRow::default()
        })
    };
    let loss = |row: &Value| Loss {
        worker: text(&row["worker"]).to_owned(),
        from: time(&row["from"]).unwrap_or_default(),
        until: time(&row["until"]).unwrap_or_default(),
        reports: row["reports"].as_u64().unwrap_or_default(),
    };
    let state = |word: &Value| State::ALL.into_iter().find(|state| *word == state.word());
    RunState {
        state: state(&run["state"]),
        user_count: run["users"].as_i64().unwrap_or_default(),
        target_user_count: run["target_users"].as_i64().unwrap_or_default(),
        started_at: started,
        stopped_at: started.map(|started| started + length),
        exceptions: all("exceptions").map(exception).collect(),
        losses: all("lost_with_workers").map(loss).collect(),
        ..RunState::default()
    }
}

/// The CPU of the last second that there is, as the last tick has it.
fn machines_of(document: &Value) -> Machines {
    let generator = &document["machines"]["generator"];
    if !generator.is_object() {
        return Machines::default();
    }
    let last = document["series"]["rows"].as_array();
    let columns = Columns(&document["series"]["columns"]);
    let cpu = last.and_then(|rows| rows.last()).and_then(|row| {
        let script = columns.at(row, "script_cpu_percent")?;
        let others = columns.at(row, "cpu_percent")? - script;
        Some(ThreadCpu {
            script,
            other: others,
            ..ThreadCpu::default()
        })
    });
    let load = GeneratorLoad {
        cpu,
        memory: generator["memory_bytes"]["max"]
            .as_u64()
            .unwrap_or_default(),
        descriptors: generator["descriptors"].as_u64(),
        sockets: generator["sockets"].as_u64(),
        threads: generator["threads"].as_u64().unwrap_or_default(),
    };
    Machines {
        generator: Some(load),
        ..Machines::default()
    }
}

/// Its clock is what makes the rate that the summary says.
fn row_of(entry: &Value, read: &Exact, started: f64) -> EntryRow {
    let whole = |key: &str| entry[key].as_i64().unwrap_or_default();
    let times = &entry["response_time_ms"];
    let (requests, untimed) = (whole("requests"), whole("requests_without_time"));
    let mean = times["mean"].as_f64().unwrap_or_default();
    let sum = mean * (requests - untimed) as f64;
    let rate = entry["requests_per_s"].as_f64().filter(|rate| *rate > 0.0);
    let most = times["max"].as_f64().unwrap_or_default();
    let least = times["min"].as_f64();
    let mut exact = read.clone();
    let us = |ms: f64| (ms * 1000.0) as u64;
    exact.set_limits(us(least.unwrap_or_default()), us(most), us(sum));
    EntryRow {
        name: text(&entry["name"]).into(),
        method: text(&entry["method"]).into(),
        num_requests: requests,
        num_none_requests: untimed,
        num_failures: whole("failures"),
        total_response_time: Number::Real(sum),
        min_response_time: least.map(Number::Real),
        max_response_time: Number::Real(most),
        total_content_length: number(&entry["content_bytes"]["total"]),
        start_time: started,
        last_request_timestamp: rate.map(|rate| started + requests as f64 / rate),
        exact: Arc::new(exact),
        is_rounded: times["rounded"] == true,
        ..EntryRow::default()
    }
}

fn error_of((at, row): (usize, &Value)) -> Arc<ErrorRow> {
    Arc::new(ErrorRow {
        key: at.to_string().into(),
        method: text(&row["method"]).into(),
        name: text(&row["name"]).into(),
        text: text(&row["error"]).into(),
        shown: text(&row["error"]).into(),
        occurrences: row["occurrences"].as_i64().unwrap_or_default(),
        first_seen: row["first_seen"].as_f64(),
        last_seen: row["last_seen"].as_f64(),
    })
}

fn stream_of(row: &Value) -> Arc<StreamRow> {
    let count = |key: &str| row[key].as_u64().unwrap_or_default();
    let figure = |figure: StreamFigure| {
        let unit = if figure.is_time() { "ms" } else { "per_s" };
        let spread = &row["figures"][format!("{}_{unit}", figure.name())];
        let mut values = histogram(spread);
        let thousandths = |key: &str| (spread[key].as_f64().unwrap_or_default() * 1000.0) as u64;
        let sum = thousandths("mean") * values.count();
        values.set_limits(thousandths("min"), thousandths("max"), sum);
        Arc::new(values)
    };
    Arc::new(StreamRow {
        name: text(&row["name"]).into(),
        method: text(&row["method"]).into(),
        counts: StreamCounts {
            streams: count("streams"),
            events: count("events"),
            reconnections: count("reconnections"),
            tokens: count("tokens"),
        },
        figures: StreamFigure::ALL.map(figure),
    })
}

/// Empty where there is none.
fn histogram(of: &Value) -> Exact {
    let packed = of["histogram"].as_str();
    packed.and_then(times_of).unwrap_or_default()
}

fn number(value: &Value) -> Number {
    match value.as_i64() {
        Some(whole) => Number::Whole(whole),
        None => Number::Real(value.as_f64().unwrap_or_default()),
    }
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}
