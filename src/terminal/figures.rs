//! What a terminal shows of a run at one tick, as values.
use std::time::Duration;

use super::recent::{Pace, Recent};
use rlocust_core::model::Tick;
use rlocust_stats::report::{Health, Light};

/// Seconds that figures look back, as Locust's current ones do.
const WINDOW: f64 = 10.0;

/// Follows a run.
#[derive(Debug)]
pub struct Follower {
    recent: Recent,
    /// Seconds that the run is to last, where it has a limit.
    run_time_s: Option<f64>,
}

/// A run at one tick.
#[derive(Debug, Clone)]
pub struct Figures {
    /// Nothing before the test has begun.
    pub elapsed_s: Option<f64>,
    pub run_time_s: Option<f64>,
    /// Locust's word.
    pub state: &'static str,
    pub users: i64,
    pub target_users: i64,
    /// Of a master that has any: those that can be counted on.
    pub workers: usize,
    pub failures: i64,
    pub fail_ratio: f64,
    pub pace: Pace,
    pub light: Light,
    /// Why the light is what it is.
    pub reason: String,
}

impl Follower {
    pub fn new(run_time_s: Option<f64>) -> Self {
        Self {
            recent: Recent::new(WINDOW),
            run_time_s,
        }
    }

    /// `silence`: how long the script thread has not come round.
    pub fn follow(&mut self, tick: &Tick, silence: Duration) -> Figures {
        let (run, total) = (&tick.run, &tick.snapshot.total);
        let pace = self.recent.follow(tick);
        let cpu = tick.machines.generator.and_then(|load| load.cpu);
        let (light, reason) = Health {
            script_cpu: cpu.map(|cpu| cpu.script),
            io_cpu: cpu.map(|cpu| cpu.busiest_io),
            lag_ms: pace.lag_ms,
            silent_s: silence.as_secs_f64(),
            is_any_still: tick.snapshot.standstills.iter().any(|one| !one.is_over),
            missing_workers: run.missing_workers(),
            has_losses: !run.losses.is_empty(),
        }
        .judge();
        let end = run.stopped_at.unwrap_or(tick.now);
        Figures {
            elapsed_s: run.started_at.map(|start| (end - start).max(0.0)),
            run_time_s: self.run_time_s,
            state: run.word(),
            users: run.user_count,
            target_users: run.target_user_count,
            workers: run.workers.len() - run.missing_workers(),
            failures: total.num_failures,
            fail_ratio: total.fail_ratio(),
            pace,
            light,
            reason,
        }
    }
}

/// `4:07`, `1:02:03`.
pub fn clock(seconds: f64) -> String {
    let seconds = seconds as u64;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    if hours > 0 {
        format!("{hours}:{minutes:02}:{seconds:02}")
    } else {
        format!("{minutes}:{seconds:02}")
    }
}
