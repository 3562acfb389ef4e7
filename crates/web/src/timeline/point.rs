//! What one second brought: of an endpoint, and of the load and the generator. Neighbours fold into one.
use serde::Serialize;

use super::rings::Fold;
use rlocust_core::model::EntryRow;

/// Requests of one endpoint, or of all, since the point before. Times in milliseconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Point {
    pub time: f64,
    pub seconds: f32,
    pub requests: u32,
    pub failures: u32,
    pub p50: f32,
    pub p95: f32,
    pub p99: f32,
    pub max: f32,
    pub mean: f32,
    /// Bytes, of one answer.
    pub size: f32,
    /// Requests that have a time.
    pub timed: u32,
}

/// The same for a page: nothing where nothing came.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct ShownPoint {
    rps: f64,
    fps: f64,
    p50: Option<f64>,
    p95: Option<f64>,
    p99: Option<f64>,
    max: Option<f64>,
    avg: Option<f64>,
    n: u32,
    fails: u32,
    size: Option<f64>,
}

/// The sums of an entry at an instant, as far as the next point needs them. Kept beside its row, which lies where
/// another core has written it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sums {
    requests: i64,
    failures: i64,
    length: f64,
    timed: u64,
    sum_us: u64,
    start_time: f64,
}

/// A response time in microseconds, and how many took so long.
pub type Times = Vec<(u64, u64)>;

impl Sums {
    pub fn of(row: &EntryRow) -> Self {
        Self {
            requests: row.num_requests,
            failures: row.num_failures,
            length: row.total_content_length.as_f64(),
            timed: row.exact.count(),
            sum_us: row.exact.sum_us(),
            start_time: row.start_time,
        }
    }

    /// Puts the times that came up to `now` into `added`, ascending. False where the entry has begun anew, and all of
    /// them came.
    fn find_added(
        &self,
        earlier: &EntryRow,
        (now, row): (&Self, &EntryRow),
        added: &mut Times,
    ) -> bool {
        let is_older = now.requests < self.requests;
        let is_same = now.start_time.to_bits() == self.start_time.to_bits();
        if is_same && !is_older && row.additions.lead(self.timed, now.timed, added) {
            return true;
        }
        let found = row.exact.rows_added_since(&earlier.exact);
        let found = found.filter(|_| !is_older);
        let is_later = found.is_some();
        *added = found.unwrap_or_else(|| row.exact.rows().collect());
        is_later
    }
}

impl Point {
    /// What came since `earlier`, whose sums were `before`; nothing for a row that is seen first. The response times that
    /// came are put into `added`, ascending.
    pub fn between(
        earlier: Option<(&Sums, &EntryRow)>,
        (now, row): (&Sums, &EntryRow),
        (time, seconds): (f64, f64),
        added: &mut Times,
    ) -> Self {
        let is_later =
            |(before, earlier): &(&Sums, &EntryRow)| before.find_added(earlier, (now, row), added);
        let before = match earlier.filter(is_later) {
            Some((before, _)) => *before,
            None => Sums::default(),
        };
        if earlier.is_none() {
            *added = row.exact.rows().collect();
        }
        let timed: u64 = added.iter().map(|(_, count)| count).sum();
        let found = quantiles(added, [0.5, 0.95, 0.99, 1.0]);
        let [p50, p95, p99, max] = found.map(|us| (us as f64 / 1000.0) as f32);
        let sum = now.sum_us.saturating_sub(before.sum_us);
        let requests = whole(now.requests - before.requests);
        Self {
            time,
            seconds: seconds as f32,
            requests,
            failures: whole(now.failures - before.failures),
            p50,
            p95,
            p99,
            max: max.min(row.max_response_time.as_f64() as f32),
            mean: (sum as f64 / 1000.0 / timed.max(1) as f64) as f32,
            size: ((now.length - before.length) / f64::from(requests.max(1))) as f32,
            timed: u32::try_from(timed).unwrap_or(u32::MAX),
        }
    }

    pub fn shown(&self) -> ShownPoint {
        let seconds = f64::from(self.seconds).max(1e-3);
        let time = |ms: f32| (self.timed > 0).then(|| milliseconds(f64::from(ms)));
        ShownPoint {
            rps: tenth(f64::from(self.requests) / seconds),
            fps: tenth(f64::from(self.failures) / seconds),
            p50: time(self.p50),
            p95: time(self.p95),
            p99: time(self.p99),
            max: time(self.max),
            avg: time(self.mean),
            n: self.requests,
            fails: self.failures,
            size: (self.requests > 0).then(|| f64::from(self.size).round()),
        }
    }
}

impl ShownPoint {
    /// What curves are drawn of.
    pub fn columns(&self) -> [Option<f64>; 7] {
        let (rps, fps) = (Some(self.rps), Some(self.fps));
        [rps, fps, self.p50, self.p95, self.p99, self.max, self.avg]
    }
}

impl Fold for Point {
    fn time(&self) -> f64 {
        self.time
    }

