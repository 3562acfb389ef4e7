//! What a report says of a run beside its sums: the verdict, the exit code, when and how it was run.
use std::time::Duration;

use super::python_text::{number, utc};
use rlocust_core::config::RunFacts;
use rlocust_core::model::{Loss, Verdict};

/// Filled in by whoever ends the run.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// The locustfile's name.
    pub title: String,
    pub host_name: String,
    /// Unix seconds.
    pub started_at: f64,
    pub ended_at: f64,
    /// Nothing where the run was cut off before its end: then nobody knows how it would have ended.
    pub exit_code: Option<i64>,
    /// What workers counted and their master never got.
    pub losses: Vec<Loss>,
    /// `--exit-code-on-error`: 0 means that failed requests are tolerated.
    pub code_of_failures: i64,
    pub verdict: Verdict,
    /// Names and values worth keeping: users, rate, host, versions.
    pub settings: Vec<(String, String)>,
}

/// How a run ended.
#[derive(Debug, Clone, Default)]
pub struct End {
    /// Unix seconds.
    pub started_at: f64,
    pub ended_at: f64,
    pub exit_code: Option<i64>,
    pub losses: Vec<Loss>,
    pub verdict: Verdict,
}

impl Facts {
    pub fn new(run: &RunFacts, end: End) -> Self {
        let title = run.script.locustfile.as_deref();
        Self {
            title: title.unwrap_or("rlocust").to_owned(),
            host_name: run.place.machine.clone(),
            started_at: end.started_at,
            ended_at: end.ended_at,
            exit_code: end.exit_code,
            losses: end.losses,
            code_of_failures: run.code_of_failures,
            verdict: end.verdict,
            settings: shown(run),
        }
    }

    pub fn length(&self) -> Duration {
        Duration::try_from_secs_f64(self.ended_at - self.started_at).unwrap_or_default()
    }

    /// `YYYY-MM-DDTHH:MM:SS`, in UTC.
    pub fn started_at_text(&self) -> String {
        utc(self.started_at.max(0.0).floor())
            .trim_end_matches('Z')
            .to_owned()
    }
}

/// The settings that a reader wants to see, where they were given.
fn shown(run: &RunFacts) -> Vec<(String, String)> {
    let load = &run.load;
    let version = Some(run.place.rlocust.clone()).filter(|version| !version.is_empty());
    let settings = [
        ("rlocust", version),
        ("host", run.script.host.clone()),
        ("num_users", load.user_count.map(number)),
        ("spawn_rate", load.spawn_rate.map(number)),
        ("run_time", load.run_time.map(number)),
        ("profile", load.profile.clone()),
    ];
    let given = settings.into_iter();
    given
        .filter_map(|(name, value)| Some((name.to_owned(), value?)))
        .collect()
}

#[cfg(test)]
pub mod tests {
    use super::*;
    use crate::stats::{Recorder, ResponseTimesCache};
    use rlocust_core::clock::pause_at;
    use rlocust_core::model::{Judgement, Snapshot};

    pub fn snapshot() -> Snapshot {
        let clock = pause_at(1_795_000_000.0);
        let recorder = Recorder::new(ResponseTimesCache::Kept);
        recorder.log_request("GET", "/slow|er", Some(1500.0), 0, None);
        recorder.log_request("GET", "/", Some(12.5), 10, None);
        clock.advance(2.0);
        recorder.log_request("GET", "/", Some(14.0), 10, None);
        recorder.log_error("GET", "/", "bad");
        recorder.snapshot()
    }

    pub fn facts() -> Facts {
        let judgement =
            |[limit, requirement]: [&str; 2], is_crossed, description: &str| Judgement {
                limit: limit.to_owned(),
                requirement: requirement.to_owned(),
                is_crossed,
                value: Some(1.0),
                description: description.to_owned(),
                aborted_after: None,
            };
        Facts {
            title: "locustfile.py".to_owned(),
            host_name: "vm".to_owned(),
            started_at: 1_795_000_000.0,
            ended_at: 1_795_000_002.5,
            exit_code: Some(3),
            losses: Vec::new(),
            code_of_failures: 1,
            verdict: Verdict {
                limits: vec![
                    judgement(["p95 > 1s", "p95 ≤ 1s"], true, "p95 of the run is 1500 ms"),
                    judgement(["rps < 1", "rps ≥ 1"], false, "rps of the run is 1.5/s"),
                ],
                lags: vec![judgement(
                    ["p99=50ms", "p99 ≤ 50ms"],
                    false,
                    "p99 of the wake lag is 1 ms",
                )],
            },
            settings: vec![("users".to_owned(), "5".to_owned())],
        }
    }

    #[test]
    fn dates_are_those_of_the_calendar() {
        let text = |started_at: f64| {
            Facts {
                started_at,
                ..Facts::default()
            }
            .started_at_text()
        };
        assert_eq!(text(0.0), "1970-01-01T00:00:00");
        assert_eq!(text(951_782_400.0), "2000-02-29T00:00:00");
        assert_eq!(text(1_795_261_311.9), "2026-11-21T11:41:51");
        assert_eq!(text(4_107_542_399.0), "2100-02-28T23:59:59");
    }
}
