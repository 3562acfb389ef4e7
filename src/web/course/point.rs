//! What one second brought: of an endpoint, and of the load and the generator. Neighbours fold into one.
use serde::Serialize;

use super::rings::Fold;
use crate::histogram::Exact;
use crate::model::EntryRow;

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

/// The sums of an entry at an instant, as far as the next point needs them.
#[derive(Debug, Clone, Default)]
pub struct Before {
    requests: i64,
    failures: i64,
    length: f64,
    exact: std::sync::Arc<Exact>,
}

impl Before {
    pub fn of(row: &EntryRow) -> Self {
        Self {
            requests: row.num_requests,
            failures: row.num_failures,
            length: row.total_content_length.as_f64(),
            exact: std::sync::Arc::clone(&row.exact),
        }
    }
}

impl Point {
    /// With the response times that came: microseconds and how often, ascending.
    pub fn between(
        before: &Before,
        row: &EntryRow,
        time: f64,
        seconds: f64,
    ) -> (Self, Vec<(u64, u64)>) {
        let nothing = Before::default();
        let added = row.exact.rows_added_since(&before.exact);
        let is_reset = added.is_none() || row.num_requests < before.requests;
        let before = if is_reset { &nothing } else { before };
        let added = match added {
            Some(added) if !is_reset => added,
            _ => row.exact.rows().collect(),
        };
        let timed: u64 = added.iter().map(|(_, count)| count).sum();
        let found = quantiles(&added, [0.5, 0.95, 0.99, 1.0]);
        let [p50, p95, p99, max] = found.map(|us| (us as f64 / 1000.0) as f32);
        let sum = row.exact.sum_us().saturating_sub(before.exact.sum_us());
        let requests = whole(row.num_requests - before.requests);
        let point = Self {
            time,
            seconds: seconds as f32,
            requests,
            failures: whole(row.num_failures - before.failures),
            p50,
            p95,
            p99,
            max: max.min(row.max_response_time.as_f64() as f32),
            mean: (sum as f64 / 1000.0 / timed.max(1) as f64) as f32,
            size: ((row.total_content_length.as_f64() - before.length) / f64::from(requests.max(1)))
                as f32,
            timed: u32::try_from(timed).unwrap_or(u32::MAX),
        };
        (point, added)
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
    (time * scale).round() / scale
}

/// With one digit behind the point.
pub fn tenth(value: f64) -> f64 {
    (value * 10.0).round() / 10.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    fn row(times_ms: &[u64]) -> EntryRow {
        let mut exact = Exact::default();
        for ms in times_ms {
            exact.record_us(ms * 1000);
        }
        EntryRow {
            num_requests: times_ms.len().cast_signed() as i64,
            max_response_time: crate::model::Number::Real(1e9),
            exact: Arc::new(exact),
            ..EntryRow::default()
        }
    }

    #[test]
    fn a_point_is_what_came_since_the_point_before() {
        let before = Before::of(&row(&[500, 500]));
        let (point, added) = Point::between(&before, &row(&[500, 500, 10, 20]), 5.0, 2.0);
        assert_eq!((point.requests, point.timed, added.len()), (2, 2, 2));
        let shown = serde_json::to_value(point.shown()).expect("plain values");
        assert_eq!((&shown["rps"], &shown["p50"]), (&1.0.into(), &10.0.into()));
        assert_eq!((&shown["max"], &shown["avg"]), (&20.0.into(), &15.0.into()));
    }

    #[test]
    fn behind_a_reset_everything_is_new_and_of_nothing_there_is_no_time() {
        let before = Before::of(&row(&[500, 500]));
        let (point, _) = Point::between(&before, &row(&[10]), 5.0, 1.0);
        assert_eq!((point.requests, point.p50.round() as i64), (1, 10));
        let (nothing, _) = Point::between(&before, &row(&[500, 500]), 5.0, 1.0);
        let shown = serde_json::to_value(nothing.shown()).expect("plain values");
        assert_eq!(
            (&shown["n"], &shown["p99"]),
            (&0.into(), &serde_json::Value::Null)
        );
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
