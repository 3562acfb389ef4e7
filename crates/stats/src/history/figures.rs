//! What a list of runs shows of one of them.
use serde::{Deserialize, Serialize};

use crate::store::{Damage, Lacks, Reader, Record};
use rlocust_core::config::RunFacts;
use rlocust_core::model::{Tick, held_exact};

/// Of all requests of the test. Response times in milliseconds, rates per second.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Figures {
    /// Unix seconds.
    pub started_at: Option<f64>,
    pub duration_s: Option<f64>,
    /// At the peak.
    pub users: i64,
    pub requests: i64,
    pub failures: i64,
    pub fail_ratio: f64,
    pub rps: f64,
    pub p50: Option<f64>,
    pub p95: Option<f64>,
    pub p99: Option<f64>,
    pub host: Option<String>,
    pub locustfile: Option<String>,
    pub profile: Option<String>,
}

impl Figures {
    pub fn of(facts: &RunFacts) -> Self {
        Self {
            host: facts.script.host.clone(),
            locustfile: facts.script.locustfile.clone(),
            profile: facts.load.profile.clone(),
            ..Self::default()
        }
    }

    /// The sums are those of this tick from now on.
    pub fn follow(&mut self, tick: &Tick) {
        let (sums, run) = (tick.of_test(), &tick.run);
        let total = &sums.total;
        let held = |us| held_exact(us, total.min_response_time, total.max_response_time);
        let time = |us: u64| (!total.exact.is_empty()).then(|| held(us));
        let [p50, p95, p99] = total.exact.quantiles_us([0.5, 0.95, 0.99]).map(time);
        let started = run.started_at.unwrap_or(total.start_time);
        self.started_at = Some(started);
        self.duration_s = Some((run.stopped_at.unwrap_or(tick.now) - started).max(0.0));
        self.users = self.users.max(run.user_count);
        self.requests = total.num_requests;
        self.failures = total.num_failures;
        self.fail_ratio = total.fail_ratio();
        self.rps = total.total_rps(sums.span());
        (self.p50, self.p95, self.p99) = (p50, p95, p99);
    }

    /// From the store itself, with what it lacks.
    ///
    /// # Errors
    /// When this is no store.
    pub fn of_store(file: &[u8]) -> Result<(Self, Option<Lacks>), Damage> {
        let mut reader = Reader::new(file)?;
        let mut figures = Self::default();
        for record in reader.by_ref() {
            match record {
                Ok(Record::Facts(facts)) => figures = Self::of(&RunFacts::from_json(&facts)),
                Ok(Record::Tick(tick)) => figures.follow(&tick),
                // The reader keeps the damage, and it is the last thing that it yields.
                Ok(Record::End(_)) | Err(_) => {}
            }
        }
        Ok((figures, reader.lacks()))
    }
}
