//! The one key that our workers add to Locust's report, and that a stock master passes over: exact histograms and phases
//! of each row, accounting, lag and figures of streams since the report before, and the number of the report. Histograms
//! travel as bytes, in the form of the result store: a stock master takes them for one value, not for thousands.
use std::sync::Arc;

use rmpv::{Value, ValueRef};

use super::histogram::unpacked;
use super::streams;
use crate::codec::{MOST_COUNTED, Malformed, binary, count_of, list, pairs_of, under};
use rlocust_core::histogram::Exact;
use rlocust_core::model::{Accounting, Outcome, PhaseRows};
use rlocust_stats::stats::{PhaseLedgers, Report, Sums};
use rlocust_stats::store::{Put, Take, put_histogram, take_histogram};

/// Of this form; a later one that cannot be read as this one has another number.
const VERSION: i64 = 1;

/// What goes under it.
pub fn written(report: &Report) -> Value {
    let accounting = Accounting::default()
        .classes()
        .into_iter()
        .zip(report.accounting);
    let accounting = accounting.filter(|(_, more)| *more != 0);
    let accounting = accounting.map(|((class, _), more)| (class.into(), more.into()));
    let entries = report.entries.iter().map(|row| packed_row(&row.sums));
    let lags = report.lags.each_ref().map(|lag| {
        let mut put = Put::default();
        put_histogram(&mut put, &Arc::new(lag.clone()), &Arc::default());
        Value::Binary(put.0)
    });
    let streams = (!report.streams.is_empty()).then(|| streams::written(&report.streams));
    let pairs: [(&str, Value); 6] = [
        ("version", VERSION.into()),
        ("sequence", report.sequence.into()),
        ("entries", Value::Array(entries.collect())),
        ("total", packed_row(&report.total)),
        ("accounting", Value::Map(accounting.collect())),
        ("lags", Value::Array(lags.to_vec())),
    ];
    let streams = streams.map(|streams| ("streams", streams));
    let pairs = pairs.into_iter().chain(streams);
    Value::Map(pairs.map(|(key, value)| (key.into(), value)).collect())
}

/// Reads it into the report whose rows have been read in Locust's form. Answers whether all rows are exact: one that a
/// listener of the suite has changed on its way is not, and keeps its buckets.
pub fn read(value: &ValueRef<'_>, report: &mut Report) -> Result<bool, Malformed> {
    let version = count_of(part(value, "version")?)?;
    if version != VERSION {
        return Ok(false);
    }
    report.sequence = count_of(part(value, "sequence")?)?.cast_unsigned();
    for (class, more) in pairs_of(part(value, "accounting")?)? {
        let classes = Accounting::default().classes();
        let ValueRef::String(class) = class else {
            continue;
        };
        if let Some(at) = classes
            .iter()
            .position(|(known, _)| Some(*known) == class.as_str())
        {
            report.accounting[at] = signed(more)?;
        }
    }
    let lags = list(part(value, "lags")?)?;
    for (lag, bytes) in report.lags.iter_mut().zip(lags) {
        *lag = unpacked(&mut Take(binary(bytes)?))?;
    }
    if let Some(rows) = under(value, "streams") {
        report.streams = streams::read(rows)?;
    }
    let rows = list(part(value, "entries")?)?;
    let mut are_exact = rows.len() == report.entries.len();
    let sums = report.entries.iter_mut().map(|row| &mut row.sums);
    let total = part(value, "total")?;
    if !are_exact {
        return Ok(false);
    }
    for (sums, bytes) in sums.zip(rows).chain([(&mut report.total, total)]) {
        are_exact &= unpack_row(binary(bytes)?, sums)?;
    }
    Ok(are_exact)
}

fn packed_row(sums: &Sums) -> Value {
    let mut put = Put::default();
    put_histogram(&mut put, &Arc::new(sums.exact.clone()), &Arc::default());
    for phase in sums.phases.rows() {
        put.0.push(u8::from(phase.is_some()));
        if let Some(phase) = phase {
            put_histogram(&mut put, &phase, &Arc::default());
        }
    }
    Value::Binary(put.0)
}

/// Whether the exact histogram counts what the buckets count.
fn unpack_row(bytes: &[u8], sums: &mut Sums) -> Result<bool, Malformed> {
    let mut take = Take(bytes);
    let exact: Exact = unpacked(&mut take)?;
    let mut phases = PhaseRows::default();
    for phase in &mut phases {
        if take.byte().map_err(|_| Malformed::WrongData)? == 1 {
            take_histogram(&mut take, phase.get_or_insert_default())
                .map_err(|_| Malformed::WrongData)?;
        }
    }
    let timed: i64 = sums.response_times.rows().map(|(_, count)| count).sum();
    let is_same = exact.count() == timed.cast_unsigned();
    if is_same {
        sums.exact = exact;
    }
    sums.phases = PhaseLedgers::from(phases);
    Ok(is_same)
}

fn part<'v, 'a>(value: &'v ValueRef<'a>, key: &str) -> Result<&'v ValueRef<'a>, Malformed> {
    under(value, key).ok_or(Malformed::WrongData)
}

fn signed(value: &ValueRef<'_>) -> Result<i64, Malformed> {
    let ValueRef::Integer(more) = value else {
        return Err(Malformed::WrongData);
    };
    let more = more.as_i64().filter(|more| more.abs() <= MOST_COUNTED);
    more.ok_or(Malformed::WrongData)
}

const _: () = assert!(
    Outcome::CLASSES == 15,
    "a new class needs no new version: classes travel by name"
);
