//! What Locust's web interface answers in JSON (docs/contract/web.md §1 and §4), key by key and number by number.
use serde_json::{Map, Value, json};

use super::python_json::{number, pretty};
use rlocust_core::model::{EntryRow, Number, RunState, Snapshot, Span, State, Tick, Worker};

/// Rows and errors at most: Locust's page would freeze with more.
const MOST_ROWS: usize = 500;

/// Which percentiles the answer has, as `locust.stats` names them.
#[derive(Debug, Clone, PartialEq)]
pub struct ShownPercentiles {
    /// Of the whole run, in each row: `PERCENTILES_TO_STATISTICS`.
    pub statistics: Vec<f64>,
    /// Of the last seconds, of all requests: `PERCENTILES_TO_CHART`.
    pub chart: Vec<f64>,
    /// How many seconds that are.
    pub window: i64,
}

impl Default for ShownPercentiles {
    fn default() -> Self {
        Self {
            statistics: vec![0.95, 0.99],
            chart: vec![0.5, 0.95],
            window: rlocust_core::model::DEFAULT_WINDOW,
        }
    }
}

/// `GET /stats/requests`. `workers` are those of a master.
pub fn requests(tick: &Tick, shown: &ShownPercentiles, workers: Option<&[Worker]>) -> String {
    let (snapshot, run) = (&tick.snapshot, &tick.run);
    let (span, total) = (snapshot.span(), &snapshot.total);
    let rows = snapshot.sorted().into_iter().take(MOST_ROWS);
    let rows = rows.chain(std::iter::once(total));
    let stats: Vec<Value> = rows.map(|entry| row(entry, span, shown)).collect();
    let mut answer = json!({
        "stats": stats,
        "errors": errors(snapshot),
        "current_rps": current(total.current_rps(span), span),
        "current_fail_per_sec": current(total.current_fail_per_sec(span), span),
        "total_rps": total.total_rps(span),
        "total_fail_per_sec": total.total_fail_per_sec(span),
        "fail_ratio": total.fail_ratio(),
        "current_response_time_percentiles": current_percentiles(tick, shown),
        "state": run.word(),
        "user_count": run.user_count,
    });
    if let Some(workers) = workers {
        answer["workers"] = workers.iter().map(worker).collect();
        answer["worker_count"] = worker_count(workers).into();
    }
    pretty(&answer)
}

/// `GET /exceptions`.
pub fn exceptions(run: &RunState) -> String {
    let rows = run.exceptions.iter().map(|row| {
        json!({"count": row.count, "msg": row.message, "nodes": row.nodes, "traceback": row.traceback})
    });
    pretty(&json!({"exceptions": rows.collect::<Vec<_>>()}))
}

/// Workers that can be given users.
pub fn worker_count(workers: &[Worker]) -> usize {
    let counted = [State::Ready, State::Spawning, State::Running];
    let is_counted = |worker: &&Worker| worker.state.is_some_and(|state| counted.contains(&state));
    workers.iter().filter(is_counted).count()
}

fn row(entry: &EntryRow, span: Span, shown: &ShownPercentiles) -> Value {
    let (median, percentiles) = entry.median_and_percentiles(&shown.statistics);
    let least = entry
        .min_response_time
        .map_or(json!(0), |least| json!(proper_round(least)));
    let length = if entry.num_requests == 0 {
        json!(0)
    } else {
        json!(entry.avg_content_length())
    };
    let mut row = json!({
        "method": &*entry.method,
        "name": &*entry.name,
        "num_requests": entry.num_requests,
        "num_failures": entry.num_failures,
        "min_response_time": least,
        "max_response_time": proper_round(entry.max_response_time),
        "current_rps": current(entry.current_rps(span), span),
        "current_fail_per_sec": current(entry.current_fail_per_sec(span), span),
        "avg_response_time": entry.avg_response_time(),
        "median_response_time": number(median),
        "total_rps": entry.total_rps(span),
        "total_fail_per_sec": entry.total_fail_per_sec(span),
        "avg_content_length": length,
    });
    for (percent, time) in shown.statistics.iter().zip(percentiles) {
        row[percentile_key(*percent)] = number(time);
    }
    row
}

/// An int before the first request, as under Locust.
fn current(rate: f64, span: Span) -> Value {
    if span.last.is_none() {
        json!(0)
    } else {
        json!(rate)
    }
}

fn current_percentiles(tick: &Tick, shown: &ShownPercentiles) -> Value {
    let total = &tick.snapshot.total;
    let times = total.current_percentiles(tick.now, shown.window, &shown.chart);
    let time = |at: usize| {
        times
            .as_ref()
            .map_or(Value::Null, |times| number(times[at]))
    };
    let rows = shown.chart.iter().enumerate();
    Value::Object(
        rows.map(|(at, percent)| (percentile_key(*percent), time(at)))
            .collect(),
    )
}

