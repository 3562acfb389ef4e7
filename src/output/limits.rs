//! Stops a run early: limits with `abort after` are judged on each tick of the service thread, and the first that is
//! crossed becomes news for whoever owns the run.
use std::sync::Arc;
use std::time::Duration;

use parking_lot::Mutex;

use crate::model::Tick;
use crate::run::{News, Newsroom, Output, Trouble};
use crate::verdict::Watch;

/// Shares the watch with whoever judges the run at its end.
pub struct LimitWatcher {
    watch: Arc<Mutex<Watch>>,
    newsroom: Arc<Newsroom>,
}

impl LimitWatcher {
    pub fn new(watch: Arc<Mutex<Watch>>, newsroom: Arc<Newsroom>) -> Self {
        Self { watch, newsroom }
    }
}

impl Output for LimitWatcher {
    fn tick(&mut self, tick: &Tick) -> Result<(), Trouble> {
        let Some(started) = tick.run.started_at else {
            return Ok(());
        };
        let elapsed = Duration::try_from_secs_f64(tick.now - started).unwrap_or_default();
        if tick.run.stopped_at.is_none()
            && let Some(judgement) = self.watch.lock().tick(&tick.snapshot, elapsed)
        {
            self.newsroom.tell(News::Stop(judgement.with_limit()));
        }
        Ok(())
    }

    /// The end is judged by whoever decides on the exit code.
    fn finish(&mut self, _: &Tick) -> Result<(), Trouble> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{RunState, Snapshot};
    use crate::verdict::parse_limits;

    fn tick(seconds: f64) -> Tick {
        Tick {
            now: 1000.0 + seconds,
            snapshot: Snapshot::default(),
            run: RunState {
                started_at: Some(1000.0),
                ..RunState::default()
            },
            ..Tick::default()
        }
    }

    #[test]
    fn a_crossed_limit_is_news_once_its_time_has_come() {
        let limits = parse_limits("requests < 1 abort after 2s").expect("a limit");
        let watch = Arc::new(Mutex::new(Watch::new(limits, Vec::new())));
        let newsroom = Arc::new(Newsroom::new(|| ()));
        let mut watcher = LimitWatcher::new(Arc::clone(&watch), Arc::clone(&newsroom));
        let mut told_at = |seconds| {
            watcher.tick(&tick(seconds)).expect("nothing is written");
            newsroom.collect()
        };
        assert_eq!(told_at(1.9), []);
        let line = "requests of the run is 0 (limit: requests < 1 abort after 2s); the run was stopped after 2 s";
        assert_eq!(told_at(2.0), [News::Stop(line.to_owned())]);
        assert_eq!(told_at(3.0), []);
        assert!(
            watch
                .lock()
                .verdict(&Snapshot::default())
                .is_limit_crossed()
        );
    }
}
