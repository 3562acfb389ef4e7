//! The course of a run: what happened between each tick and the next. A day is kept second by second; then every two
//! neighbours become one, again and again, so that a week stays a list one can draw.
use std::sync::Arc;

use serde_json::{Value, json};

use rlocust_core::model::{Lag, Machines, Snapshot, Tick};

/// Points kept before neighbours are joined.
const MOST: usize = 86_400;
/// What the figures of a row are, in order.
pub const COLUMNS: [&str; 13] = [
    "time",
    "users",
    "requests",
    "failures",
    "p50_ms",
    "p95_ms",
    "p99_ms",
    "max_ms",
    "lag_p99_ms",
    "script_cpu_percent",
    "cpu_percent",
    "memory_bytes",
    "target_cpu_percent",
];

/// Each report of a worker is about so many seconds.
const REPORTED_SECONDS: usize = 3;

/// Points of one run.
#[derive(Debug, Default)]
pub struct Series {
    points: Vec<Point>,
    /// Of the last tick, what the next point needs: no rows but the aggregate's.
    last: Snapshot,
}

/// What happened up to `time` since the point before.
#[derive(Debug, Clone, Copy)]
struct Point {
    time: f64,
    users: i64,
    requests: i64,
    failures: i64,
    /// Requests that have a response time.
    timed: u64,
    /// Milliseconds: p50, p95, p99, the largest; 0 where no request has one.
    times: [f64; 4],
    lag: f64,
    machines: Machines,
}

impl Series {
    pub fn add(&mut self, tick: &Tick) {
        let point = Point::between(&self.last, tick);
        if tick.run.workers.is_empty() {
            self.points.push(point);
        } else {
            self.spread(&point);
        }
        self.last = Snapshot {
            total: Arc::clone(&tick.snapshot.total),
            lag_ledgers: tick.snapshot.lag_ledgers.clone(),
            ..Snapshot::default()
        };
        if self.points.len() >= MOST {
            self.points = self.points.chunks(2).map(Point::joined).collect();
        }
    }

    /// A master learns of the requests of three seconds in one: each second of the test gets its share.
    fn spread(&mut self, reported: &Point) {
        self.points.push(Point {
            requests: 0,
            failures: 0,
            timed: 0,
            times: [0.0; 4],
            ..*reported
        });
        let newest = self.points.iter().rev().take(REPORTED_SECONDS);
        let count = newest.take_while(|second| second.users > 0).count().max(1);
        for (at, second) in self.points.iter_mut().rev().take(count).enumerate() {
            second.add(&reported.share(at, count));
        }
    }

    /// The rows as JSON, a line each.
    pub fn lines(&self) -> String {
        let rows = self.points.iter().map(|point| point.to_json().to_string());
        let rows: Vec<String> = rows.collect();
        format!("[\n      {}\n    ]", rows.join(",\n      "))
    }
}

impl Point {
    /// After a reset, what there is.
    fn between(old: &Snapshot, now: &Tick) -> Self {
        let new = &now.snapshot;
        let is_anew = new.total.num_requests < old.total.num_requests
            || new.total.exact.count() < old.total.exact.count();
        let none = Snapshot::default();
        let old = if is_anew { &none } else { old };
        let times = new.total.exact.since(&old.total.exact);
        let wakes = Lag::Wake as usize;
        let lag = new.lag_ledgers[wakes].since(&old.lag_ledgers[wakes]);
        Self {
            time: now.now,
            users: now.run.user_count,
            requests: new.total.num_requests - old.total.num_requests,
            failures: new.total.num_failures - old.total.num_failures,
            timed: times.count(),
            times: times
                .quantiles_us([0.5, 0.95, 0.99, 1.0])
                .map(|value| value as f64 / 1000.0),
            lag: lag.quantile_us(0.99) as f64 / 1000.0,
            machines: now.machines,
        }
    }