fn percentile_key(percent: f64) -> String {
    format!(
        "response_time_percentile_{}",
        super::super::python_text::float(percent)
    )
}

fn errors(snapshot: &Snapshot) -> Vec<Value> {
    let rows = snapshot.errors.iter().take(MOST_ROWS).map(|row| {
        json!({
            "error": &*row.text,
            "first_seen": row.first_seen,
            "last_seen": row.last_seen,
            "method": &*row.method,
            "name": &*row.name,
            "occurrences": row.occurrences,
        })
    });
    rows.collect()
}

fn worker(worker: &Worker) -> Value {
    let fields = [
        ("id", json!(worker.id)),
        ("state", json!(worker.state.map_or("", State::word))),
        ("user_count", json!(worker.user_count)),
        ("cpu_usage", json!(worker.cpu_percent)),
        ("memory_usage", json!(worker.memory_bytes)),
    ];
    Value::Object(Map::from_iter(
        fields.map(|(key, value)| (key.to_owned(), value)),
    ))
}

/// Whole milliseconds, halves upwards: Locust adds a digit behind the last one before it rounds.
fn proper_round(value: Number) -> f64 {
    let value = value.as_f64();
    let digits = super::super::python_text::float(value).len();
    (value + 10_f64.powf(-(digits as f64) - 1.0)).round_ties_even()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::{Recorder, ResponseTimesCache};
    use rlocust_core::clock::pause_at;
    use std::sync::Arc;

    #[test]
    #[expect(clippy::float_cmp, reason = "whole numbers")]
    fn extremes_are_rounded_as_locust_rounds_them() {
        for (time, shown) in [
            (2.5, 3.0),
            (2.4, 2.0),
            (3.5, 4.0),
            (0.5, 1.0),
            (1729.53, 1730.0),
            (0.0, 0.0),
        ] {
            assert_eq!(proper_round(Number::Real(time)), shown, "{time}");
        }
    }

    #[test]
    fn before_the_first_request_there_is_the_aggregate_with_nothing() {
        let clock = pause_at(1000.0);
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let text = requests(
            &Tick::of_sums(recorder.snapshot()),
            &ShownPercentiles::default(),
            None,
        );
        drop(clock);
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(answer["stats"].as_array().map(Vec::len), Some(1));
        assert_eq!(answer["stats"][0]["name"], "Aggregated");
        let nothing =
            json!({"response_time_percentile_0.5": null, "response_time_percentile_0.95": null});
        assert_eq!(answer["current_response_time_percentiles"], nothing);
        assert!(text.contains("\"current_rps\": 0,"), "an int: {text}");
        assert!(text.contains("\"total_rps\": 0.0,"), "{text}");
    }

    #[test]
    fn rows_are_sorted_and_five_hundred_at_most() {
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        for at in 0..510 {
            recorder.log_request("GET", &format!("/{at:03}"), Some(2.5), 4, None);
        }
        recorder.log_error("GET", "/000", "bad");
        let text = requests(
            &Tick::of_sums(recorder.snapshot()),
            &ShownPercentiles::default(),
            Some(&[]),
        );
        let answer: Value = serde_json::from_str(&text).expect("JSON");
        let rows = answer["stats"].as_array().expect("rows");
        assert_eq!((rows.len(), &rows[499]["name"]), (501, &json!("/499")));
        assert_eq!(rows[500]["num_requests"], json!(510));
        assert_eq!(rows[0]["min_response_time"], json!(3.0));
        assert_eq!(rows[0]["avg_content_length"], json!(4.0));
        assert_eq!(answer["errors"][0]["error"], "bad");
        assert_eq!(
            (&answer["worker_count"], &answer["workers"]),
            (&json!(0), &json!([]))
        );
    }

    #[test]
    fn exceptions_name_their_nodes() {
        let row = rlocust_core::model::ExceptionRow {
            count: 2,
            message: "m".to_owned(),
            traceback: "t".to_owned(),
            nodes: "local".to_owned(),
            ..rlocust_core::model::ExceptionRow::default()
        };
        let run = RunState {
            exceptions: vec![Arc::new(row)],
            ..RunState::default()
        };
        let expected = "{\n  \"exceptions\": [\n    {\n      \"count\": 2,\n      \"msg\": \"m\",\n      \"nodes\": \"local\",\n      \
                        \"traceback\": \"t\"\n    }\n  ]\n}\n";
        assert_eq!(exceptions(&run), expected);
    }
}
