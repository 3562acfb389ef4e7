//! All limits of a run over its time: those with `abort after` are judged at each tick, all of them at the end. A run
//! that was stopped for a limit has crossed it, whatever its last figures say.
use std::time::Duration;

use super::judge::judge;
use super::limit::Limit;
use super::max_lag::MaxLag;
use super::strict;
use rlocust_core::model::{Judgement, Standstill, Tick, Verdict};

/// Remembers what the run was stopped for.
#[derive(Debug, Default)]
pub struct LimitTracker {
    limits: Vec<Limit>,
    lags: Vec<MaxLag>,
    stopped_for: Option<(usize, Judgement)>,
    /// `--strict`.
    is_strict: bool,
}

impl LimitTracker {
    pub fn new(limits: Vec<Limit>, lags: Vec<MaxLag>) -> Self {
        Self {
            limits,
            lags,
            ..Self::default()
        }
    }

    /// The same, and the run has to have tested something if `is_strict`.
    #[must_use]
    pub fn strict(self, is_strict: bool) -> Self {
        Self { is_strict, ..self }
    }

    /// Whether any limit may stop the run, so that ticks are needed.
    pub fn can_abort(&self) -> bool {
        self.limits.iter().any(|limit| limit.abort_after.is_some())
    }

    /// The limit that stops the run now, once. What has no sample yet is waited for.
    pub fn tick(&mut self, tick: &Tick, elapsed: Duration) -> Option<&Judgement> {
        if self.stopped_for.is_some() {
            return None;
        }
        let is_due = |limit: &Limit| limit.abort_after.is_some_and(|after| elapsed >= after);
        let due = self
            .limits
            .iter()
            .enumerate()
            .filter(|(_, limit)| is_due(limit));
        let mut judged =
            due.map(|(at, limit)| (at, judge(limit, &tick.snapshot, tick.run.lost_reports())));
        let (at, judgement) =
            judged.find(|(_, judgement)| judgement.is_crossed && judgement.value.is_some())?;
        let aborted_after = Some(elapsed);
        let judgement = Judgement {
            aborted_after,
            ..judgement
        };
        Some(&self.stopped_for.insert((at, judgement)).1)
    }

    /// Everything at the end of the run. A long standstill of an I/O thread is judged without being asked for.
    pub fn verdict(&self, end: &Tick) -> Verdict {
        let snapshot = end.of_test();
        let lost = end.run.lost_reports();
        let mut limits: Vec<Judgement> = self
            .limits
            .iter()
            .map(|limit| judge(limit, &snapshot, lost))
            .collect();
        if let Some((at, judgement)) = &self.stopped_for {
            limits[*at].clone_from(judgement);
        }
        limits.extend(self.is_strict.then(|| strict::judge(&snapshot)));
        let long = snapshot.standstills.iter().filter(|one| one.is_long());
        let standstills = long.map(Standstill::judge);
        Verdict {
            limits,
            lags: self
                .lags
                .iter()
                .map(|lag| lag.judge(&snapshot))
                .chain(standstills)
                .collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::judge::tests::snapshot;
    use super::super::parse::parse_limits;
    use super::*;
    use rlocust_core::model::{Loss, Snapshot};

    fn sums() -> Tick {
        Tick::of_sums(snapshot())
    }

    fn tracker(text: &str) -> LimitTracker {
        LimitTracker::new(parse_limits(text).expect(text), Vec::new())
    }

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn a_limit_stops_the_run_once_its_time_has_come() {
        let mut tracker = tracker("max > 2s abort after 1s; max > 500ms abort after 10s");
        assert!(tracker.can_abort());
        assert_eq!(tracker.tick(&sums(), seconds(9)), None);
        let crossed = tracker.tick(&sums(), seconds(10)).expect("crossed");
        assert_eq!(crossed.limit, "max > 500ms abort after 10s");
        assert_eq!(crossed.aborted_after, Some(seconds(10)));
        assert_eq!(tracker.tick(&sums(), seconds(11)), None, "stopped once");
    }

    #[test]
    fn what_stopped_the_run_stays_crossed() {
        let mut tracker = tracker("rps < 50 abort after 1s; requests < 1");
        tracker.tick(&sums(), seconds(1)).expect("crossed");
        let verdict = tracker.verdict(&Tick::default());
        assert_eq!(verdict.limits[0].description, "rps of the run is 11.1/s");
        assert!(verdict.is_limit_crossed() && verdict.is_trustworthy());
    }

    #[test]
    fn a_thread_that_stood_still_takes_the_trust_away_without_a_limit() {
        let tracker = LimitTracker::default();
        let stood = |time| {
            let standstill = Standstill {
                time,
                is_over: true,
                ..Standstill::default()
            };
            Tick::of_sums(Snapshot::default().with_standstills(vec![standstill]))
        };
        assert!(
            tracker
                .verdict(&stood(Duration::from_millis(900)))
                .is_trustworthy()
        );
        let verdict = tracker.verdict(&stood(seconds(5)));
        assert!(!verdict.is_trustworthy() && !verdict.is_limit_crossed());
        assert_eq!(verdict.lags.len(), 1);
    }

    #[test]
    fn what_workers_lost_is_that_of_the_run() {
        let mut tracker = tracker("lost > 1 abort after 1s");
        let mut lost = sums();
        Arc::make_mut(&mut lost.run).losses = vec![Loss::default()];
        assert_eq!(tracker.tick(&lost, seconds(2)), None);
        assert!(!tracker.verdict(&lost).is_limit_crossed());
        let on_the_way = Loss {
            reports: 3,
            ..Loss::default()
        };
        Arc::make_mut(&mut lost.run).losses.push(on_the_way);
        assert!(tracker.verdict(&lost).is_limit_crossed());
        let crossed = tracker.tick(&lost, seconds(2)).expect("crossed");
        assert_eq!(crossed.value, Some(4.0));
    }

    #[test]
    fn what_has_no_sample_yet_is_waited_for() {
        let mut tracker = tracker("p95{name=/late} > 1s abort after 0");
        assert_eq!(tracker.tick(&sums(), seconds(60)), None);
        assert!(tracker.verdict(&sums()).is_limit_crossed());
    }
}
