//! What happened in the last seconds: rates and response times that follow the load, where those of the whole run hardly
//! move any more.
use std::collections::VecDeque;
use std::sync::Arc;

use rlocust_core::histogram::Exact;
use rlocust_core::model::Tick;

/// The figures of the last seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pace {
    pub requests_per_s: f64,
    pub failures_per_s: f64,
    /// p50, p95 and p99 in milliseconds; nothing where no request has a time.
    pub times_ms: Option<[f64; 3]>,
    /// What one in a hundred was late, in milliseconds, of the worst kind of lag.
    pub lag_ms: f64,
}

/// The ticks of that time.
#[derive(Debug)]
pub struct Recent {
    window_s: f64,
    marks: VecDeque<Mark>,
}

/// The sums at a tick.
#[derive(Debug, Clone, Default)]
struct Mark {
    now: f64,
    started_at: Option<f64>,
    requests: i64,
    failures: i64,
    exact: Arc<Exact>,
    lags: [Arc<Exact>; 3],
}

impl Recent {
    /// Looks back that many seconds.
    pub fn new(window_s: f64) -> Self {
        Self {
            window_s,
            marks: VecDeque::new(),
        }
    }

    /// Takes the tick in. Nothing has happened yet at the first one.
    pub fn follow(&mut self, tick: &Tick) -> Pace {
        let mark = Mark::of(tick);
        if let Some(last) = self.marks.back()
            && mark.is_after_a_reset(last)
        {
            let now = last.now;
            self.marks.clear();
            self.marks.push_back(Mark {
                now,
                started_at: mark.started_at,
                ..Mark::default()
            });
        }
        while self.marks.len() > 1 && self.marks[1].now <= mark.now - self.window_s {
            self.marks.pop_front();
        }
        self.marks.push_back(mark);
        self.marks[self.marks.len() - 1].since(&self.marks[0])
    }
}

impl Mark {
    fn of(tick: &Tick) -> Self {
        let total = &tick.snapshot.total;
        Self {
            now: tick.now,
            started_at: tick.run.started_at,
            requests: total.num_requests,
            failures: total.num_failures,
            exact: Arc::clone(&total.exact),
            lags: tick.snapshot.lag_ledgers.clone(),
        }
    }

    /// Another test, or the same with statistics that begin anew.
    fn is_after_a_reset(&self, before: &Self) -> bool {
        self.requests < before.requests
            || self.exact.count() < before.exact.count()
            || before.started_at.is_some() && self.started_at != before.started_at
    }

    fn since(&self, before: &Self) -> Pace {
        let seconds = self.now - before.now;
        if seconds <= 0.0 {
            return Pace::default();
        }
        let per_s = |now: i64, before: i64| (now - before) as f64 / seconds;
        let times = self.exact.since(&before.exact);
        let late = self.lags.iter().zip(&before.lags);
        let late = late.map(|(now, before)| now.since(before).quantile_us(0.99));
        Pace {
            requests_per_s: per_s(self.requests, before.requests),
            failures_per_s: per_s(self.failures, before.failures),
            times_ms: (!times.is_empty()).then(|| times.quantiles_us([0.5, 0.95, 0.99]).map(ms)),
            lag_ms: late.max().map_or(0.0, ms),
        }
    }
}

fn ms(microseconds: u64) -> f64 {
    microseconds as f64 / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_core::model::{EntryRow, RunState, Snapshot};

    /// So many requests by then, each of that many milliseconds.
    fn tick(now: f64, started_at: f64, requests: u32, ms: u64) -> Tick {
        let mut exact = Exact::default();
        exact.record_many_us(ms * 1000, u64::from(requests));
        let total = EntryRow {
            num_requests: i64::from(requests),
            num_failures: i64::from(requests) / 2,
            exact: Arc::new(exact),
            ..EntryRow::default()
        };
        Tick {
            now,
            snapshot: Snapshot {
                total: Arc::new(total),
                ..Snapshot::default()
            },
            run: Arc::new(RunState {
                started_at: Some(started_at),
                ..RunState::default()
            }),
            ..Tick::default()
        }
    }

    fn rate(pace: Pace) -> i64 {
        pace.requests_per_s.round() as i64
    }

    #[test]
    fn rates_are_those_of_the_last_ten_seconds() {
        let mut recent = Recent::new(10.0);
        assert_eq!(recent.follow(&tick(100.0, 99.0, 50, 3)), Pace::default());
        let pace = recent.follow(&tick(102.0, 99.0, 90, 3));
        assert_eq!((pace.requests_per_s, pace.failures_per_s), (20.0, 10.0));
        assert_eq!(pace.times_ms, Some([3.001; 3]), "the end of its step");
        for second in 103..=112 {
            recent.follow(&tick(f64::from(second), 99.0, 90, 3));
        }
        let pace = recent.follow(&tick(113.0, 99.0, 190, 3));
        assert_eq!(rate(pace), 10);
        let pace = recent.follow(&tick(140.0, 99.0, 190, 3));
        assert_eq!((pace.requests_per_s, pace.times_ms), (0.0, None));
    }

    #[test]
    fn a_reset_begins_anew() {
        let mut recent = Recent::new(10.0);
        recent.follow(&tick(100.0, 99.0, 50, 3));
        recent.follow(&tick(101.0, 99.0, 60, 3));
        let pace = recent.follow(&tick(102.0, 99.0, 6, 3));
        assert_eq!(rate(pace), 6, "statistics");
        let pace = recent.follow(&tick(103.0, 102.5, 8, 3));
        assert_eq!(rate(pace), 8, "another test");
    }

    #[test]
    fn lag_is_that_of_the_worst_kind() {
        let mut recent = Recent::new(10.0);
        recent.follow(&tick(100.0, 99.0, 0, 1));
        let mut next = tick(101.0, 99.0, 0, 1);
        let late = |us: u64| {
            let mut ledger = Exact::default();
            ledger.record_us(us);
            Arc::new(ledger)
        };
        next.snapshot.lag_ledgers = [late(100), late(25_000), late(300)];
        assert!((recent.follow(&next).lag_ms - 25.0).abs() < 0.5);
    }
}
