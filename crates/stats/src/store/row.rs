//! One entry between two records: its sums as they are, its histograms and seconds as what was added. Where
//! something became less (a reset, an edit of the suite's), the row is written whole.
use std::sync::Arc;

use super::codec::{Malformed, Put, Take};
use indexmap::IndexMap;
use rlocust_core::histogram::Histogram;
use rlocust_core::model::hashing::FastHash;
use rlocust_core::model::{Bucket, EntryRow, PerSecond};

/// Seconds before the previous record that are looked at for late samples before all of them are.
const LATE: i64 = 5;

/// Samples of one histogram; sums of what stands in a file must not run over.
const MOST_COUNTED: u64 = 1 << 62;

const WHOLE: u8 = 0;
const ADDED: u8 = 1;
const SAME: u8 = 2;
/// Beside the way a row is written: some of its times are rounded.
const ROUNDED: u8 = 4;

/// `old` is the row of the record before, if there was one.
pub fn put_row(put: &mut Put, row: &EntryRow, old: Option<&EntryRow>) {
    let fresh;
    let addition = old.and_then(|old| Some((old, Addition::of(row, old)?)));
    let way = if addition.is_some() { ADDED } else { WHOLE };
    put.0.push(way | if row.is_rounded { ROUNDED } else { 0 });
    let (old, addition) = if let Some(addition) = addition {
        addition
    } else {
        fresh = EntryRow::default();
        (&fresh, Addition::whole(row))
    };
    for count in [row.num_requests, row.num_none_requests, row.num_failures] {
        put.signed(count);
    }
    put.number(row.total_response_time);
    put.optional(row.min_response_time, Put::number);
    put.number(row.max_response_time);
    put.number(row.total_content_length);
    put.float(row.start_time);
    put.optional(row.last_request_timestamp, Put::float);
    put.size(addition.buckets.len());
    for (bucket, count) in &addition.buckets {
        put.number(bucket.0);
        put.signed(*count);
    }
    put_seconds(put, &addition.requests, row.num_reqs_per_sec.folded());
    put_seconds(put, &addition.failures, row.num_fail_per_sec.folded());
    put_histogram(put, &row.exact, &old.exact);
    for (phase, old) in row.phases.iter().zip(&old.phases) {
        put.0.push(u8::from(phase.is_some()));
        if let Some(phase) = phase {
            put_histogram(put, phase, &old.clone().unwrap_or_default());
        }
    }
}

/// Reads into `row`, which is the row of the record before (or a default one).
pub fn take_row(take: &mut Take<'_>, row: &mut EntryRow) -> Result<(), Malformed> {
    let way = take.byte()?;
    match way & !ROUNDED {
        WHOLE => clear(row),
        ADDED => {}
        _ => return Err(Malformed),
    }
    row.is_rounded = way & ROUNDED != 0;
    row.num_requests = take.signed()?;
    row.num_none_requests = take.signed()?;
    row.num_failures = take.signed()?;
    row.total_response_time = take.number()?;
    row.min_response_time = take.optional(Take::number)?;
    row.max_response_time = take.number()?;
    row.total_content_length = take.number()?;
    row.start_time = take.float()?;
    row.last_request_timestamp = take.optional(Take::float)?;
    take_buckets(take, &mut row.buckets)?;
    take_seconds(take, &mut row.num_reqs_per_sec)?;
    take_seconds(take, &mut row.num_fail_per_sec)?;
    take_histogram(take, &mut row.exact)?;
    for phase in &mut row.phases {
        if take.byte()? == 1 {
            take_histogram(take, phase.get_or_insert_default())?;
        }
    }
    Ok(())
}

fn clear(row: &mut EntryRow) {
    *row = EntryRow {
        name: Arc::clone(&row.name),
        method: Arc::clone(&row.method),
        num_reqs_per_sec: row.num_reqs_per_sec.emptied(),
        num_fail_per_sec: row.num_fail_per_sec.emptied(),
        ..EntryRow::default()
    };
}

/// What a row has more than the one before.
struct Addition {
    buckets: Vec<(Bucket, i64)>,
    requests: Vec<(i64, i64)>,
    failures: Vec<(i64, i64)>,
}

