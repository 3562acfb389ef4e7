//! Which kind a file is, its content says: a result store has each entry second by second, a summary and a report only its
//! totals and the course of the whole run.
use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::super::interval::Interval;
use super::super::run::{Run, RunEntry};
use super::entry::{count_of, entry_of};
use super::html::{of_report, report_data};
use super::streams;
use super::times::times_of;
use super::unreadable::Unreadable;
use crate::report::summary::VERSION;
use crate::store::{Damage, Reader, Record};
use rlocust_core::model::{EntryRow, Snapshot, StreamRow, Tick};

/// Reads a store, a summary or an HTML report; `label` is what the report calls the run.
///
/// # Errors
/// When it is none of them, is damaged, or holds no request. A store that was cut off counts up to there: `Run::lacks`.
pub fn load(label: &str, file: &[u8]) -> Result<Run, Unreadable> {
    let run = match Reader::new(file) {
        Ok(reader) => of_store(label, reader).map_err(Unreadable::Store)?,
        Err(Damage::Foreign) => of_text(label, file)?,
        Err(damage) => return Err(Unreadable::Store(damage)),
    };
    used(run)
}

/// As `load` reads it out of a summary.
///
/// # Errors
/// As above.
pub fn load_summary(document: &Value) -> Result<Run, Unreadable> {
    used(of_summary("", document)?)
}

fn used(run: Run) -> Result<Run, Unreadable> {
    let is_used = run.entries.iter().any(RunEntry::is_used);
    is_used.then_some(run).ok_or(Unreadable::Empty)
}

// A store

fn of_store(label: &str, mut reader: Reader<'_>) -> Result<Run, Damage> {
    let mut course = Course::default();
    for record in reader.by_ref() {
        if let Record::Tick(tick) = record? {
            course.add(&tick);
        }
    }
    Ok(Run {
        lacks: reader.lacks(),
        ..course.into_run(label)
    })
}

/// What happened to each entry between each tick and the next.
#[derive(Default)]
struct Course {
    /// When the first interval began and the last ended; Unix seconds.
    began: Option<f64>,
    ended: f64,
    intervals: usize,
    last: Snapshot,
    entries: Vec<RunEntry>,
    places: HashMap<(Arc<str>, Arc<str>), usize>,
    total: RunEntry,
}

/// An interval shorter than this, as between the last tick and the end, is part of the one before; seconds.
const SHORTEST: f64 = 0.5;

impl Course {
    fn add(&mut self, tick: &Tick) {
        if self.has_been_reset(&tick.snapshot) {
            // What was before does not count in the run's own figures either.
            *self = Self {
                began: Some(self.ended),
                ..Self::default()
            };
        }
        if self.intervals == 0 && !is_on(&tick.snapshot) {
            // The run begins with the interval in which the first request was, or the first stream.
            self.began = Some(tick.now);
            return;
        }
        self.began.get_or_insert(tick.snapshot.total.start_time);
        if self.intervals == 0 || tick.now - self.ended >= SHORTEST {
            self.intervals += 1;
        }
        self.ended = tick.now;
        self.add_interval(&tick.snapshot);
        self.last.clone_from(&tick.snapshot);
    }

    fn has_been_reset(&self, now: &Snapshot) -> bool {
        now.total.num_requests < self.last.total.num_requests
            || streams::begun(now) < streams::begun(&self.last)
    }

    fn add_interval(&mut self, now: &Snapshot) {
        let last = std::mem::take(&mut self.last);
        let before = last.entries.iter().map(|row| (key(row), row));
        let before: HashMap<_, _> = before.collect();
        for row in &now.entries {
            let more = added(row, before.get(&key(row)).map(|row| &***row));
            let intervals = self.intervals;
            put(self.entry(key(row)), intervals, &more, row);
        }
        let more = added(&now.total, Some(&last.total));
        put(&mut self.total, self.intervals, &more, &now.total);
        self.add_streams(now, &last);
    }

