//! `--summary-json`: everything that is known of a run in one JSON document of ours, described in `docs/summary.md`.
//! `Collector` takes the ticks of a run, live or from its store, and gives the document at the end.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hdrhistogram::serialization::{Serializer as _, V2DeflateSerializer};
use serde_json::{Map, Value, json};

use super::python_text::utc;
use super::series::{COLUMNS, Series, rounded};
use super::streams;
use rlocust_core::histogram::Histogram;
use rlocust_core::model::{
    EntryRow, Lag, LoadSoFar, Number, Phase, Snapshot, Span, StreamFigure, Tick,
};

/// Grows when a reader of the document before could misread the new one.
pub const VERSION: u64 = 1;

/// Our percentiles, as the keys of the document spell them.
const QUANTILES: [(&str, f64); 8] = [
    ("p50", 0.5),
    ("p75", 0.75),
    ("p90", 0.9),
    ("p95", 0.95),
    ("p98", 0.98),
    ("p99", 0.99),
    ("p99.9", 0.999),
    ("p99.99", 0.9999),
];

/// Stands where the rows of the series go.
const ROWS: &str = "{the rows of the series}";

/// Collects what the last tick alone does not know: the course of the run.
#[derive(Debug)]
pub struct Collector {
    facts: Map<String, Value>,
    series: Series,
    generator: Option<LoadSoFar>,
    target: Option<LoadSoFar>,
}

impl Collector {
    /// `facts` hold versions and settings of the run.
    pub fn new(facts: Map<String, Value>) -> Self {
        Self {
            facts,
            series: Series::default(),
            generator: None,
            target: None,
        }
    }

    pub fn tick(&mut self, tick: &Tick) {
        self.series.add(tick);
        if let Some(load) = tick.machines.generator {
            self.generator
                .get_or_insert_default()
                .add(load.cpu.map(|cpu| cpu.total()), Some(load.memory));
        }
        if let Some(load) = tick.machines.target {
            self.target
                .get_or_insert_default()
                .add(load.cpu_percent, load.memory_used);
        }
    }

    /// The document, `last` being the last tick; ends with a line break.
    pub fn summary(&self, last: &Tick) -> String {
        let text = serde_json::to_string_pretty(&self.document(last)).unwrap_or_default();
        // The course of a long run has a line per point, not one per figure.
        text.replace(&format!("\"{ROWS}\""), &self.series.lines()) + "\n"
    }

    /// Means and extremes over the ticks; the counts are the last ones. Nothing of a machine that never answered;
    /// what a target showed before it fell silent counts.
    fn machines(&self, last: &Tick) -> Value {
        let generator = self.generator.as_ref().map(|so_far| {
            let mut figures = machine(so_far);
            let load = last.machines.generator.unwrap_or_default();
            figures["descriptors"] = json!(load.descriptors);
            figures["sockets"] = json!(load.sockets);
            figures["threads"] = json!(load.threads);
            figures
        });
        json!({"generator": generator, "target": self.target.as_ref().map(machine)})
    }

    fn document(&self, last: &Tick) -> Value {
        let snapshot = &last.snapshot;
        let span = snapshot.span();
        json!({
            "schema": "rlocust-summary",
            "version": VERSION,
            "run": run(last),
            "facts": self.facts,
            "conclusion": last.conclusion.as_ref().map(|conclusion| conclusion.to_json()),
            "total": entry(&snapshot.total, span),
            "entries": snapshot.sorted().iter().map(|row| entry(row, span)).collect::<Vec<_>>(),
            "streams": streams(snapshot),
            "errors": errors(snapshot),
            "exceptions": exceptions(last),
            "accounting": accounting(snapshot),
            "lag": lag(snapshot),
            "machines": self.machines(last),
            "lost_with_workers": losses(last),
            "series": {"columns": COLUMNS, "rows": ROWS},
        })
    }
}

/// A machine in use has memory in use: 0 stands for what it did not show.
fn machine(load: &LoadSoFar) -> Value {
    let mean = load.cpu_mean();
    json!({
        "cpu_percent": {
            "mean": mean.map(|mean| rounded(mean, 1)),
            "max": mean.map(|_| rounded(load.cpu_max, 1)),
        },
        "memory_bytes": {"max": Some(load.memory_max).filter(|bytes| *bytes > 0)},
    })
}

