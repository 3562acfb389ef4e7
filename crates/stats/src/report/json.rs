//! Locust's JSON (docs/contract/outputs.md §7): the entries in the order in which they appeared, without the aggregate
//! and without empty ones, as Python's json module writes them with an indent of 4.
use std::fmt::Write as _;

use super::python_text::{float, json_number, json_text};
use rlocust_core::model::{EntryRow, Number, PerSecond, Snapshot};

/// What `--json` prints, without a line break at the end.
pub fn entries(snapshot: &Snapshot) -> String {
    let rows = snapshot
        .entries
        .iter()
        .filter(|row| row.num_requests != 0 || row.num_failures != 0);
    let rows: Vec<String> = rows.map(|row| entry(row)).collect();
    if rows.is_empty() {
        return "[]".to_owned();
    }
    format!("[\n{}\n]", rows.join(",\n"))
}

fn entry(row: &EntryRow) -> String {
    let optional = |value: Option<f64>| value.map_or_else(|| "null".to_owned(), float);
    let least = row
        .min_response_time
        .map_or_else(|| "null".to_owned(), json_number);
    let buckets = row
        .buckets
        .iter()
        .map(|(bucket, count)| (json_number(bucket.0), *count));
    let fields = [
        ("name", json_text(&row.name)),
        ("method", json_text(&row.method)),
        (
            "last_request_timestamp",
            optional(row.last_request_timestamp),
        ),
        ("start_time", float(row.start_time)),
        ("num_requests", row.num_requests.to_string()),
        ("num_none_requests", row.num_none_requests.to_string()),
        ("num_failures", row.num_failures.to_string()),
        ("total_response_time", json_number(row.total_response_time)),
        ("max_response_time", json_number(row.max_response_time)),
        ("min_response_time", least),
        (
            "total_content_length",
            json_number(row.total_content_length),
        ),
        ("response_times", object(buckets)),
        ("num_reqs_per_sec", object(seconds(&row.num_reqs_per_sec))),
        ("num_fail_per_sec", object(seconds(&row.num_fail_per_sec))),
    ];
    let lines = fields.map(|(name, value)| format!("        \"{name}\": {value}"));
    format!("    {{\n{}\n    }}", lines.join(",\n"))
}

fn seconds(counts: &PerSecond) -> impl Iterator<Item = (String, i64)> {
    counts
        .iter()
        .map(|(second, count)| (json_number(Number::Whole(second)), count))
}

fn object(rows: impl Iterator<Item = (String, i64)>) -> String {
    let mut lines = String::new();
    for (key, count) in rows {
        let comma = if lines.is_empty() { "" } else { "," };
        // Writing to a String cannot fail.
        write!(lines, "{comma}\n            \"{key}\": {count}").unwrap_or_default();
    }
    if lines.is_empty() {
        "{}".to_owned()
    } else {
        format!("{{{lines}\n        }}")
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use rlocust_core::model::Bucket;

    #[test]
    fn entries_are_written_as_python_writes_them() {
        let row = EntryRow {
            name: "/é".into(),
            method: "GET".into(),
            num_requests: 2,
            last_request_timestamp: Some(12.5),
            start_time: 11.0,
            total_response_time: Number::Real(5.0),
            max_response_time: Number::Real(3.0),
            min_response_time: Some(Number::Whole(2)),
            buckets: vec![(Bucket::whole(3), 1), (Bucket::whole(2), 1)],
            num_reqs_per_sec: [(12, 2)].into_iter().collect(),
            ..EntryRow::default()
        };
        let snapshot = Snapshot {
            entries: vec![Arc::new(row), Arc::default()],
            ..Snapshot::default()
        };
        let expected = r#"[
    {
        "name": "/\u00e9",
        "method": "GET",
        "last_request_timestamp": 12.5,
        "start_time": 11.0,
        "num_requests": 2,
        "num_none_requests": 0,
        "num_failures": 0,
        "total_response_time": 5.0,
        "max_response_time": 3.0,
        "min_response_time": 2,
        "total_content_length": 0,
        "response_times": {
            "3": 1,
            "2": 1
        },
        "num_reqs_per_sec": {
            "12": 2
        },
        "num_fail_per_sec": {}
    }
]"#;
        assert_eq!(entries(&snapshot), expected);
        assert_eq!(entries(&Snapshot::default()), "[]");
    }
}
