//! One row of a report in Locust's form: fourteen keys, histograms as maps of numbers. What a stock node sends and
//! understands. The exact histogram of a row that comes without one is made of its buckets.
use rmpv::{Value, ValueRef};

use crate::codec::{Malformed, count_of, number_of, pairs_of, text};
use rlocust_core::histogram::Exact;
use rlocust_core::model::{Bucket, Number, PerSecond};
use rlocust_stats::stats::{ReportedEntry, Sums};

/// A row as Locust's sender writes it.
pub fn written(name: &str, method: &str, sums: &Sums) -> Value {
    let seconds = |seconds: &PerSecond| {
        let pairs = seconds.iter();
        Value::Map(
            pairs
                .map(|(second, count)| (second.into(), count.into()))
                .collect(),
        )
    };
    let times = sums.response_times.rows();
    let times = times.map(|(bucket, count)| (number(bucket.0), count.into()));
    let pairs: [(&str, Value); 14] = [
        ("name", name.into()),
        ("method", method.into()),
        (
            "last_request_timestamp",
            optional(sums.last_request_timestamp.map(Number::Real)),
        ),
        ("start_time", sums.start_time.into()),
        ("num_requests", sums.num_requests.into()),
        ("num_none_requests", sums.num_none_requests.into()),
        ("num_failures", sums.num_failures.into()),
        ("total_response_time", number(sums.total_response_time)),
        ("max_response_time", number(sums.max_response_time)),
        ("min_response_time", optional(sums.min_response_time)),
        ("total_content_length", number(sums.total_content_length)),
        ("response_times", Value::Map(times.collect())),
        ("num_reqs_per_sec", seconds(&sums.num_reqs_per_sec)),
        ("num_fail_per_sec", seconds(&sums.num_fail_per_sec)),
    ];
    let pairs = pairs.into_iter();
    Value::Map(pairs.map(|(key, value)| (key.into(), value)).collect())
}

/// Of a row as it came; keys of others are passed over, what is missing is nothing. Name and method must be there.
pub fn read(row: &ValueRef<'_>) -> Result<ReportedEntry, Malformed> {
    let ValueRef::Map(pairs) = row else {
        return Err(Malformed::WrongData);
    };
    let (mut name, mut method, mut sums) = (None, None, Sums::default());
    for (key, value) in pairs {
        let ValueRef::String(key) = key else { continue };
        match key.as_str().unwrap_or_default() {
            "name" => name = Some(text(value)?),
            "method" => method = Some(text(value)?),
            other => read_figure(&mut sums, other, value)?,
        }
    }
    let name = name.ok_or(Malformed::WrongData)?;
    let method = method.ok_or(Malformed::WrongData)?;
    Ok(ReportedEntry {
        name: name.into(),
        method: method.into(),
        sums,
    })
}

fn read_figure(sums: &mut Sums, key: &str, value: &ValueRef<'_>) -> Result<(), Malformed> {
    match key {
        "last_request_timestamp" => {
            sums.last_request_timestamp = optional_number_of(value)?.map(Number::as_f64);
        }
        "start_time" => sums.start_time = number_of(value)?.as_f64(),
        "num_requests" => sums.num_requests = count_of(value)?,
        "num_none_requests" => sums.num_none_requests = count_of(value)?,
        "num_failures" => sums.num_failures = count_of(value)?,
        "total_response_time" => sums.total_response_time = number_of(value)?,
        "max_response_time" => sums.max_response_time = number_of(value)?,
        "min_response_time" => sums.min_response_time = optional_number_of(value)?,
        "total_content_length" => sums.total_content_length = number_of(value)?,
        "response_times" => {
            for (bucket, count) in pairs_of(value)? {
                let bucket = Bucket(number_of(bucket)?);
                *sums.response_times.of(bucket) += count_of(count)?;
            }
        }
        "num_reqs_per_sec" => sums.num_reqs_per_sec = seconds_of(value)?,
        "num_fail_per_sec" => sums.num_fail_per_sec = seconds_of(value)?,
        _ => {}
    }
    Ok(())
}

/// As good as buckets can say it: their times, within the true extremes, and the true sum.
pub fn rounded(sums: &Sums) -> Exact {
    let mut exact = Exact::default();
    for (bucket, count) in sums.response_times.rows() {
        exact.record_many_us(microseconds(bucket.as_f64()), count.max(0).cast_unsigned());
    }
    if let Some(least) = sums.min_response_time
        && !exact.is_empty()
    {
        let most = microseconds(sums.max_response_time.as_f64());
        let least = microseconds(least.as_f64()).min(most);
        exact.set_limits(least, most, microseconds(sums.total_response_time.as_f64()));
    }
    exact
}

fn microseconds(milliseconds: f64) -> u64 {
    (milliseconds * 1000.0) as u64
}

fn number(number: Number) -> Value {
    match number {
        Number::Whole(whole) => whole.into(),
        Number::Real(real) => real.into(),
    }
}

fn optional(value: Option<Number>) -> Value {
    value.map_or(Value::Nil, number)
}

fn optional_number_of(value: &ValueRef<'_>) -> Result<Option<Number>, Malformed> {
    match value {
        ValueRef::Nil => Ok(None),
        value => number_of(value).map(Some),
    }
}

fn seconds_of(value: &ValueRef<'_>) -> Result<PerSecond, Malformed> {
    let pairs = pairs_of(value)?.iter();
    pairs
        .map(|(second, count)| Ok((number_of(second)?.as_f64() as i64, count_of(count)?)))
        .collect()
}