fn run(last: &Tick) -> Value {
    let run = &last.run;
    let started = run.started_at.unwrap_or(last.snapshot.total.start_time);
    let ended = run.stopped_at.unwrap_or(last.now);
    json!({
        "started_at": utc(started),
        "ended_at": utc(ended),
        "duration_s": rounded(ended - started, 3),
        "state": run.word(),
        "users": run.user_count,
        "target_users": run.target_user_count,
    })
}

/// Intervals in which workers counted what the master never got.
fn losses(last: &Tick) -> Vec<Value> {
    let losses = last.run.losses.iter();
    let losses = losses.map(|loss| {
        let reports = Some(loss.reports).filter(|reports| *reports > 0);
        json!({"worker": loss.worker, "from": utc(loss.from), "until": utc(loss.until), "reports": reports})
    });
    losses.collect()
}

fn entry(row: &EntryRow, span: Span) -> Value {
    let least = row.min_response_time.map_or(Value::Null, number);
    let mut times = Map::new();
    times.insert("mean".to_owned(), json!(row.avg_response_time()));
    times.insert("min".to_owned(), least);
    times.insert("max".to_owned(), number(row.max_response_time));
    times.extend(percentiles(&row.exact));
    if row.is_rounded {
        times.insert("rounded".to_owned(), true.into()); // workers of Locust's send rounded times
    }
    json!({
        "name": &*row.name,
        "method": &*row.method,
        "requests": row.num_requests,
        "failures": row.num_failures,
        "fail_ratio": row.fail_ratio(),
        "requests_without_time": row.num_none_requests,
        "requests_per_s": row.total_rps(span),
        "failures_per_s": row.total_fail_per_sec(span),
        "content_bytes": {"total": number(row.total_content_length), "mean": row.avg_content_length()},
        "response_time_ms": times,
        "histogram": histogram(&row.exact),
        "phases": phases(row),
        "locust": locusts(row),
    })
}

/// Locust's rounded figures, for comparing with its own files.
fn locusts(row: &EntryRow) -> Value {
    let percentile = |quantile: f64| row.response_time_percentile(quantile).as_f64();
    let columns = QUANTILES.map(|(name, quantile)| (name.to_owned(), json!(percentile(quantile))));
    json!({"median": row.median_response_time().as_f64(), "percentiles": Map::from_iter(columns)})
}

fn phases(row: &EntryRow) -> Value {
    let known = Phase::ALL.iter().zip(&row.phases);
    let known = known.filter_map(|(phase, times)| Some((phase.name().to_owned(), times.as_ref()?)));
    Value::Object(known.map(|(name, times)| (name, spread(times))).collect())
}

fn lag(snapshot: &Snapshot) -> Value {
    let kinds = Lag::ALL.iter().zip(&snapshot.lag_ledgers);
    Value::Object(
        kinds
            .map(|(kind, times)| (kind.name().to_owned(), spread(times)))
            .collect(),
    )
}

/// A histogram with what is most asked of it, in milliseconds.
fn spread<const BITS: u32>(times: &Histogram<BITS>) -> Value {
    let mut figures = Map::new();
    figures.insert("count".to_owned(), json!(times.count()));
    let mean = times.sum_us() as f64 / 1000.0 / times.count().max(1) as f64;
    figures.insert("mean".to_owned(), json!(rounded(mean, 3)));
    figures.insert("min".to_owned(), json!(milliseconds(times.min_us())));
    figures.insert("max".to_owned(), json!(milliseconds(times.max_us())));
    figures.extend(percentiles(times));
    figures.insert("histogram".to_owned(), histogram(times));
    Value::Object(figures)
}

fn percentiles<const BITS: u32>(times: &Histogram<BITS>) -> impl Iterator<Item = (String, Value)> {
    let values = times.quantiles_us(QUANTILES.map(|(_, quantile)| quantile));
    let names = QUANTILES.map(|(name, _)| name.to_owned());
    names
        .into_iter()
        .zip(values.map(|value| json!(milliseconds(value))))
}