impl Addition {
    fn whole(row: &EntryRow) -> Self {
        Self {
            buckets: row.buckets.clone(),
            requests: row.num_reqs_per_sec.iter().collect(),
            failures: row.num_fail_per_sec.iter().collect(),
        }
    }

    /// Nothing when it is less in some place.
    fn of(row: &EntryRow, old: &EntryRow) -> Option<Self> {
        let requests = row.num_requests - old.num_requests;
        let failures = row.num_failures - old.num_failures;
        let has_grown = requests >= 0
            && failures >= 0
            && row.start_time.to_bits() == old.start_time.to_bits()
            && row.exact.count() >= old.exact.count();
        if !has_grown {
            return None;
        }
        let span = newest_seconds(row, old);
        Some(Self {
            buckets: added_buckets(&row.buckets, &old.buckets, requests)?,
            requests: added_seconds(&row.num_reqs_per_sec, &old.num_reqs_per_sec, span, requests)?,
            failures: added_seconds(&row.num_fail_per_sec, &old.num_fail_per_sec, span, failures)?,
        })
    }
}

/// Where new samples are looked for first: what is found elsewhere is the same, only later.
fn newest_seconds(row: &EntryRow, old: &EntryRow) -> (i64, i64) {
    let since = old.last_request_timestamp.unwrap_or(row.start_time) as i64;
    let until = row.last_request_timestamp.unwrap_or(row.start_time) as i64;
    (since - LATE, until)
}

/// Buckets keep their order, so the old ones stand first. Hardly more of them have grown than there are new requests.
fn added_buckets(
    new: &[(Bucket, i64)],
    old: &[(Bucket, i64)],
    requests: i64,
) -> Option<Vec<(Bucket, i64)>> {
    let (first, rest) = new.split_at_checked(old.len())?;
    let mut added = Vec::with_capacity(new.len().min(requests as usize));
    for ((bucket, count), (old_bucket, old_count)) in first.iter().zip(old) {
        if bucket != old_bucket || count < old_count {
            return None;
        }
        if count > old_count {
            added.push((*bucket, count - old_count));
        }
    }
    added.extend_from_slice(rest);
    Some(added)
}

/// The newest seconds are enough where their sum explains all that was added.
fn added_seconds(
    new: &PerSecond,
    old: &PerSecond,
    (since, until): (i64, i64),
    expected: i64,
) -> Option<Vec<(i64, i64)>> {
    if until.saturating_sub(since) <= 3600 {
        let recent = (since..=until).map(|second| (second, new.get(second) - old.get(second)));
        let recent: Vec<_> = recent.filter(|(_, more)| *more != 0).collect();
        let sum: i64 = recent.iter().map(|(_, more)| more).sum();
        if sum == expected && recent.iter().all(|(_, more)| *more > 0) {
            return Some(recent);
        }
    }
    if new.folded() != old.folded() {
        return None;
    }
    // A row that was reset and then edited has the sums of before, without its seconds.
    if old.iter().any(|(second, count)| new.get(second) < count) {
        return None;
    }
    let all: Vec<_> = new
        .iter()
        .map(|(second, count)| (second, count - old.get(second)))
        .collect();
    let is_more = all.iter().map(|(_, more)| more).sum::<i64>() == expected;
    is_more.then(|| all.into_iter().filter(|(_, more)| *more > 0).collect())
}

fn put_seconds(put: &mut Put, seconds: &[(i64, i64)], folded: i64) {
    put.signed(folded);
    put.size(seconds.len());
    let mut last = 0;
    for (second, count) in seconds {
        put.signed(second - last);
        put.signed(*count);
        last = *second;
    }
}

fn take_seconds(take: &mut Take<'_>, seconds: &mut PerSecond) -> Result<(), Malformed> {
    let folded = take.signed()?;
    let mut last = 0_i64;
    for _ in 0..take.size()? {
        last = last.checked_add(take.signed()?).ok_or(Malformed)?;
        seconds.add(last, take.signed()?);
    }
    // Reading folds as recording did, only what a whole row had folded before is not among its seconds.
    let missing = folded.checked_sub(seconds.folded()).ok_or(Malformed)?;
    seconds.add_folded(missing);
    Ok(())
}