    /// Percentiles become their mean by requests, the largest stays the largest.
    fn fold(&mut self, next: &Self) {
        let (ours, theirs) = (self.timed as f32, next.timed as f32);
        let all = (ours + theirs).max(1.0);
        let mean = |a: f32, b: f32| (a * ours + b * theirs) / all;
        let requests = self.requests.saturating_add(next.requests);
        let sizes = self.size * self.requests as f32 + next.size * next.requests as f32;
        *self = Self {
            time: next.time,
            seconds: self.seconds + next.seconds,
            requests,
            failures: self.failures.saturating_add(next.failures),
            p50: mean(self.p50, next.p50),
            p95: mean(self.p95, next.p95),
            p99: mean(self.p99, next.p99),
            max: self.max.max(next.max),
            mean: mean(self.mean, next.mean),
            size: sizes / (requests as f32).max(1.0),
            timed: self.timed.saturating_add(next.timed),
        };
    }
}

/// Users and the generator at an instant.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct LoadPoint {
    pub time: f64,
    pub users: i64,
    pub target_users: i64,
    /// Milliseconds: the largest of the three kinds of lag since the point before.
    pub lag_p99: f32,
    /// Percent of one core; below 0 where nobody knows.
    pub cpu: f32,
}

impl Fold for LoadPoint {
    fn time(&self) -> f64 {
        self.time
    }

    fn fold(&mut self, next: &Self) {
        *self = Self {
            lag_p99: self.lag_p99.max(next.lag_p99),
            cpu: self.cpu.max(next.cpu),
            ..*next
        };
    }
}

/// Of times in microseconds and how often, both ascending; 0 of none.
pub fn quantiles<const N: usize>(rows: &[(u64, u64)], wanted: [f64; N]) -> [u64; N] {
    let count: u64 = rows.iter().map(|(_, count)| count).sum();
    let (mut answers, mut at, mut seen) = ([0; N], 0, 0);
    for (value, times) in rows {
        seen += times;
        while at < N && (wanted[at] * count as f64).ceil() as u64 <= seen {
            answers[at] = *value;
            at += 1;
        }
    }
    answers
}

fn whole(count: i64) -> u32 {
    u32::try_from(count.max(0)).unwrap_or(u32::MAX)
}

/// Three digits at least, as far as microseconds go: more of them only cost bytes.
pub fn milliseconds(time: f64) -> f64 {
    let scale = match time {
        _ if time < 10.0 => 100.0,
        _ if time < 100.0 => 10.0,
        _ => 1.0,
    };
    nearest(time * scale) / scale
}

/// With one digit behind the point.
pub fn tenth(value: f64) -> f64 {
    nearest(value * 10.0) / 10.0
}

/// As `f64::round`, which is a call on processors of every age: thousands of figures a second are rounded.
fn nearest(value: f64) -> f64 {
    if value.abs() < 1e15 {
        (value + 0.5_f64.copysign(value)) as i64 as f64
    } else {
        value.round()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_core::histogram::Exact;
    use std::sync::Arc;

    fn between(earlier: &EntryRow, row: &EntryRow, seconds: f64) -> (Point, Times) {
        let (before, mut added) = (Sums::of(earlier), Times::new());
        let earlier = Some((&before, earlier));
        let point = Point::between(earlier, (&Sums::of(row), row), (5.0, seconds), &mut added);
        (point, added)
    }

    fn row(times_ms: &[u64]) -> EntryRow {
        let mut exact = Exact::default();
        for ms in times_ms {
            exact.record_us(ms * 1000);
        }
        EntryRow {
            num_requests: times_ms.len().cast_signed() as i64,
            max_response_time: rlocust_core::model::Number::Real(1e9),
            exact: Arc::new(exact),
            ..EntryRow::default()
        }
    }

    #[test]
    fn a_point_is_what_came_since_the_point_before() {
        let (point, added) = between(&row(&[500, 500]), &row(&[500, 500, 10, 20]), 2.0);
        assert_eq!((point.requests, point.timed, added.len()), (2, 2, 2));
        let shown = serde_json::to_value(point.shown()).expect("plain values");
        assert_eq!((&shown["rps"], &shown["p50"]), (&1.0.into(), &10.0.into()));
        assert_eq!((&shown["max"], &shown["avg"]), (&20.0.into(), &15.0.into()));
    }

    #[test]
    fn behind_a_reset_everything_is_new_and_of_nothing_there_is_no_time() {
        let (point, _) = between(&row(&[500, 500]), &row(&[10]), 1.0);
        assert_eq!((point.requests, point.p50.round() as i64), (1, 10));
        let (nothing, _) = between(&row(&[500, 500]), &row(&[500, 500]), 1.0);
        let shown = serde_json::to_value(nothing.shown()).expect("plain values");
        assert_eq!(
            (&shown["n"], &shown["p99"]),
            (&0.into(), &serde_json::Value::Null)
        );
    }

    #[test]
    fn rounding_is_that_of_the_library() {
        for value in [
            0.0,
            0.5,
            1.4999,
            1.5,
            2.5,
            -0.5,
            -2.5,
            1e14 + 0.5,
            3e18,
            f64::INFINITY,
        ] {
            assert_eq!(nearest(value).to_bits(), value.round().to_bits(), "{value}");
        }
        assert!(nearest(f64::NAN).is_nan());
    }

    #[test]
    fn neighbours_fold_by_their_requests() {
        let point = |timed, ms| Point {
            requests: timed,
            timed,
            p50: ms,
            max: ms,
            seconds: 1.0,
            ..Point::default()
        };
        let mut folded = point(3, 40.0);
        folded.fold(&point(1, 20.0));
        assert_eq!(
            (folded.requests, folded.p50 as i64, folded.max as i64),
            (4, 35, 40)
        );
        assert_eq!(folded.seconds as i64, 2);
    }
}
