//! The report of a worker as data of a `stats` message, and what a master reads out of one.
use rmpv::{Value, ValueRef};

use super::{entry, exact};
use crate::codec::{KEY, Malformed, count_of, number_of, pairs_of, text};
use rlocust_core::model::{ErrorRow, Outcome};
use rlocust_stats::stats::Report;

/// Of a worker's sums: what Locust's sender sends, and our key.
pub fn written(report: &Report) -> Vec<(Value, Value)> {
    let rows = report.entries.iter();
    let rows = rows.map(|row| entry::written(&row.name, &row.method, &row.sums));
    let errors = report.errors.iter();
    let errors = errors.map(|row| (Value::from(&*row.key), written_error(row)));
    let pairs: [(&str, Value); 4] = [
        ("stats", Value::Array(rows.collect())),
        (
            "stats_total",
            entry::written("Aggregated", "", &report.total),
        ),
        ("errors", Value::Map(errors.collect())),
        (KEY, exact::written(report)),
    ];
    let pairs = pairs.into_iter();
    pairs.map(|(key, value)| (key.into(), value)).collect()
}

/// Who counts in it.
pub fn with_users(mut pairs: Vec<(Value, Value)>, users: &[(String, i64)]) -> Value {
    let count: i64 = users.iter().map(|(_, count)| count).sum();
    let users = users.iter();
    let users = users.map(|(class, count)| (class.as_str().into(), (*count).into()));
    pairs.push(("user_classes_count".into(), Value::Map(users.collect())));
    pairs.push(("user_count".into(), count.into()));
    Value::Map(pairs)
}

/// What a master finds in the data of a `stats` message.
#[derive(Debug)]
pub struct Received {
    pub report: Report,
    /// A worker of ours sent it.
    pub is_ours: bool,
    pub user_count: Option<i64>,
}

/// The keys that are added up here; what else stands beside them is for the script.
const ADDED_UP: [&str; 4] = ["stats", "stats_total", "errors", KEY];

/// Reads the data of a `stats` message.
pub fn read(data: &ValueRef<'_>) -> Result<Received, Malformed> {
    let mut report = Report::default();
    let (mut ours, mut user_count, mut has_rows, mut has_total) = (None, None, false, false);
    for (key, value) in pairs_of(data)? {
        let ValueRef::String(key) = key else { continue };
        match key.as_str().unwrap_or_default() {
            "stats" => {
                let ValueRef::Array(rows) = value else {
                    return Err(Malformed::WrongData);
                };
                report.entries = rows.iter().map(entry::read).collect::<Result<_, _>>()?;
                has_rows = true;
            }
            "stats_total" => {
                report.total = entry::read(value)?.sums;
                has_total = true;
            }
            "errors" => report.errors = errors_of(value)?,
            "user_count" => user_count = Some(count_of(value)?),
            KEY => ours = Some(value),
            _ => {}
        }
    }
    if !has_rows || !has_total {
        return Err(Malformed::WrongData);
    }
    let is_exact = if let Some(value) = ours {
        exact::read(value, &mut report)?
    } else {
        count_what_is_known(&mut report);
        false
    };
    if !is_exact {
        round(&mut report);
    }
    Ok(Received {
        report,
        is_ours: ours.is_some(),
        user_count,
    })
}

/// The data without what was added up.
pub fn rest<'a>(data: &ValueRef<'a>) -> Value {
    let ValueRef::Map(pairs) = data else {
        return data.to_owned();
    };
    let is_added_up = |key: &ValueRef<'a>| matches!(key, ValueRef::String(key) if key.as_str().is_some_and(|key| ADDED_UP.contains(&key)));
    let rest = pairs.iter().filter(|(key, _)| !is_added_up(key));
    Value::Map(
        rest.map(|(key, value)| (key.to_owned(), value.to_owned()))
            .collect(),
    )
}

/// A stock worker says how its requests ended, and nothing of what it sent for them, cut or left unreported.
fn count_what_is_known(report: &mut Report) {
    let requests = report.total.num_requests;
    let failed = report.total.num_failures.min(requests);
    report.accounting[Outcome::Ok as usize] = requests - failed;
    report.accounting[Outcome::Failed as usize] = failed;
    report.accounting[Outcome::ByLocustWorkers as usize] = requests;
}

fn round(report: &mut Report) {
    let rows = report.entries.iter_mut().map(|row| &mut row.sums);
    for sums in rows.chain([&mut report.total]) {
        if sums.exact.is_empty() {
            sums.exact = entry::rounded(sums);
            sums.is_rounded = !sums.exact.is_empty();
        }
    }
}

fn written_error(row: &ErrorRow) -> Value {
    let time = |time: Option<f64>| time.map_or(Value::Nil, Value::from);
    let pairs: [(&str, Value); 6] = [
        ("name", (&*row.name).into()),
        ("method", (&*row.method).into()),
        ("error", (&*row.text).into()),
        ("occurrences", row.occurrences.into()),
        ("first_seen", time(row.first_seen)),
        ("last_seen", time(row.last_seen)),
    ];
    let pairs = pairs.into_iter();
    Value::Map(pairs.map(|(key, value)| (key.into(), value)).collect())
}

fn errors_of(errors: &ValueRef<'_>) -> Result<Vec<ErrorRow>, Malformed> {
    let errors = pairs_of(errors)?.iter();
    errors.map(|(_, row)| error_of(row)).collect()
}

/// Its key is made anew of what it says: an older worker makes other ones.
fn error_of(row: &ValueRef<'_>) -> Result<ErrorRow, Malformed> {
    let (mut named, mut error) = (0, ErrorRow::default());
    for (key, value) in pairs_of(row)? {
        let ValueRef::String(key) = key else { continue };
        match key.as_str().unwrap_or_default() {
            "name" => error.name = text(value)?.into(),
            "method" => error.method = text(value)?.into(),
            "error" => error.text = text(value)?.into(),
            "occurrences" => error.occurrences = count_of(value)?,
            "first_seen" => error.first_seen = time_of(value)?,
            "last_seen" => error.last_seen = time_of(value)?,
            _ => continue,
        }
        named += 1;
    }
    if named < 4 {
        return Err(Malformed::WrongData);
    }
    Ok(error)
}

fn time_of(value: &ValueRef<'_>) -> Result<Option<f64>, Malformed> {
    match value {
        ValueRef::Nil => Ok(None),
        value => number_of(value).map(|time| Some(time.as_f64())),
    }
}