fn take_buckets(take: &mut Take<'_>, buckets: &mut Vec<(Bucket, i64)>) -> Result<(), Malformed> {
    let size = take.size()?;
    let places: Option<IndexMap<Bucket, usize, FastHash>> = (size > 8).then(|| {
        let known = buckets.iter().enumerate();
        known.map(|(at, (bucket, _))| (*bucket, at)).collect()
    });
    for _ in 0..size {
        let (bucket, more) = (Bucket(take.number()?), take.signed()?);
        let known = match &places {
            Some(places) => places.get(&bucket).copied(),
            None => buckets.iter().position(|(known, _)| *known == bucket),
        };
        match known {
            Some(at) => buckets[at].1 = buckets[at].1.checked_add(more).ok_or(Malformed)?,
            None => buckets.push((bucket, more)),
        }
    }
    Ok(())
}

/// Values and what was added to their counts, then the true extremes and the sum; all values anew where one has lost.
pub fn put_histogram<const BITS: u32>(
    put: &mut Put,
    new: &Arc<Histogram<BITS>>,
    old: &Arc<Histogram<BITS>>,
) {
    if Arc::ptr_eq(new, old) || (new.is_empty() && old.is_empty()) {
        put.0.push(SAME);
        return;
    }
    let added = new.rows_added_to(old);
    put.0.push(if added.is_some() { ADDED } else { WHOLE });
    let values = added.unwrap_or_else(|| new.rows().collect());
    put.size(values.len());
    let mut last = 0;
    for (value, count) in values {
        put.count(value - last);
        put.count(count);
        last = value;
    }
    for limit in [new.min_us(), new.max_us(), new.sum_us()] {
        put.count(limit);
    }
}

pub fn take_histogram<const BITS: u32>(
    take: &mut Take<'_>,
    histogram: &mut Arc<Histogram<BITS>>,
) -> Result<(), Malformed> {
    match take.byte()? {
        SAME => return Ok(()),
        WHOLE => *histogram = Arc::default(),
        ADDED => {}
        _ => return Err(Malformed),
    }
    let histogram = Arc::make_mut(histogram);
    let mut value = 0_u64;
    for _ in 0..take.size()? {
        value = value.checked_add(take.count()?).ok_or(Malformed)?;
        let times = take.count()?;
        let sum = histogram.count().checked_add(times);
        sum.filter(|sum| *sum <= MOST_COUNTED).ok_or(Malformed)?;
        histogram.record_many_us(value, times);
    }
    let (least, longest) = (take.count()?, take.count()?);
    if least > longest {
        return Err(Malformed);
    }
    histogram.set_limits(least, longest, take.count()?);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// With so many requests in each second, all of them failures.
    fn row(seconds: &[(i64, i64)]) -> EntryRow {
        let mut row = EntryRow::default();
        for (second, count) in seconds {
            row.num_requests += count;
            row.num_failures += count;
            row.num_reqs_per_sec.add(*second, *count);
            row.num_fail_per_sec.add(*second, *count);
            row.last_request_timestamp = Some(*second as f64);
        }
        row
    }

    fn way_of_writing(row: &EntryRow, old: &EntryRow) -> u8 {
        let mut put = Put::default();
        put_row(&mut put, row, Some(old));
        put.0[0]
    }

    #[test]
    fn what_was_added_is_written_alone_wherever_it_is() {
        let old = row(&[(1000, 3), (1010, 2)]);
        let more = [
            vec![(1000, 3), (1010, 2)],
            vec![(1000, 3), (1010, 2), (1011, 4)],
            vec![(1000, 3), (1010, 3)],
            vec![(1000, 4), (1010, 2)],
        ];
        for seconds in more {
            assert_eq!(way_of_writing(&row(&seconds), &old), ADDED, "{seconds:?}");
        }
        let less = [
            vec![(1000, 3), (1010, 1)],
            vec![(1000, 2), (1010, 2), (1011, 1)],
        ];
        for seconds in less {
            assert_eq!(way_of_writing(&row(&seconds), &old), WHOLE, "{seconds:?}");
        }
    }
}
