//! What workers have counted in the test and the master does not have.
use tracing::warn;

use super::known::Known;
use super::roster::Roster;
use rlocust_core::model::{Loss, RunState, State};

/// Of the test whose figures the workers have.
#[derive(Debug, Default)]
pub struct Losses {
    /// When it began.
    test: Option<f64>,
    /// Of workers that will not come back.
    certain: Vec<Loss>,
}

impl Losses {
    /// Whether a test runs; with each that has begun, figures of the one before are forgotten.
    pub fn note_test(&mut self, run: &RunState, roster: &mut Roster<Known>) -> bool {
        if run.started_at != self.test {
            self.test = run.started_at;
            self.certain.clear();
            if let Some(start) = self.test {
                roster
                    .each()
                    .for_each(|(_, known, _)| known.begin_test(start));
            }
        }
        // A worker that comes while a test stops has no part in it.
        run.started_at.is_some() && run.stopped_at.is_none() && run.state != Some(State::Stopping)
    }

    /// The worker has left; `is_lost` where it had no time to report.
    pub fn forget(&mut self, id: &str, is_lost: bool, roster: &mut Roster<Known>) {
        if let Some(known) = roster.forget(id) {
            self.certain.extend(known.lost_on_the_way(id));
            self.certain.extend(known.rest(id).filter(|_| is_lost));
        }
    }

    /// Another process has come under the name of a missing one, if it is missing and has a part in the test.
    pub fn replace(&mut self, id: &str, roster: &Roster<Known>) -> bool {
        let rest = rest_of_missing(id, roster);
        let is_lost = rest.is_some();
        self.certain.extend(rest);
        is_lost
    }

    /// Nothing more is waited for.
    pub fn settle(&mut self, roster: &mut Roster<Known>) {
        for (id, known, is_missing) in roster.each() {
            let Some(rest) = known.rest(id) else { continue };
            if !is_missing {
                let seconds = rest.until - rest.from;
                warn!(target: "rlocust::cluster", worker = &**id, "its last report has not come, what it counted in {seconds:.1} s is lost");
            }
            self.certain.push(rest);
            known.owes_nothing();
        }
    }

    /// In the order of time; of missing workers, unless they come back.
    pub fn all(&self, roster: &Roster<Known>) -> Vec<Loss> {
        let mut all = self.certain.clone();
        for (id, known, is_missing) in roster.iter() {
            all.extend(known.lost_on_the_way(id));
            all.extend(known.rest(id).filter(|_| is_missing));
        }
        all.sort_by(|one, other| one.from.total_cmp(&other.from));
        all
    }
}

/// Says what a worker that has become missing takes along.
pub fn warn_of_missing(id: &str, roster: &Roster<Known>) {
    if let Some(rest) = rest_of_missing(id, roster) {
        let seconds = rest.until - rest.from;
        warn!(target: "rlocust::cluster", worker = id, "unless it comes back, what it counted after its last report is lost: {seconds:.1} s");
    }
}

fn rest_of_missing(id: &str, roster: &Roster<Known>) -> Option<Loss> {
    roster.missing(id).and_then(|known| known.rest(id))
}