    fn add_streams(&mut self, now: &Snapshot, last: &Snapshot) {
        let key = |row: &StreamRow| (Arc::clone(&row.name), Arc::clone(&row.method));
        let before = last.streams.iter().map(|row| (key(row), &**row));
        let before: HashMap<_, _> = before.collect();
        for row in &now.streams {
            let intervals = self.intervals;
            let earlier = before.get(&key(row)).copied();
            streams::put(self.entry(key(row)), intervals, row, earlier);
        }
    }

    fn entry(&mut self, key: (Arc<str>, Arc<str>)) -> &mut RunEntry {
        let (name, method) = (key.0.to_string(), key.1.to_string());
        let place = *self.places.entry(key).or_insert_with(|| {
            self.entries.push(RunEntry {
                name,
                method,
                ..RunEntry::default()
            });
            self.entries.len() - 1
        });
        &mut self.entries[place]
    }

    fn into_run(mut self, label: &str) -> Run {
        "Aggregated".clone_into(&mut self.total.name);
        self.entries.push(self.total);
        for entry in &mut self.entries {
            let streams = entry.streams.iter_mut();
            let streams = streams.map(|streamed| &mut streamed.intervals);
            for intervals in streams.chain([&mut entry.intervals]) {
                intervals.resize_with(self.intervals, Interval::default);
            }
        }
        let length = self.ended - self.began.unwrap_or_default();
        Run {
            label: label.to_owned(),
            interval: length / self.intervals.max(1) as f64,
            length,
            lacks: None,
            is_rounded: self.last.total.is_rounded,
            entries: self.entries,
        }
    }
}

fn key(row: &EntryRow) -> (Arc<str>, Arc<str>) {
    (Arc::clone(&row.name), Arc::clone(&row.method))
}

fn is_on(snapshot: &Snapshot) -> bool {
    let total = &snapshot.total;
    total.num_requests > 0 || total.num_failures > 0 || streams::begun(snapshot) > 0
}

