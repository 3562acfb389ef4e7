//! What a master's node knows of one worker beside its silence.
use super::sequence::{Arrival, Sequence};
use crate::codec::Beat;
use crate::report::Received;
use rlocust_core::clock;
use rlocust_core::histogram::Exact;
use rlocust_core::model::{LagSummary, Loss, State, Worker};

/// Filled by its heartbeats and reports.
#[derive(Debug, Default)]
pub struct Known {
    index: i64,
    version: String,
    beat: Beat,
    last_seen: f64,
    last_report: Option<f64>,
    /// When the report before came, or its work began.
    report_before: f64,
    /// Since when it counts what it has not reported; nothing while it has no part in a test.
    unreported_since: Option<f64>,
    sequence: Sequence,
    user_count: i64,
    rate: Option<f64>,
    is_ours: bool,
    lags: [Exact; 3],
    has_been_complained_of: bool,
}

impl Known {
    pub fn new(index: i64, version: String) -> Self {
        Self {
            index,
            version,
            last_seen: clock::unix_seconds(),
            ..Self::default()
        }
    }

    /// After a stop, or with a new process under the same name.
    pub fn came_again(&mut self, index: i64, version: String) {
        self.index = index;
        if !version.is_empty() {
            self.version = version;
        }
        self.last_seen = clock::unix_seconds();
    }

    pub fn beat(&mut self, beat: Beat) {
        self.is_ours |= beat.silence_s.is_some();
        self.beat = beat;
        self.last_seen = clock::unix_seconds();
    }

    /// What its number says; a repeated one changes nothing.
    pub fn reported(&mut self, received: &Received) -> Arrival {
        let now = clock::unix_seconds();
        let from = self.last_report.or(self.unreported_since).unwrap_or(now);
        let arrival = match received.report.sequence {
            0 => Arrival::InOrder, // Locust's workers do not count
            number => self.sequence.came(number, from, now),
        };
        if arrival == Arrival::Repeated {
            return arrival;
        }
        self.is_ours |= received.is_ours;
        let requests = received.report.total.num_requests as f64;
        self.rate = (now > from).then(|| requests / (now - from));
        (self.report_before, self.last_report) = (from, Some(now));
        self.unreported_since = self.unreported_since.map(|_| now);
        self.user_count = received.user_count.unwrap_or(self.user_count);
        for (ours, theirs) in self.lags.iter_mut().zip(&received.report.lags) {
            ours.merge(theirs);
        }
        arrival
    }

    /// Its last report could not be kept.
    pub fn lose_report(&mut self) {
        self.sequence
            .lose(self.report_before, clock::unix_seconds());
    }

    /// It says that it is ready, maybe as another process.
    pub fn joined(&mut self) {
        self.sequence.joined();
    }

    /// It has a part in the test from now on.
    pub fn takes_part(&mut self) {
        self.unreported_since = Some(clock::unix_seconds());
    }

    /// Figures that are of one test begin anew.
    pub fn begin_test(&mut self, start: f64) {
        self.lags = <[Exact; 3]>::default();
        self.last_report = None;
        self.rate = None;
        self.unreported_since = Some(start);
        self.sequence.forget_gaps();
    }

    /// What it has counted between its last report and its last heartbeat.
    pub fn rest(&self, id: &str) -> Option<Loss> {
        let from = self.unreported_since?;
        Some(Loss {
            worker: id.to_owned(),
            from,
            until: self.last_seen.max(from),
            reports: 0,
        })
    }

    /// It has no part in the test any more.
    pub fn owes_nothing(&mut self) {
        self.unreported_since = None;
    }

    /// Reports that never came.
    pub fn lost_on_the_way(&self, id: &str) -> impl Iterator<Item = Loss> {
        self.sequence.losses(id)
    }

    /// Once.
    pub fn is_first_complaint(&mut self) -> bool {
        !std::mem::replace(&mut self.has_been_complained_of, true)
    }

    pub fn shown(&self, id: &str, is_missing: bool) -> Worker {
        let state = if is_missing {
            Some(State::Missing)
        } else {
            State::from_word(&self.beat.state)
        };
        Worker {
            id: id.to_owned(),
            host: id.split('_').next().unwrap_or(id).to_owned(),
            index: self.index,
            state,
            user_count: if is_missing { 0 } else { self.user_count },
            rate: self.rate.filter(|_| !is_missing),
            cpu_percent: self.beat.cpu_percent,
            memory_bytes: self.beat.memory_bytes,
            last_seen: self.last_seen,
            last_report: self.last_report,
            version: self.version.clone(),
            is_rlocust: self.is_ours,
            script_silence_s: self.beat.silence_s.unwrap_or_default(),
            lags: self.lags.each_ref().map(LagSummary::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_that_once_reported_on_its_script_is_ours_for_good() {
        let is_ours = |silences: &[Option<f64>]| {
            let mut known = Known::new(0, "2.47.0".to_owned());
            for silence_s in silences {
                known.beat(Beat {
                    silence_s: *silence_s,
                    ..Beat::default()
                });
            }
            known.shown("w", false).is_rlocust
        };
        assert!(!is_ours(&[None, None]), "a stock worker");
        assert!(is_ours(&[Some(0.0)]));
        assert!(is_ours(&[Some(0.0), None]));
        assert!(is_ours(&[None, Some(0.0)]));
    }
}
