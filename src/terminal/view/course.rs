//! The curves of the view: a point a tick. When there are too many, every two neighbours become one.
use crate::terminal::recent::Recent;
use rlocust_core::model::Tick;

/// Points kept; more than a terminal has columns.
const MOST: usize = 1_200;
/// Seconds that a point stands for: one tick, which may come a little early.
const WINDOW: f64 = 0.9;

/// Of one test.
#[derive(Debug)]
pub struct Course {
    recent: Recent,
    started_at: Option<f64>,
    pub points: Vec<Point>,
}

/// What happened up to `time_s` of the test, since the point before.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub time_s: f64,
    pub users: f64,
    pub requests_per_s: f64,
    pub failures_per_s: f64,
    /// Milliseconds; nothing where no request has a time.
    pub p50: Option<f64>,
    pub p95: Option<f64>,
}

impl Default for Course {
    fn default() -> Self {
        Self {
            recent: Recent::new(WINDOW),
            started_at: None,
            points: Vec::new(),
        }
    }
}

impl Course {
    /// Nothing before the test and after it.
    pub fn follow(&mut self, tick: &Tick) {
        let pace = self.recent.follow(tick);
        let Some(started_at) = tick.run.started_at else {
            return;
        };
        if self.started_at != Some(started_at) {
            self.started_at = Some(started_at);
            self.points.clear();
        }
        if tick.run.stopped_at.is_some() {
            return;
        }
        self.points.push(Point {
            time_s: tick.now - started_at,
            users: tick.run.user_count as f64,
            requests_per_s: pace.requests_per_s,
            failures_per_s: pace.failures_per_s,
            p50: pace.times_ms.map(|[p50, ..]| p50),
            p95: pace.times_ms.map(|[_, p95, _]| p95),
        });
        if self.points.len() >= MOST {
            self.points = self.points.chunks(2).map(Point::joined).collect();
        }
    }
}

impl Point {
    /// Rates and users become their mean, of times the larger stays.
    fn joined(pair: &[Self]) -> Self {
        let mean =
            |figure: fn(&Self) -> f64| pair.iter().map(figure).sum::<f64>() / pair.len() as f64;
        let largest =
            |figure: fn(&Self) -> Option<f64>| pair.iter().filter_map(figure).reduce(f64::max);
        Self {
            time_s: pair[pair.len() - 1].time_s,
            users: mean(|point| point.users),
            requests_per_s: mean(|point| point.requests_per_s),
            failures_per_s: mean(|point| point.failures_per_s),
            p50: largest(|point| point.p50),
            p95: largest(|point| point.p95),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use rlocust_core::model::{RunState, Snapshot};

    fn tick(now: f64, started_at: Option<f64>, stopped_at: Option<f64>) -> Tick {
        Tick {
            now,
            snapshot: Snapshot::default(),
            run: Arc::new(RunState {
                started_at,
                stopped_at,
                user_count: 3,
                ..RunState::default()
            }),
            ..Tick::default()
        }
    }

    #[test]
    fn a_course_is_that_of_one_test() {
        let mut course = Course::default();
        course.follow(&tick(9.0, None, None));
        assert!(course.points.is_empty());
        course.follow(&tick(11.0, Some(10.0), None));
        course.follow(&tick(12.0, Some(10.0), None));
        course.follow(&tick(13.0, Some(10.0), Some(12.5)));
        let times: Vec<i64> = course
            .points
            .iter()
            .map(|point| point.time_s as i64)
            .collect();
        assert_eq!(times, [1, 2]);
        course.follow(&tick(21.0, Some(20.0), None));
        assert_eq!(course.points.len(), 1);
    }

    #[test]
    fn a_long_course_stays_a_list_that_can_be_drawn() {
        let mut course = Course::default();
        for second in 0..10_000 {
            course.follow(&tick(f64::from(second), Some(0.0), None));
        }
        assert!(course.points.len() < MOST && course.points.len() >= MOST / 2);
        assert_eq!(
            course.points.last().map(|point| point.time_s as i64),
            Some(9_999)
        );
        assert!(course.points.iter().all(|point| point.users as i64 == 3));
    }
}
