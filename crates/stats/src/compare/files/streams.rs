//! Figures of streamed answers: a store has them second by second, a summary all values of the whole run, an HTML report
//! percentiles of it.
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::super::interval::Interval;
use super::super::run::{RunEntry, Streamed};
use super::entry::count_of;
use super::times::times_of;
use super::unreadable::Unreadable;
use crate::report::summary::key_of;
use rlocust_core::histogram::Exact;
use rlocust_core::model::{Snapshot, StreamFigure, StreamRow};

/// How many there were until now.
pub fn begun(snapshot: &Snapshot) -> u64 {
    snapshot.streams.iter().map(|row| row.counts.streams).sum()
}

/// What came of a row in this interval of the run. A figure that was not there before has empty intervals up to now.
pub fn put(entry: &mut RunEntry, number: usize, row: &StreamRow, before: Option<&StreamRow>) {
    for (figure, _) in row.measured() {
        let now = &row.figures[figure as usize];
        let before = before.map(|row| &row.figures[figure as usize]);
        let streamed = streamed_of(entry, figure);
        streamed.total = interval_of(Arc::clone(now));
        streamed.intervals.resize_with(number, Interval::default);
        if before.is_some_and(|before| Arc::ptr_eq(now, before)) {
            continue;
        }
        let more = before.map_or_else(|| Arc::clone(now), |before| Arc::new(now.since(before)));
        streamed.intervals[number - 1].add(&interval_of(more));
    }
}

fn streamed_of(entry: &mut RunEntry, figure: StreamFigure) -> &mut Streamed {
    let known = entry
        .streams
        .iter()
        .position(|known| known.figure == figure);
    let at = known.unwrap_or_else(|| {
        entry.streams.push(Streamed {
            figure,
            intervals: Vec::new(),
            total: Interval::default(),
        });
        entry.streams.len() - 1
    });
    &mut entry.streams[at]
}

fn interval_of(values: Arc<Exact>) -> Interval {
    Interval {
        requests: values.count(),
        times: values,
        ..Interval::default()
    }
}

/// Adds those of a summary to its entries; those of earlier versions have none.
pub fn of_summary(streams: &Value, entries: &mut Vec<RunEntry>) -> Result<(), Unreadable> {
    add_all(streams, entries, |row, figure| {
        let Some(spread) = row["figures"].get(key_of(figure)) else {
            return Some(None);
        };
        let values = times_of(spread["histogram"].as_str()?)?;
        Some(Some(interval_of(Arc::new(values))))
    })
}

/// The same of an HTML report.
pub fn of_report(streams: &Value, entries: &mut Vec<RunEntry>) -> Result<(), Unreadable> {
    add_all(streams, entries, |row, figure| {
        let mut figures = row["figures"].as_array()?.iter();
        let Some(found) = figures.find(|found| found["title"] == figure.title()) else {
            return Some(None);
        };
        // Mean, p50, p90, p95, p99, longest.
        let value = |at: usize| found["values"][at].as_f64();
        Some(Some(Interval {
            requests: count_of(&found["count"])?,
            reported: Some([value(1)?, value(3)?, value(4)?]),
            ..Interval::default()
        }))
    })
}