/// Microseconds in `HdrHistogram`'s compressed V2 form, in base64, as its log format has it.
pub fn histogram<const BITS: u32>(times: &Histogram<BITS>) -> Value {
    let mut bytes = Vec::new();
    // Into memory: it cannot fail.
    let written = V2DeflateSerializer::new().serialize(&times.to_hdr(), &mut bytes);
    if written.is_ok() {
        json!(BASE64.encode(bytes))
    } else {
        Value::Null
    }
}

/// Streamed answers: every name with its counts and the distributions of its figures.
fn streams(snapshot: &Snapshot) -> Value {
    let rows = streams::sorted(snapshot).into_iter().map(|row| {
        let figures = row.measured();
        let figures = figures.map(|(figure, values)| (key_of(figure), spread(values)));
        let counts = &row.counts;
        json!({
            "name": &*row.name,
            "method": &*row.method,
            "streams": counts.streams,
            "events": counts.events,
            "reconnections": counts.reconnections,
            "tokens": counts.tokens,
            "figures": figures.collect::<Map<_, _>>(),
        })
    });
    Value::Array(rows.collect())
}

/// With the unit, as all keys of the summary.
pub fn key_of(figure: StreamFigure) -> String {
    let unit = if figure.is_time() { "ms" } else { "per_s" };
    format!("{}_{unit}", figure.name())
}

fn errors(snapshot: &Snapshot) -> Value {
    let rows = snapshot.errors.iter().map(|row| {
        json!({
            "method": &*row.method,
            "name": &*row.name,
            "error": &*row.text,
            "occurrences": row.occurrences,
            "first_seen": row.first_seen,
            "last_seen": row.last_seen,
        })
    });
    Value::Array(rows.collect())
}

fn exceptions(last: &Tick) -> Value {
    let rows = last.run.exceptions.iter().map(|row| {
        json!({"count": row.count, "message": row.message, "traceback": row.traceback, "nodes": row.nodes})
    });
    Value::Array(rows.collect())
}

/// Samples and attempts, class by class.
pub fn accounting(snapshot: &Snapshot) -> Value {
    let counts = &snapshot.accounting;
    json!({
        "samples": {
            "total": counts.samples(),
            "ok": counts.ok,
            "failed": counts.failed,
            "failed_before_send": counts.failed_before_send,
            "cut": {
                "total": counts.cut(),
                "not_sent": counts.cut_not_sent,
                "sent": counts.cut_sent,
                "answering": counts.cut_answering,
                "unknown": counts.cut_unknown,
            },
            "unreported": counts.unreported,
            "python_timed": counts.python_timed,
            "fired_by_suite": counts.fired_by_suite,
            "by_locust_workers": counts.by_locust_workers,
        },
        "attempts": {
            "total": counts.attempts(),
            "answered": counts.answered,
            "failed_after_send": counts.failed_after_send,
            "cut_after_send": counts.cut_after_send,
            "unknown_of_samples": counts.samples_of_unknown_attempts(),
        },
    })
}

fn number(value: Number) -> Value {
    match value {
        Number::Whole(whole) => json!(whole),
        Number::Real(real) => json!(real),
    }
}

