//! The run of an HTML report, by the block `rlocust-data` that is in it: the sums of each endpoint, and the course of all
//! requests as far as the report has it second by second. Endpoints whose times are not in the file (the report has those of
//! the busiest) are compared by rate and errors alone.
use std::sync::Arc;

use serde_json::Value;

use super::super::interval::Interval;
use super::super::run::{Run, RunEntry};
use super::entry::entry_of;
use super::streams;
use super::times::{MOST, times_of};
use super::unreadable::Unreadable;
use rlocust_core::histogram::Exact;

/// Of the block; grows when a reader of the one before could misread the new one.
const VERSION: u64 = 1;
/// Seconds between two points: beyond it they are means of several, which say less than they seem to.
const LONGEST_STEP: f64 = 1.5;
const BEGIN: &str = "id=\"rlocust-data\">";

/// What is in the block of a report, if this is one.
///
/// # Errors
/// When the block is damaged, or of a later version.
pub fn report_data(file: &[u8]) -> Result<Option<Value>, Unreadable> {
    let Some(begin) = find(file, BEGIN.as_bytes()) else {
        return Ok(None);
    };
    let block = &file[begin + BEGIN.len()..];
    let end = find(block, b"</script>").ok_or_else(|| Unreadable::part("data block"))?;
    let data = serde_json::from_slice::<Value>(&block[..end]);
    let data = data.map_err(|_| Unreadable::part("data block"))?;
    match data["version"].as_u64() {
        Some(VERSION) => Ok(Some(data)),
        Some(later) if later > VERSION => Err(Unreadable::LaterReport),
        _ => Err(Unreadable::part("version")),
    }
}

pub fn of_report(label: &str, data: &Value) -> Result<Run, Unreadable> {
    let rows = data["endpoints"].as_array();
    let rows = rows.ok_or_else(|| Unreadable::part("list of endpoints"))?;
    let read = rows.iter().map(|row| shown(row, &data["histograms"]));
    let mut entries = read.collect::<Result<Vec<_>, _>>()?;
    let total = rows.iter().position(|row| row["i"] == -1);
    let mut total = entries.remove(total.ok_or_else(|| Unreadable::part("list of endpoints"))?);
    "Aggregated".clone_into(&mut total.name);
    total.method.clear();
    let (intervals, interval) = course_of(&data["series"]["-1"]);
    total.intervals = intervals;
    streams::of_report(&data["streams"], &mut entries)?;
    entries.push(total);
    Ok(Run {
        label: label.to_owned(),
        interval,
        length: length_of(&data["state"]).ok_or_else(|| Unreadable::part("length of the run"))?,
        lacks: None,
        is_rounded: data["state"]["rounded"] == true,
        entries,
    })
}

/// One without a time has no histogram.
fn shown(row: &Value, histograms: &Value) -> Result<RunEntry, Unreadable> {
    let times = || match histograms[row["i"].as_i64()?.to_string()]["hdr"].as_str() {
        Some(packed) => times_of(packed),
        None => Some(Exact::default()),
    };
    entry_of(row, "list of endpoints", times)
}

fn length_of(state: &Value) -> Option<f64> {
    let end = state["stopped_at"].as_f64().or(state["now"].as_f64())?;
    let length = end - state["started_at"].as_f64()?;
    (length > 0.0).then_some(length)
}

/// From the first interval with a request to the last; none where a point stands for more than a second.
fn course_of(series: &Value) -> (Vec<Interval>, f64) {
    let step = series["step"]
        .as_f64()
        .filter(|step| (0.5..=LONGEST_STEP).contains(step));
    let (Some(step), Some(rates)) = (step, series["rps"].as_array()) else {
        return (Vec::new(), 0.0);
    };
    let at = |name: &str, place: usize| series[name][place].as_f64();
    let count = |name, place| {
        (at(name, place).unwrap_or(0.0) * step)
            .round()
            .clamp(0.0, MOST as f64) as u64
    };
    let intervals = (0..rates.len()).map(|place| Interval {
        requests: count("rps", place),
        failures: count("fps", place),
        times: Arc::default(),
        reported: match ["p50", "p95", "p99"].map(|name| at(name, place)) {
            [Some(p50), Some(p95), Some(p99)] => Some([p50, p95, p99]),
            _ => None,
        },
    });
    let all: Vec<Interval> = intervals.collect();
    let is_busy = |one: &Interval| one.requests > 0;
    let first = all.iter().position(is_busy).unwrap_or(0);
    let last = all.iter().rposition(is_busy).map_or(0, |last| last + 1);
    (all[first..last].to_vec(), step)
}

