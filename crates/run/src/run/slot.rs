//! The place of one output in the service: when its next tick is due, and whether it is failing. An output that fails
//! is reported once and tried again at its next tick.
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tracing::{debug, trace};

use super::{Notification, Notifications, Output, OutputError};
use rlocust_core::clock;
use rlocust_core::logging::milliseconds;
use rlocust_core::model::Tick;

/// No output is asked more often, whatever it asks for.
const SHORTEST: Duration = Duration::from_millis(10);

pub(super) struct Slot {
    output: Box<dyn Output>,
    due: Instant,
    is_failing: bool,
}

impl Slot {
    pub fn new(output: Box<dyn Output>) -> Self {
        Self {
            output,
            due: clock::instant(),
            is_failing: false,
        }
    }

    pub fn due(&self) -> Instant {
        self.due
    }

    pub fn begin(
        &mut self,
        due: Instant,
        runtime: &Handle,
        notifications: &Notifications,
    ) -> Result<(), OutputError> {
        self.due = due;
        debug!(target: "rlocust::output", output = self.output.name(), "begins");
        self.output.begin(runtime, notifications)
    }

    pub fn tick(&mut self, tick: &Arc<Tick>, now: Instant, notifications: &Notifications) {
        let began = clock::instant();
        let error = self.output.tick(tick).err();
        trace!(
            target: "rlocust::output",
            output = self.output.name(),
            duration_ms = milliseconds(began.elapsed()),
            "ticked"
        );
        self.report(error.as_ref(), notifications);
        self.skip(now);
    }

    pub fn skip(&mut self, now: Instant) {
        self.due = next_due(self.due, self.output.interval().max(SHORTEST), now);
    }

    pub fn finish(&mut self, last: &Arc<Tick>) -> Result<(), OutputError> {
        let began = clock::instant();
        let finished = self.output.finish(last);
        debug!(
            target: "rlocust::output",
            output = self.output.name(),
            is_complete = finished.is_ok(),
            duration_ms = milliseconds(began.elapsed()),
            "finished"
        );
        finished
    }

    /// The first failure in a row, and its end.
    fn report(&mut self, error: Option<&OutputError>, notifications: &Notifications) {
        match error {
            Some(error) if !self.is_failing => {
                notifications.push(Notification::Error(format!(
                    "{error}; the run goes on and each tick tries again"
                )));
                self.is_failing = true;
            }
            None if self.is_failing => {
                notifications.push(Notification::Info(
                    "Output files can be written again".to_owned(),
                ));
                self.is_failing = false;
            }
            _ => {}
        }
    }
}

/// Whole intervals after the last due time, so that a slow tick does not shift the rest.
pub(super) fn next_due(due: Instant, interval: Duration, now: Instant) -> Instant {
    let next = due + interval;
    if next <= now { now + interval } else { next }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_tick_is_due_an_interval_later_or_after_the_late_one() {
        let start = clock::instant();
        let at = |ms: u64| start + Duration::from_millis(ms);
        let next = |now: u64| next_due(at(100), Duration::from_millis(50), at(now));
        assert_eq!(next(100), at(150));
        assert_eq!(next(149), at(150));
        assert_eq!(next(150), at(200));
        assert_eq!(next(170), at(220));
    }
}