fn milliseconds(microseconds: u64) -> f64 {
    microseconds as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use hdrhistogram::serialization::Deserializer;

    use super::*;
    use rlocust_core::histogram::Exact;
    use rlocust_core::model::{Machines, TargetLoad};

    fn tick(times_us: &[u64]) -> Tick {
        let mut exact = Exact::default();
        for time in times_us {
            exact.record_us(*time);
        }
        let total = EntryRow {
            num_requests: times_us.len().cast_signed() as i64,
            exact: Arc::new(exact),
            ..EntryRow::default()
        };
        let snapshot = Snapshot {
            entries: vec![Arc::new(total.clone())],
            total: Arc::new(total),
            ..Snapshot::default()
        };
        Tick {
            now: 1005.0,
            snapshot,
            ..Tick::default()
        }
    }

    #[test]
    fn a_histogram_reads_back_with_anybodys_hdrhistogram() {
        let tick = tick(&[1_000, 2_000, 900_000]);
        let text = Collector::new(Map::new()).summary(&tick);
        let document: Value = serde_json::from_str(&text).expect("it is JSON");
        let base64 = document["entries"][0]["histogram"]
            .as_str()
            .expect("a text");
        assert!(base64.starts_with("HISTFAAA"), "{base64}");
        let bytes = BASE64.decode(base64).expect("it is base64");
        let read: hdrhistogram::Histogram<u64> = Deserializer::new()
            .deserialize(&mut &bytes[..])
            .expect("V2");
        assert_eq!(read.len(), 3);
        assert_eq!(
            document["total"]["response_time_ms"]["p99.99"],
            json!(900.0)
        );
        assert_eq!(document["schema"], json!("rlocust-summary"));
    }

    #[test]
    fn a_target_that_fell_silent_is_shown_as_far_as_it_went() {
        let target = |load: TargetLoad| Tick {
            machines: Machines {
                target: Some(load),
                ..Machines::default()
            },
            ..tick(&[])
        };
        let shown = |ticks: &[Tick]| {
            let mut collector = Collector::new(Map::new());
            for tick in ticks {
                collector.tick(tick);
            }
            let text = collector.summary(&tick(&[]));
            let document: Value = serde_json::from_str(&text).expect("it is JSON");
            document["machines"]["target"].clone()
        };
        let busy = target(TargetLoad {
            cpu_percent: Some(90.0),
            memory_used: Some(5),
            ..TargetLoad::default()
        });
        let expected =
            json!({"cpu_percent": {"mean": 90.0, "max": 90.0}, "memory_bytes": {"max": 5}});
        assert_eq!(shown(&[busy, tick(&[])]), expected);
        let unknown =
            json!({"cpu_percent": {"mean": null, "max": null}, "memory_bytes": {"max": null}});
        assert_eq!(shown(&[target(TargetLoad::default())]), unknown);
        assert_eq!(shown(&[tick(&[])]), Value::Null);
    }

    #[test]
    fn the_series_keeps_each_interval_apart() {
        let mut collector = Collector::new(Map::new());
        collector.tick(&Tick {
            now: 1000.0,
            ..Tick::default()
        });
        collector.tick(&Tick {
            now: 1001.0,
            ..tick(&[1_000, 3_000])
        });
        let last = Tick {
            now: 1002.0,
            ..tick(&[1_000, 3_000, 900_000])
        };
        collector.tick(&last);
        let document: Value = serde_json::from_str(&collector.summary(&last)).expect("it is JSON");
        let rows = document["series"]["rows"].as_array().expect("rows");
        let requests: Vec<_> = rows.iter().map(|row| row[2].clone()).collect();
        assert_eq!(requests, [json!(0), json!(2), json!(1)]);
    }

    #[test]
    fn a_mean_is_the_sum_by_the_samples() {
        let mut times = rlocust_core::histogram::Exact::default();
        for time in [1_500, 2_000, 2_500, 4_000] {
            times.record_us(time);
        }
        assert_eq!(spread(&times)["mean"], json!(2.5));
        assert_eq!(
            spread(&rlocust_core::histogram::Exact::default())["mean"],
            json!(0.0)
        );
    }

    #[test]
    fn streams_have_every_distribution_under_a_key_with_its_unit() {
        let recorder = crate::stats::Recorder::new(crate::stats::ResponseTimesCache::Off);
        let ms = std::time::Duration::from_millis;
        let chat = recorder.stream_ledger("POST", "chat");
        chat.begin(ms(20));
        chat.tokens(21, ms(100), ms(600));
        recorder.stream_ledger("GET", "feed").begin(ms(20));
        let rows = streams(&recorder.snapshot());
        let figures = &rows[0]["figures"];
        assert_eq!(
            (&rows[0]["name"], &rows[0]["tokens"]),
            (&json!("chat"), &json!(21))
        );
        assert_eq!(figures["token_rate_per_s"]["p50"], json!(35.0));
        assert_eq!(figures["first_byte_ms"]["count"], json!(1));
        assert_eq!(rows[1]["figures"].as_object().map(Map::len), Some(1));
    }
}