fn find(text: &[u8], words: &[u8]) -> Option<usize> {
    text.windows(words.len()).position(|found| found == words)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn page(data: &Value) -> Vec<u8> {
        format!("<head><script type=\"application/json\" {BEGIN}{data}</script></head><p>")
            .into_bytes()
    }

    fn data() -> Value {
        let row = |i: i64, name: &str, requests: u64| json!({"i": i, "name": name, "method": "GET", "requests": requests, "failures": 1});
        json!({
            "version": 1,
            "state": {"started_at": 10.0, "stopped_at": 14.5, "now": 900.0},
            "endpoints": [row(-1, "Aggregated", 7), row(0, "/a", 4), row(1, "/b", 3)],
            "histograms": {},
            "series": {"-1": {
                "step": 1.0, "rps": [0.0, 3.0, 4.0, 0.0], "fps": [0.0, 1.0, 0.0, 0.0],
                "p50": [null, 5.0, 6.0, null], "p95": [null, 5.0, 6.0, null], "p99": [null, 5.0, 6.0, null],
            }},
        })
    }

    fn read(data: &Value) -> Result<Run, Unreadable> {
        of_report("x", &report_data(&page(data))?.expect("a report"))
    }

    #[test]
    fn a_report_has_sums_and_the_course_of_all_requests() {
        let run = read(&data()).expect("a report");
        let shown: Vec<_> = run.entries.iter().map(RunEntry::shown).collect();
        assert_eq!(shown, ["GET /a", "GET /b", "Aggregated"]);
        assert!((run.length - 4.5).abs() < 1e-9 && (run.interval - 1.0).abs() < 1e-9);
        let requests = run.entries[2].intervals.iter().map(|one| one.requests);
        assert_eq!(requests.collect::<Vec<_>>(), [3, 4]);
        assert_eq!(run.entries[2].intervals[1].reported, Some([6.0; 3]));
        assert!(!run.is_rounded);
        let mut folded = data();
        folded["state"]["rounded"] = json!(true);
        assert!(read(&folded).expect("a report").is_rounded);
        folded["series"]["-1"]["step"] = json!(10.0);
        assert!(
            read(&folded).expect("a report").entries[2]
                .intervals
                .is_empty()
        );
    }

    #[test]
    fn damage_is_named() {
        let complaint = |change: &dyn Fn(&mut Value)| {
            let mut data = data();
            change(&mut data);
            read(&data).expect_err("damaged").to_string()
        };
        let later = complaint(&|data| data["version"] = json!(2));
        assert_eq!(later, "it is a report of a later version of rlocust");
        assert_eq!(
            complaint(&|data| data["version"] = Value::Null),
            "its version is damaged"
        );
        assert_eq!(
            complaint(&|data| data["endpoints"] = json!([])),
            "its list of endpoints is damaged"
        );
        let entry = complaint(&|data| data["histograms"]["0"] = json!({"hdr": "AAAA"}));
        assert_eq!(entry, "its entry `GET /a` is damaged");
        let length = complaint(&|data| data["state"] = Value::Null);
        assert_eq!(length, "its length of the run is damaged");
        let whole = page(&data());
        for cut in [60, whole.len() - 30] {
            let damaged = report_data(&whole[..cut]);
            assert_eq!(damaged, Err(Unreadable::part("data block")), "{cut}");
        }
        assert_eq!(report_data(b"<html>"), Ok(None));
    }
}