fn added(row: &EntryRow, before: Option<&EntryRow>) -> Interval {
    let nothing = EntryRow::default();
    let before = before.unwrap_or(&nothing);
    let times = if Arc::ptr_eq(&row.exact, &before.exact) {
        Arc::default()
    } else {
        Arc::new(row.exact.since(&before.exact))
    };
    Interval {
        requests: count(row.num_requests - before.num_requests),
        failures: count(row.num_failures - before.num_failures),
        times,
        reported: None,
    }
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// An entry that was not there before has empty intervals up to now.
fn put(entry: &mut RunEntry, number: usize, more: &Interval, row: &EntryRow) {
    entry.total = Interval {
        requests: count(row.num_requests),
        failures: count(row.num_failures),
        times: Arc::clone(&row.exact),
        reported: None,
    };
    entry.intervals.resize_with(number, Interval::default);
    entry.intervals[number - 1].add(more);
}

// A summary or a report

fn of_text(label: &str, file: &[u8]) -> Result<Run, Unreadable> {
    if let Some(data) = report_data(file)? {
        return of_report(label, &data);
    }
    let document: Value = serde_json::from_slice(file).map_err(|_| Unreadable::Foreign)?;
    of_summary(label, &document)
}

fn of_summary(label: &str, document: &Value) -> Result<Run, Unreadable> {
    if document["schema"] != "rlocust-summary" {
        return Err(Unreadable::Foreign);
    }
    match document["version"].as_u64() {
        Some(VERSION) => {}
        Some(later) if later > VERSION => return Err(Unreadable::Later),
        _ => return Err(damaged("version")),
    }
    let rows = document["entries"].as_array();
    let rows = rows.ok_or_else(|| damaged("list of entries"))?.iter();
    let mut entries = rows.map(summed).collect::<Result<Vec<_>, _>>()?;
    let mut total = summed(&document["total"])?;
    "Aggregated".clone_into(&mut total.name);
    total.method.clear();
    let (intervals, interval) = course_of(&document["series"])?;
    let length = document["run"]["duration_s"].as_f64();
    total.intervals = intervals;
    streams::of_summary(&document["streams"], &mut entries)?;
    entries.push(total);
    Ok(Run {
        label: label.to_owned(),
        interval,
        length: length.ok_or_else(|| damaged("length of the run"))?,
        lacks: None,
        is_rounded: document["total"]["response_time_ms"]["rounded"] == true,
        entries,
    })
}

fn summed(value: &Value) -> Result<RunEntry, Unreadable> {
    let times = || times_of(value["histogram"].as_str()?);
    entry_of(value, "list of entries", times)
}

fn damaged(what: &str) -> Unreadable {
    Unreadable::part(what)
}

/// Each interval of the whole run, with its percentiles instead of its times, and how long one is on average.
fn course_of(series: &Value) -> Result<(Vec<Interval>, f64), Unreadable> {
    let columns = Columns::of(series).ok_or_else(|| damaged("series"))?;
    let rows = series["rows"].as_array().ok_or_else(|| damaged("series"))?;
    let read = |(at, row)| {
        let point = columns.point(row);
        point.ok_or_else(|| damaged(&format!("series (row {} of {})", at + 1, rows.len())))
    };
    let points = rows.iter().enumerate().map(read);
    let points = points.collect::<Result<Vec<Point>, _>>()?;
    let backwards = points.windows(2).position(|two| two[1].time < two[0].time);
    if let Some(at) = backwards {
        return Err(damaged(&format!(
            "series (row {} is before the one above)",
            at + 2
        )));
    }
    let quiet = points
        .iter()
        .take_while(|point| point.interval.requests == 0);
    let from = quiet.count().max(1) - 1;
    let Some([first, busy @ .., last]) = points.get(from..) else {
        return Ok((Vec::new(), 0.0));
    };
    let intervals: Vec<Interval> = busy
        .iter()
        .chain([last])
        .map(|point| point.interval.clone())
        .collect();
    let interval = (last.time - first.time) / intervals.len() as f64;
    Ok((intervals, interval))
}

/// What one row of the series shows, up to its time.
struct Point {
    time: f64,
    interval: Interval,
}

/// Where in a row a figure stands.
struct Columns {
    count: usize,
    time: usize,
    requests: usize,
    failures: usize,
    percentiles: [usize; 3],
}

impl Columns {
    fn of(series: &Value) -> Option<Self> {
        let columns = series["columns"].as_array()?;
        let at = |name: &str| columns.iter().position(|column| column == name);
        Some(Self {
            count: columns.len(),
            time: at("time")?,
            requests: at("requests")?,
            failures: at("failures")?,
            percentiles: [at("p50_ms")?, at("p95_ms")?, at("p99_ms")?],
        })
    }

    /// Nothing where a figure is missing or cannot be.
    fn point(&self, row: &Value) -> Option<Point> {
        let row = row.as_array().filter(|row| row.len() == self.count)?;
        let is_nothing = |at: usize| row[at].is_null();
        let reported = match self.percentiles.map(|at| row[at].as_f64()) {
            [Some(p50), Some(p95), Some(p99)] => Some([p50, p95, p99]),
            _ if self.percentiles.into_iter().all(is_nothing) => None,
            _ => return None,
        };
        Some(Point {
            time: row[self.time].as_f64()?,
            interval: Interval {
                requests: count_of(&row[self.requests])?,
                failures: count_of(&row[self.failures])?,
                times: Arc::default(),
                reported,
            },
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Map;

    use super::*;
    use crate::report::summary::Collector;
    use crate::stats::{Recorder, ResponseTimesCache};
    use crate::store::{Lacks, Writer};
    use rlocust_core::clock::pause_at;

    /// Two quiet seconds, then ten with two requests to `/a` each, from the fifth on one to `/b` that fails; then an
    /// end that comes a tenth of a second after the last tick.
    fn ticks() -> Vec<Tick> {
        let clock = pause_at(1000.0);
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        let tick = || Tick {
            now: rlocust_core::clock::unix_seconds(),
            snapshot: recorder.snapshot(),
            ..Tick::default()
        };
        let mut ticks = vec![tick()];
        for second in 0..12 {
            clock.advance(1.0);
            if second >= 2 {
                recorder.log_request("GET", "/a", Some(10.0), 0, None);
                recorder.log_request("GET", "/a", Some(20.0), 0, None);
            }
            if second >= 7 {
                recorder.log_request("GET", "/b", Some(5.0), 0, None);
                recorder.log_error("GET", "/b", "bad");
            }
            ticks.push(tick());
        }
        clock.advance(0.1);
        recorder.log_request("GET", "/a", Some(30.0), 0, None);
        ticks.push(tick());
        ticks
    }

    fn store(ticks: &[Tick]) -> Vec<u8> {
        let mut writer = Writer::default();
        let mut file = writer.head(&Map::new());
        for tick in ticks {
            file.extend(writer.tick(tick));
        }
        file
    }

    fn summary(ticks: &[Tick]) -> String {
        let mut collector = Collector::new(Map::new());
        for tick in ticks {
            collector.tick(tick);
        }
        collector.summary(&ticks[ticks.len() - 1])
    }

    fn check(run: &Run) {
        assert!(
            (run.length - 10.1).abs() < 0.01 && (run.interval - 1.01).abs() < 0.01,
            "{run:?}"
        );
        let totals: Vec<_> = run
            .entries
            .iter()
            .map(|entry| {
                (
                    entry.shown(),
                    entry.total.requests,
                    entry.total.failures,
                    entry.total.times.count(),
                )
            })
            .collect();
        let expected = [
            ("GET /a", 21, 0, 21),
            ("GET /b", 5, 5, 5),
            ("Aggregated", 26, 5, 26),
        ];
        assert_eq!(
            totals,
            expected.map(|(name, a, b, c)| (name.to_owned(), a, b, c))
        );
    }

    #[test]
    fn a_store_has_each_entry_second_by_second() {
        let run = load("a.store", &store(&ticks())).expect("a store");
        check(&run);
        let requests = |entry: &RunEntry| {
            entry
                .intervals
                .iter()
                .map(|one| one.requests)
                .collect::<Vec<_>>()
        };
        assert_eq!(requests(&run.entries[0]), [2, 2, 2, 2, 2, 2, 2, 2, 2, 3]);
        assert_eq!(requests(&run.entries[1]), [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
        assert_eq!(run.entries[0].intervals[9].times.max_us(), 30_015);
    }

    #[test]
    fn what_was_before_a_reset_does_not_count() {
        let mut both = ticks();
        both.extend(ticks().into_iter().map(|tick| Tick {
            now: tick.now + 100.0,
            ..tick
        }));
        check(&load("a.store", &store(&both)).expect("a store"));
    }

    #[test]
    fn a_pause_is_no_reset() {
        let mut paused = ticks();
        let last = ticks().pop().expect("a last tick");
        paused.push(Tick {
            now: last.now + 1.0,
            ..last
        });
        let run = load("a.store", &store(&paused)).expect("a store");
        let requests: Vec<_> = run
            .entries
            .iter()
            .map(|entry| entry.total.requests)
            .collect();
        assert_eq!(requests, [21, 5, 26]);
        assert_eq!(
            run.entries[0].intervals.last().map(|one| one.requests),
            Some(0)
        );
    }

    #[test]
    fn a_summary_has_totals_and_the_course_of_the_whole() {
        let text = summary(&ticks());
        let run = load("a.json", text.as_bytes()).expect("a summary");
        assert_eq!(run.entries[0].total.times.quantile_us(0.5), 20_015);
        assert!(run.entries[0].intervals.is_empty());
        let total = &run.entries[2];
        assert_eq!(
            total.intervals.iter().map(|one| one.requests).sum::<u64>(),
            26
        );
    }

    #[test]
    fn a_damaged_store_is_refused_and_a_torn_one_counts_as_far_as_it_goes() {
        let whole = store(&ticks());
        let torn = load("a.store", &whole[..whole.len() - 3]).expect("it goes nearly to its end");
        assert_eq!(torn.lacks, Some(Lacks::Torn));
        let mut damaged = whole.clone();
        damaged[whole.len() / 2] ^= 0x10;
        let message = load("a.store", &damaged).expect_err("damaged").to_string();
        assert!(message.starts_with("it is damaged at byte "), "{message}");
    }

    #[test]
    fn figures_of_a_summary_that_cannot_be_are_refused() {
        let text = summary(&ticks());
        let complaint = |break_it: &dyn Fn(&mut Value)| {
            let mut document: Value = serde_json::from_str(&text).expect("JSON");
            break_it(&mut document);
            let file = document.to_string();
            load("a.json", file.as_bytes())
                .expect_err("refused")
                .to_string()
        };
        let last = complaint(&|document| {
            let rows = document["series"]["rows"].as_array_mut().expect("rows");
            let row = rows
                .last_mut()
                .expect("a row")
                .as_array_mut()
                .expect("a row");
            row.fill(u64::MAX.into());
        });
        assert_eq!(last, "its series (row 14 of 14) is damaged");
        let short = complaint(&|document| document["series"]["rows"][3] = serde_json::json!([1]));
        assert_eq!(short, "its series (row 4 of 14) is damaged");
        let back = complaint(&|document| document["series"]["rows"][3][0] = 0.into());
        assert_eq!(
            back,
            "its series (row 4 is before the one above) is damaged"
        );
        let column = complaint(&|document| document["series"]["columns"][2] = "x".into());
        assert_eq!(column, "its series is damaged");
        let later = complaint(&|document| document["version"] = (VERSION + 1).into());
        assert_eq!(later, "it is a summary of a later version of rlocust");
        let version = complaint(&|document| document["version"] = "1".into());
        assert_eq!(version, "its version is damaged");
        let length = complaint(&|document| document["run"] = Value::Null);
        assert_eq!(length, "its length of the run is damaged");
        let entry = complaint(&|document| document["entries"][1]["histogram"] = "AAAA".into());
        assert_eq!(entry, "its entry `GET /b` is damaged");
        let many = complaint(&|document| document["total"]["requests"] = u64::MAX.into());
        assert_eq!(many, "its entry `Aggregated` is damaged");
        let none = complaint(&|document| document["entries"] = Value::Null);
        assert_eq!(none, "its list of entries is damaged");
    }

    #[test]
    fn a_run_with_rounded_times_says_so_from_either_file() {
        let mut ticks = ticks();
        assert!(!load("a", &store(&ticks)).expect("a store").is_rounded);
        let last = ticks.last_mut().expect("a tick");
        Arc::make_mut(&mut last.snapshot.total).is_rounded = true;
        assert!(load("a", &store(&ticks)).expect("a store").is_rounded);
        let of_summary = |ticks: &[Tick]| load("a.json", summary(ticks).as_bytes());
        assert!(of_summary(&ticks).expect("a summary").is_rounded);
        ticks.pop();
        assert!(!of_summary(&ticks).expect("a summary").is_rounded);
    }

    #[test]
    fn other_files_are_refused() {
        assert_eq!(load("x", b"{}").expect_err("foreign"), Unreadable::Foreign);
        assert_eq!(load("x", b"PNG").expect_err("foreign"), Unreadable::Foreign);
        assert_eq!(
            load("x", &store(&ticks()[..2])).expect_err("empty"),
            Unreadable::Empty
        );
    }

    #[test]
    fn what_came_between_two_rows_is_their_difference() {
        let row = |requests: i64, failures: i64| EntryRow {
            num_requests: requests,
            num_failures: failures,
            ..EntryRow::default()
        };
        let more = added(&row(7, 3), Some(&row(4, 1)));
        assert_eq!((more.requests, more.failures), (3, 2));
        let first = added(&row(7, 3), None);
        assert_eq!((first.requests, first.failures), (7, 3));
    }
}
