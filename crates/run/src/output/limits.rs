//! Stops a run early: limits with `abort after` are judged on each tick of the service thread, and the first that is
//! crossed becomes a notification for whoever owns the run.
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::run::{Notification, Notifications, Output, OutputError};
use rlocust_core::model::Tick;
use rlocust_stats::verdict::LimitTracker;

/// Shares the tracker with whoever judges the run at its end.
pub struct LimitOutput {
    tracker: Arc<Mutex<LimitTracker>>,
    notifications: Arc<Notifications>,
}

impl LimitOutput {
    pub fn new(tracker: Arc<Mutex<LimitTracker>>, notifications: Arc<Notifications>) -> Self {
        Self {
            tracker,
            notifications,
        }
    }
}

impl Output for LimitOutput {
    fn tick(&mut self, tick: &Arc<Tick>) -> Result<(), OutputError> {
        let Some(started) = tick.run.started_at else {
            return Ok(());
        };
        let elapsed = Duration::try_from_secs_f64(tick.now - started).unwrap_or_default();
        if tick.run.stopped_at.is_none()
            && let Some(judgement) = self.tracker.lock().tick(tick, elapsed)
        {
            self.notifications
                .push(Notification::Stop(judgement.with_limit()));
        }
        Ok(())
    }

    /// The end is judged by whoever decides on the exit code.
    fn finish(&mut self, _: &Arc<Tick>) -> Result<(), OutputError> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_core::model::{RunState, Snapshot};
    use rlocust_stats::verdict::parse_limits;

    fn tick(seconds: f64) -> Arc<Tick> {
        Arc::new(Tick {
            now: 1000.0 + seconds,
            snapshot: Snapshot::default(),
            run: Arc::new(RunState {
                started_at: Some(1000.0),
                ..RunState::default()
            }),
            ..Tick::default()
        })
    }

    #[test]
    fn a_crossed_limit_is_reported_once_its_time_has_come() {
        let limits = parse_limits("requests < 1 abort after 2s").expect("a limit");
        let tracker = Arc::new(Mutex::new(LimitTracker::new(limits, Vec::new())));
        let notifications = Arc::new(Notifications::new(Arc::new(|| ())));
        let mut output = LimitOutput::new(Arc::clone(&tracker), Arc::clone(&notifications));
        let mut pushed_at = |seconds| {
            output.tick(&tick(seconds)).expect("nothing is written");
            notifications.take()
        };
        assert_eq!(pushed_at(1.9), []);
        let line = "requests of the run is 0 (limit: requests < 1 abort after 2s); the run was stopped after 2 s";
        assert_eq!(pushed_at(2.0), [Notification::Stop(line.to_owned())]);
        assert_eq!(pushed_at(3.0), []);
        assert!(tracker.lock().verdict(&Tick::default()).is_limit_crossed());
    }
}
