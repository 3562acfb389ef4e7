//! What a report is compared with: the endpoints of an earlier run, from its store, its summary or its report.
use std::path::Path;

use serde_json::{Value, json};

use super::super::api::endpoints_of;
use super::kept::KeptTimeline;
use rlocust_stats::compare::{Unreadable, load, read_file, report_data};
use rlocust_stats::store::Damage;

/// The endpoints of an earlier run, in the shapes of `/api/v1/endpoints`.
#[derive(Debug)]
pub struct Baseline(Value);

impl Baseline {
    /// Whatever kind of file it is.
    ///
    /// # Errors
    /// In one line, with the name of the file.
    pub fn read(path: &Path) -> Result<Self, String> {
        let unreadable =
            |why: &dyn std::fmt::Display| format!("cannot read `{}`: {why}", path.display());
        let file = read_file(path).map_err(|why| unreadable(&why))?;
        let endpoints = endpoints(&file).map_err(|why| unreadable(&why))?;
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        Ok(Self(json!({"name": name, "endpoints": endpoints})))
    }

    /// As a report has it.
    pub fn into_json(self) -> Value {
        self.0
    }
}

fn endpoints(file: &[u8]) -> Result<Value, Unreadable> {
    load("", file)?; // a run as `rlocust compare` takes it, and whole
    match KeptTimeline::of_store(file) {
        Ok(kept) => return Ok(endpoints_of(&kept.course)),
        Err(Damage::Foreign) => {}
        Err(damage) => return Err(Unreadable::Store(damage)),
    }
    match report_data(file)? {
        Some(mut data) => Ok(data["endpoints"].take()),
        None => Ok(of_summary(
            &serde_json::from_slice(file).unwrap_or_default(),
        )),
    }
}

fn of_summary(document: &Value) -> Value {
    let entries = document["entries"].as_array().into_iter().flatten();
    let rows = std::iter::once((-1, &document["total"])).chain((0..).zip(entries));
    rows.map(|(i, entry)| endpoint(i, entry)).collect()
}

fn endpoint(i: i64, entry: &Value) -> Value {
    let mut row = json!({"i": i});
    for name in ["name", "method", "requests", "failures", "fail_ratio"] {
        row[name] = entry[name].clone();
    }
    let times = &entry["response_time_ms"];
    for (name, key) in [
        ("p50", "p50"),
        ("p75", "p75"),
        ("p90", "p90"),
        ("p95", "p95"),
        ("p99", "p99"),
        ("p999", "p99.9"),
        ("avg", "mean"),
        ("min", "min"),
        ("max", "max"),
    ] {
        row[name] = times[key].clone();
    }
    row["total_rps"] = entry["requests_per_s"].clone();
    row["total_fps"] = entry["failures_per_s"].clone();
    row
}
