//! The workers a master knows, and which of them are silent: pure, by a given clock. A worker is missing after the
//! heartbeats that Locust lets it miss, and dead a minute later. What kept the master itself from looking is nobody's
//! silence.
use std::collections::HashMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How long a worker may be silent: Locust's constants, as a suite may have set them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HeartbeatTimeouts {
    pub interval: Duration,
    /// Heartbeats that may fail.
    pub liveness: i64,
    /// The count, below zero, at which a missing worker is dead.
    pub dead: i64,
}

impl HeartbeatTimeouts {
    /// Locust counts down once an interval and looks before it counts.
    fn missing_after(self) -> Duration {
        self.intervals(self.liveness.saturating_add(1))
    }

    fn dead_after(self) -> Duration {
        self.intervals(self.liveness.saturating_sub(self.dead))
            .max(self.missing_after())
    }

    fn intervals(self, count: i64) -> Duration {
        let count = count.clamp(0, i64::from(u32::MAX)) as u32;
        self.interval.saturating_mul(count)
    }
}

/// What has become of a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Change {
    Missing,
    Dead,
}

/// By worker, what the master knows of it beside.
#[derive(Debug)]
pub struct Roster<T> {
    workers: HashMap<Arc<str>, Entry<T>>,
    patience: HeartbeatTimeouts,
    looked_at: Instant,
}

#[derive(Debug)]
struct Entry<T> {
    heard_at: Instant,
    silence: Silence,
    known: T,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Silence {
    Heard,
    Missing,
    Dead,
}

impl<T> Roster<T> {
    pub fn new(patience: HeartbeatTimeouts, now: Instant) -> Self {
        Self {
            workers: HashMap::new(),
            patience,
            looked_at: now,
        }
    }

    /// A worker that is known from now on; of one that was, its silence is over.
    pub fn admit(&mut self, id: Arc<str>, known: T, now: Instant) {
        let entry = Entry {
            heard_at: now,
            silence: Silence::Heard,
            known,
        };
        self.workers.insert(id, entry);
    }

    pub fn forget(&mut self, id: &str) -> Option<T> {
        self.workers.remove(id).map(|entry| entry.known)
    }

    /// A heartbeat came; what is known of its worker, if it is one.
    pub fn heard(&mut self, id: &str, now: Instant) -> Option<&mut T> {
        let entry = self.workers.get_mut(id)?;
        entry.heard_at = now;
        entry.silence = Silence::Heard;
        Some(&mut entry.known)
    }

    pub fn get_mut(&mut self, id: &str) -> Option<&mut T> {
        self.workers.get_mut(id).map(|entry| &mut entry.known)
    }

    /// What is known of a worker that is missing.
    pub fn missing(&self, id: &str) -> Option<&T> {
        let entry = self.workers.get(id)?;
        (entry.silence != Silence::Heard).then_some(&entry.known)
    }

    /// The name as it is kept, so that it is kept once.
    pub fn name(&self, id: &str) -> Option<Arc<str>> {
        self.workers
            .get_key_value(id)
            .map(|(name, _)| Arc::clone(name))
    }

    /// Every worker, and whether it is missing; what is known of it may be changed.
    pub fn each(&mut self) -> impl Iterator<Item = (&Arc<str>, &mut T, bool)> {
        let workers = self.workers.iter_mut();
        workers.map(|(id, entry)| (id, &mut entry.known, entry.silence != Silence::Heard))
    }

    /// Every worker, and whether it is missing.
    pub fn iter(&self) -> impl Iterator<Item = (&Arc<str>, &T, bool)> {
        let workers = self.workers.iter();
        workers.map(|(id, entry)| (id, &entry.known, entry.silence != Silence::Heard))
    }

    /// Who has become missing or dead since the last look. All that has come must have been heard before.
    pub fn look(&mut self, now: Instant) -> Vec<(Arc<str>, Change)> {
        // A master that was stopped, or had no core to run on, has heard nobody.
        let away = now.saturating_duration_since(self.looked_at);
        let excused = away.saturating_sub(self.patience.interval);
        self.looked_at = now;
        let mut changes = Vec::new();
        for (id, entry) in &mut self.workers {
            entry.heard_at = (entry.heard_at + excused).min(now);
            let silence = now.saturating_duration_since(entry.heard_at);
            if entry.silence == Silence::Heard && silence > self.patience.missing_after() {
                entry.silence = Silence::Missing;
                changes.push((Arc::clone(id), Change::Missing));
            }
            if entry.silence == Silence::Missing && silence >= self.patience.dead_after() {
                entry.silence = Silence::Dead;
                changes.push((Arc::clone(id), Change::Dead));
            }
        }
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_core::clock;

    const LOCUSTS: HeartbeatTimeouts = HeartbeatTimeouts {
        interval: Duration::from_secs(1),
        liveness: 3,
        dead: -60,
    };

    /// Looks each half a second until `until`, and says when each change was seen.
    fn watch(roster: &mut Roster<()>, start: Instant, from: f64, until: f64) -> Vec<(f64, Change)> {
        let looks = (0..).map(|step| from + f64::from(step) / 2.0);
        let looks = looks.take_while(|at| *at <= until);
        looks
            .flat_map(|at| {
                let changes = roster.look(start + Duration::from_secs_f64(at)).into_iter();
                changes
                    .map(move |(_, change)| (at, change))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    #[test]
    fn a_silent_worker_is_missing_after_four_seconds_and_dead_after_sixty_three() {
        let start = clock::instant();
        let mut roster = Roster::new(LOCUSTS, start);
        roster.admit("w".into(), (), start);
        let changes = watch(&mut roster, start, 0.5, 100.0);
        assert_eq!(changes, [(4.5, Change::Missing), (63.0, Change::Dead)]);
    }

    #[test]
    fn a_heartbeat_heals_and_silence_is_counted_anew() {
        let start = clock::instant();
        let at = |seconds: f64| start + Duration::from_secs_f64(seconds);
        let mut roster = Roster::new(LOCUSTS, start);
        roster.admit("w".into(), (), start);
        assert_eq!(
            watch(&mut roster, start, 0.5, 6.0),
            [(4.5, Change::Missing)]
        );
        assert!(roster.iter().all(|(_, (), missing)| missing));
        assert!(roster.missing("w").is_some());
        assert!(roster.heard("w", at(6.0)).is_some());
        assert!(roster.missing("w").is_none());
        assert!(roster.heard("stranger", at(6.0)).is_none());
        assert_eq!(
            watch(&mut roster, start, 6.5, 12.0),
            [(10.5, Change::Missing)]
        );
        assert!(roster.forget("w").is_some());
        assert_eq!(watch(&mut roster, start, 12.5, 90.0), []);
    }

    #[test]
    fn a_master_that_was_stopped_itself_takes_nobody_for_missing() {
        let start = clock::instant();
        let mut roster = Roster::new(LOCUSTS, start);
        roster.admit("w".into(), (), start);
        assert_eq!(watch(&mut roster, start, 0.5, 2.0), []);
        assert_eq!(roster.look(start + Duration::from_mins(5)), []);
        let changes = watch(&mut roster, start, 300.5, 310.0);
        assert_eq!(
            changes,
            [(301.5, Change::Missing)],
            "two seconds before, one of grace, and the rest"
        );
    }
}