    fn joined(pair: &[Self]) -> Self {
        let (first, last) = (pair[0], pair[pair.len() - 1]);
        let mut all = first;
        pair[1..].iter().for_each(|later| all.add(later));
        Self {
            requests: all.requests,
            failures: all.failures,
            timed: all.timed,
            times: all.times,
            lag: first.lag.max(last.lag),
            ..last
        }
    }

    /// Adds requests. Percentiles become their mean by requests, the largest stays the largest.
    fn add(&mut self, more: &Self) {
        let timed = self.timed + more.timed;
        let (ours, theirs) = (self.timed as f64, more.timed as f64);
        let mean =
            |at: usize| (self.times[at] * ours + more.times[at] * theirs) / timed.max(1) as f64;
        self.times = [mean(0), mean(1), mean(2), self.times[3].max(more.times[3])];
        self.timed = timed;
        self.requests += more.requests;
        self.failures += more.failures;
    }

    /// Its requests in one of `count` seconds.
    fn share(&self, at: usize, count: usize) -> Self {
        let [place, count] = [at, count].map(|number| number.cast_signed() as i64);
        let share = |all: i64| all * (place + 1) / count - all * place / count;
        Self {
            requests: share(self.requests),
            failures: share(self.failures),
            timed: share(self.timed.cast_signed()).cast_unsigned(),
            ..*self
        }
    }

    fn to_json(self) -> Value {
        let time = |time: f64| (self.timed > 0).then(|| rounded(time, 3));
        let [p50, p95, p99, most] = self.times.map(time);
        let (generator, target) = (self.machines.generator, self.machines.target);
        let cpu = generator.and_then(|load| load.cpu);
        let percent = |value: Option<f64>| value.map(|percent| rounded(percent, 1));
        json!([
            rounded(self.time, 3),
            self.users,
            self.requests,
            self.failures,
            p50,
            p95,
            p99,
            most,
            rounded(self.lag, 3),
            percent(cpu.map(|cpu| cpu.script)),
            percent(cpu.map(|cpu| cpu.total())),
            generator.map(|load| load.memory),
            percent(target.and_then(|load| load.cpu_percent)),
        ])
    }
}