/// `read` finds nothing where something is damaged, and nothing in it where the figure was not measured.
fn add_all(
    streams: &Value,
    entries: &mut Vec<RunEntry>,
    read: impl Fn(&Value, StreamFigure) -> Option<Option<Interval>>,
) -> Result<(), Unreadable> {
    let damaged = || Unreadable::part("list of streams");
    let rows = match streams {
        Value::Null => return Ok(()),
        rows => rows.as_array().ok_or_else(damaged)?,
    };
    let places = entries.iter().enumerate();
    let places = places.map(|(at, entry)| ((entry.name.clone(), entry.method.clone()), at));
    let mut places: HashMap<_, _> = places.collect();
    for row in rows {
        let text = |key: &str| row[key].as_str().map(str::to_owned).ok_or_else(damaged);
        let (name, method) = (text("name")?, text("method")?);
        let at = *places
            .entry((name.clone(), method.clone()))
            .or_insert_with(|| {
                entries.push(RunEntry {
                    name,
                    method,
                    ..RunEntry::default()
                });
                entries.len() - 1
            });
        for figure in StreamFigure::ALL {
            if let Some(total) = read(row, figure).ok_or_else(damaged)? {
                streamed_of(&mut entries[at], figure).total = total;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use serde_json::{Map, json};

    use super::super::super::figure::Figure;
    use super::super::html::of_report as of_page;
    use super::super::load::load;
    use super::*;
    use crate::compare::run::Run;
    use crate::report::streams::for_a_page;
    use crate::report::summary::Collector;
    use crate::stats::{Recorder, ResponseTimesCache};
    use crate::store::Writer;
    use rlocust_core::clock::pause_at;
    use rlocust_core::model::Tick;

    /// Twelve seconds: `chat` is asked from the third on and brings two events a second, `feed` is a stream that brings
    /// one and is no request yet.
    fn ticks() -> Vec<Tick> {
        let clock = pause_at(1000.0);
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let ms = Duration::from_millis;
        let feed = recorder.stream_ledger("GET", "feed");
        feed.begin(ms(10));
        let mut ticks = Vec::new();
        for second in 0..12 {
            clock.advance(1.0);
            feed.event(Some((StreamFigure::Gap, ms(1000))));
            if second >= 2 {
                let chat = recorder.stream_ledger("POST", "chat");
                chat.begin(ms(20));
                chat.event(Some((StreamFigure::FirstEvent, ms(30 + second))));
                chat.tokens(4, ms(30), ms(100));
                recorder.log_request("POST", "chat", Some(100.0), 0, None);
            }
            ticks.push(Tick {
                now: rlocust_core::clock::unix_seconds(),
                snapshot: recorder.snapshot(),
                ..Tick::default()
            });
        }
        ticks
    }

    fn store(ticks: &[Tick]) -> Run {
        let mut writer = Writer::default();
        let mut file = writer.head(&Map::new());
        for tick in ticks {
            file.extend(writer.tick(tick));
        }
        load("a.store", &file).expect("a store")
    }

    fn document(ticks: &[Tick]) -> Value {
        let mut collector = Collector::new(Map::new());
        for tick in ticks {
            collector.tick(tick);
        }
        let text = collector.summary(&ticks[ticks.len() - 1]);
        serde_json::from_str(&text).expect("JSON")
    }

    fn page(ticks: &[Tick]) -> Value {
        let tick = &ticks[ticks.len() - 1];
        json!({
            "state": {"started_at": 0.0, "stopped_at": 12.0},
            "endpoints": [
                {"i": -1, "name": "Aggregated", "method": "", "requests": 10, "failures": 0},
                {"i": 0, "name": "chat", "method": "POST", "requests": 10, "failures": 0},
            ],
            "streams": for_a_page(&tick.snapshot),
        })
    }

    /// Of a figure of an entry: how many values in each interval, and in all.
    fn counts(run: &Run, shown: &str, figure: StreamFigure) -> (Vec<u64>, u64) {
        let mut entries = run.entries.iter();
        let entry = entries.find(|entry| entry.shown() == shown).expect(shown);
        let [median, ..] = Figure::of_streams(figure);
        let course = entry.course(median).expect("measured");
        let intervals = course.intervals.iter().map(|one| one.requests);
        (intervals.collect(), course.total.requests)
    }

    #[test]
    fn a_store_has_each_figure_second_by_second() {
        let run = store(&ticks());
        let shown: Vec<_> = run.entries.iter().map(RunEntry::shown).collect();
        assert_eq!(shown, ["GET feed", "POST chat", "Aggregated"]);
        let since_the_third = [vec![0; 2], vec![1; 10]].concat();
        let first_events = counts(&run, "POST chat", StreamFigure::FirstEvent);
        assert_eq!(first_events, (since_the_third, 10));
        assert_eq!(
            counts(&run, "GET feed", StreamFigure::Gap),
            (vec![1; 12], 12)
        );
        let first_bytes = counts(&run, "GET feed", StreamFigure::FirstByte);
        assert_eq!(first_bytes.0, [vec![1], vec![0; 11]].concat());
        assert!(run.entries[2].streams.is_empty(), "of the aggregate none");
    }

    #[test]
    fn what_was_streamed_before_a_reset_does_not_count() {
        let mut both = ticks();
        both.extend(ticks().into_iter().map(|tick| Tick {
            now: tick.now + 100.0,
            ..tick
        }));
        let gaps = counts(&store(&both), "GET feed", StreamFigure::Gap);
        assert_eq!(gaps, (vec![1; 12], 12));
    }

    #[test]
    fn every_kind_of_file_has_the_figures_of_the_whole_run() {
        let ticks = ticks();
        let exact = store(&ticks);
        let summary = document(&ticks).to_string();
        let summary = load("a.json", summary.as_bytes()).expect("a summary");
        let report = of_page("a.html", &page(&ticks)).expect("a report");
        let total = |run: &Run, figure: Figure| {
            let mut entries = run.entries.iter();
            let chat = entries.find(|entry| entry.name == "chat").expect("chat");
            let total = chat.course(figure).expect("measured").total;
            figure.of(total, 12.0).or_else(|| figure.reported(total))
        };
        let figures = [StreamFigure::FirstEvent, StreamFigure::TokenTime];
        for figure in figures.into_iter().flat_map(Figure::of_streams) {
            let wanted = total(&exact, figure).expect("values");
            for run in [&summary, &report] {
                let found = total(run, figure).expect("a value");
                assert!(
                    (found - wanted).abs() < 0.05,
                    "{figure:?}: {found} {wanted}"
                );
            }
        }
        for run in [&summary, &report] {
            assert_eq!(counts(run, "GET feed", StreamFigure::Gap), (Vec::new(), 12));
        }
        let [median, low, _] = Figure::of_streams(StreamFigure::TokenRate);
        assert_eq!(total(&report, median).map(f64::round), Some(40.0));
        assert_eq!(
            total(&report, low),
            None,
            "a report has no low end of rates"
        );
    }

    #[test]
    fn damage_is_named() {
        let ticks = ticks();
        let complaint = |change: &dyn Fn(&mut Value)| {
            let mut document = document(&ticks);
            change(&mut document["streams"]);
            let read = load("a.json", document.to_string().as_bytes());
            read.expect_err("damaged").to_string()
        };
        let damages: [&dyn Fn(&mut Value); 3] = [
            &|streams| *streams = json!({}),
            &|streams| streams[0]["name"] = json!(1),
            &|streams| streams[0]["figures"]["first_byte_ms"]["histogram"] = json!("AAAA"),
        ];
        for damage in damages {
            assert_eq!(complaint(damage), "its list of streams is damaged");
        }
        let mut report = page(&ticks);
        report["streams"][0]["figures"][0]["values"] = json!([]);
        let complaint = of_page("a.html", &report).expect_err("damaged");
        assert_eq!(complaint.to_string(), "its list of streams is damaged");
    }
}