/// A figure with so many digits behind the point.
pub(super) fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_week_folds_and_loses_no_request() {
        let mut series = Series::default();
        for second in 0..200_000_i64 {
            let mut tick = Tick {
                now: second as f64,
                ..Tick::default()
            };
            let total = Arc::make_mut(&mut tick.snapshot.total);
            total.num_requests = second;
            series.add(&tick);
        }
        assert!(series.points.len() < MOST);
        assert_eq!(
            series
                .points
                .iter()
                .map(|point| point.requests)
                .sum::<i64>(),
            199_999
        );
    }

    fn tick(now: f64, times_ms: &[u64], failures: i64) -> Tick {
        let mut tick = Tick {
            now,
            ..Tick::default()
        };
        let total = Arc::make_mut(&mut tick.snapshot.total);
        let exact = Arc::make_mut(&mut total.exact);
        for time in times_ms {
            exact.record_us(time * 1000);
        }
        total.num_requests = times_ms.len().cast_signed() as i64;
        total.num_failures = failures;
        tick
    }

    fn rows(series: &Series) -> Vec<Vec<Value>> {
        serde_json::from_str(&series.lines()).expect("JSON")
    }

    #[test]
    fn a_point_holds_what_came_since_the_point_before() {
        let mut series = Series::default();
        series.add(&tick(1.0004, &[10, 10], 1));
        let mut second = tick(2.0, &[10, 10, 30, 30, 30], 3);
        Arc::make_mut(&mut second.run).user_count = 7;
        let lags = &mut second.snapshot.lag_ledgers[Lag::Wake as usize];
        Arc::make_mut(lags).record_us(2_000);
        series.add(&second);
        let rows = rows(&series);
        assert_eq!(rows[0][..4], [json!(1.0), json!(0), json!(2), json!(1)]);
        assert_eq!(rows[1][..4], [json!(2.0), json!(7), json!(3), json!(2)]);
        let ms = |value: &Value| value.as_f64().map(f64::round);
        let times = |row: &[Value]| row[4..9].iter().map(ms).collect::<Vec<_>>();
        assert_eq!(times(&rows[0]), [10.0, 10.0, 10.0, 10.0, 0.0].map(Some));
        assert_eq!(times(&rows[1]), [30.0, 30.0, 30.0, 30.0, 2.0].map(Some));
        assert_eq!(
            rows[1][9..],
            [json!(null), json!(null), json!(null), json!(null)]
        );
    }

    #[test]
    fn reports_of_workers_lie_in_the_seconds_that_they_are_about() {
        let mut series = Series::default();
        for (second, requests) in (1..).zip([0, 0, 2, 2, 2, 9]) {
            let mut tick = tick(
                f64::from(second),
                &[10, 10, 30, 30, 30, 30, 30, 30, 30][..requests],
                0,
            );
            let run = Arc::make_mut(&mut tick.run);
            run.workers.push(rlocust_core::model::Worker::default());
            run.user_count = i64::from(second > 1);
            series.add(&tick);
        }
        let rows = rows(&series);
        let requests: Vec<_> = rows.iter().map(|row| row[2].clone()).collect();
        assert_eq!(requests, [0, 1, 1, 3, 2, 2].map(|count| json!(count)));
        assert_eq!(
            rows[0][4..8],
            [json!(null), json!(null), json!(null), json!(null)]
        );
        let ms = |value: &Value| value.as_f64().map(f64::round);
        assert_eq!([&rows[1][4], &rows[5][7]].map(ms), [10.0, 30.0].map(Some));
    }

    #[test]
    fn behind_a_reset_everything_is_new() {
        let mut fewer_times = tick(2.0, &[20], 0);
        Arc::make_mut(&mut fewer_times.snapshot.total).num_requests = 9;
        for (second, requests) in [(tick(2.0, &[20], 0), 1), (fewer_times, 9)] {
            let mut series = Series::default();
            series.add(&tick(1.0, &[10, 10, 10], 3));
            series.add(&second);
            let point = series.points[1];
            assert_eq!((point.requests, point.failures), (requests, 0));
            assert!(point.times[0] >= 20.0, "{point:?}");
        }
    }

    #[test]
    fn neighbours_are_joined_by_their_requests() {
        let point = |time: f64, requests: i64, ms: f64| Point {
            users: requests,
            requests,
            timed: requests.cast_unsigned(),
            failures: 1,
            times: [ms, ms * 2.0, ms * 3.0, ms * 4.0],
            lag: 100.0 - ms,
            ..Point::between(&Snapshot::default(), &tick(time, &[], 0))
        };
        let joined = Point::joined(&[point(1.0, 3, 40.0), point(2.0, 1, 20.0)]);
        assert_eq!((joined.time, joined.users), (2.0, 1));
        assert_eq!((joined.requests, joined.failures), (4, 2));
        assert_eq!(joined.times.map(|ms| ms as i64), [35, 70, 105, 160]);
        assert_eq!(joined.lag as i64, 80);
        let alone = Point::joined(&[point(3.0, 5, 8.0)]);
        assert_eq!((alone.time, alone.times[0]), (3.0, 8.0));
        let idle = Point::joined(&[point(1.0, 0, 9.0), point(2.0, 0, 9.0)]);
        assert_eq!(idle.times[..3], [0.0; 3]);
    }

    #[test]
    fn neighbours_are_joined_when_there_are_as_many_as_are_kept() {
        let mut series = Series::default();
        for second in 1..MOST {
            series.add(&tick(second as f64, &[], 0));
        }
        assert_eq!(series.points.len(), MOST - 1);
        series.add(&tick(MOST as f64, &[], 0));
        assert_eq!(series.points.len(), MOST / 2);
        assert_eq!(series.points[0].time as i64, 2);
    }
}
