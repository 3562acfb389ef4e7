//! What happened between two ticks and explains a bend of the curves: starts, stops, edits, resets, workers. Read off the
//! ticks alone, so that the page, the report beside a run and the report from a store have the same.
use rlocust_core::model::{RunState, State, Tick, Worker};

/// Marks that are kept, the latest.
const MOST: usize = 500;
/// A target that changes more often, as that of a shape which never rests, is a curve and not an event. Seconds.
const HELD: f64 = 5.0;

/// Something that happened at a moment.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Mark {
    /// Unix seconds.
    pub t: f64,
    pub kind: &'static str,
    pub text: String,
}

/// The marks so far.
#[derive(Debug, Default)]
pub struct Marks {
    all: Vec<Mark>,
    target_changed_at: f64,
    has_spawned: bool,
    /// How many there were, with those that are not kept.
    number: u64,
}

impl Marks {
    pub fn all(&self) -> &[Mark] {
        &self.all
    }

    /// How many there were so far.
    pub fn number(&self) -> u64 {
        self.number
    }

    /// Those that are kept of the ones behind so many.
    pub fn behind(&self, number: u64) -> &[Mark] {
        let new = usize::try_from(self.number - number).unwrap_or(usize::MAX);
        &self.all[self.all.len().saturating_sub(new)..]
    }

    /// `is_reset`: the sums begin anew, with a test or within one.
    pub fn follow(&mut self, before: &Tick, now: &Tick, is_reset: bool) {
        let (old, new) = (&*before.run, &*now.run);
        if let Some(at) = new.started_at.filter(|_| new.started_at != old.started_at) {
            self.has_spawned = false;
            self.target_changed_at = now.now;
            self.add(at, "start", users(new.target_user_count));
        } else if new.started_at.is_some() {
            self.go_on(before, now, is_reset);
        }
        let has_started = new.started_at.is_some();
        if has_started && new.state == Some(State::Running) && !self.has_spawned {
            self.has_spawned = true;
            self.add(now.now, "spawned", users(new.user_count));
        }
        if let Some(at) = new.stopped_at.filter(|_| new.stopped_at != old.stopped_at) {
            self.add(at, "stop", String::new());
        }
    }

    fn go_on(&mut self, before: &Tick, now: &Tick, is_reset: bool) {
        let (old, new) = (&*before.run, &*now.run);
        if is_reset {
            self.add(now.now, "reset", String::new());
        }
        self.follow_target(now.now, old, new);
        self.follow_workers(now.now, &old.workers, &new.workers);
    }

    fn follow_target(&mut self, now: f64, old: &RunState, new: &RunState) {
        let (was, is) = (old.target_user_count, new.target_user_count);
        let lasts = matches!(new.state, Some(State::Spawning | State::Running));
        if was == is || !lasts {
            return;
        }
        if now - self.target_changed_at >= HELD {
            self.add(now, "edit", format!("{}, was {was}", users(is)));
        }
        self.target_changed_at = now;
    }

    fn follow_workers(&mut self, now: f64, old: &[Worker], new: &[Worker]) {
        let is_missing = |worker: &Worker| worker.state == Some(State::Missing);
        for worker in new {
            match old.iter().find(|known| known.id == worker.id) {
                None => self.add(now, "worker_joined", worker.id.clone()),
                Some(known) if is_missing(worker) && !is_missing(known) => {
                    self.add(now, "worker_missing", worker.id.clone());
                }
                Some(known) if is_missing(known) && !is_missing(worker) => {
                    self.add(now, "worker_returned", worker.id.clone());
                }
                Some(_) => {}
            }
        }
        for worker in old {
            if !new.iter().any(|known| known.id == worker.id) {
                self.add(now, "worker_left", worker.id.clone());
            }
        }
    }

    fn add(&mut self, t: f64, kind: &'static str, text: String) {
        if self.all.len() >= MOST {
            self.all.remove(0);
        }
        self.all.push(Mark { t, kind, text });
        self.number += 1;
    }
}

fn users(count: i64) -> String {
    match count {
        1 => "1 user".to_owned(),
        count => format!("{count} users"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    /// A tick of a test that began at 100.
    fn tick(now: f64, change: impl FnOnce(&mut RunState)) -> Tick {
        let mut run = RunState {
            started_at: Some(100.0),
            state: Some(State::Running),
            user_count: 5,
            target_user_count: 5,
            ..RunState::default()
        };
        change(&mut run);
        Tick {
            now,
            run: Arc::new(run),
            ..Tick::default()
        }
    }

    const RESET_AT: f64 = 120.5;

    fn marks_of(ticks: &[Tick]) -> Vec<(f64, &'static str, String)> {
        let mut marks = Marks::default();
        let mut before = &Tick::default();
        for now in ticks {
            marks.follow(before, now, now.now == RESET_AT);
            before = now;
        }
        let all = marks.all.into_iter();
        all.map(|mark| (mark.t, mark.kind, mark.text)).collect()
    }

    fn mark(t: f64, kind: &'static str, text: &str) -> (f64, &'static str, String) {
        (t, kind, text.to_owned())
    }

    #[test]
    fn a_test_is_marked_from_its_start_to_its_stop() {
        let stopped = tick(130.0, |run| {
            run.target_user_count = 0;
            run.state = Some(State::Stopped);
            run.stopped_at = Some(129.5);
        });
        let ticks = [
            tick(99.0, |run| run.started_at = None),
            tick(100.5, |run| run.state = Some(State::Spawning)),
            tick(102.0, |_| {}),
            tick(103.0, |_| {}),
            tick(110.0, |run| run.target_user_count = 8),
            tick(RESET_AT, |run| run.target_user_count = 8),
            stopped,
        ];
        let wanted = [
            mark(100.0, "start", "5 users"),
            mark(102.0, "spawned", "5 users"),
            mark(110.0, "edit", "8 users, was 5"),
            mark(RESET_AT, "reset", ""),
            mark(129.5, "stop", ""),
        ];
        assert_eq!(marks_of(&ticks), wanted);
    }

    #[test]
    fn a_target_that_never_rests_is_no_event() {
        let ramp = (0..60).map(|second| {
            tick(100.0 + f64::from(second), |run| {
                run.state = Some(State::Spawning);
                run.target_user_count = i64::from(second) + 1;
            })
        });
        let ticks: Vec<Tick> = ramp
            .chain([tick(170.0, |run| {
                run.state = Some(State::Spawning);
                run.target_user_count = 9;
            })])
            .collect();
        let wanted = [
            mark(100.0, "start", "1 user"),
            mark(170.0, "edit", "9 users, was 60"),
        ];
        assert_eq!(marks_of(&ticks), wanted);
    }

    #[test]
    fn workers_come_fall_silent_come_back_and_go() {
        let worker = |state| Worker {
            id: "w1".to_owned(),
            state: Some(state),
            ..Worker::default()
        };
        let with = |now, state| tick(now, |run| run.workers = vec![worker(state)]);
        let ticks = [
            tick(101.0, |_| {}),
            with(102.0, State::Running),
            with(103.0, State::Missing),
            with(104.0, State::Missing),
            with(105.0, State::Running),
            tick(106.0, |_| {}),
        ];
        let kinds: Vec<_> = marks_of(&ticks)
            .into_iter()
            .filter(|(_, _, text)| text == "w1")
            .map(|(t, kind, _)| (t, kind))
            .collect();
        let wanted = [
            (102.0, "worker_joined"),
            (103.0, "worker_missing"),
            (105.0, "worker_returned"),
            (106.0, "worker_left"),
        ];
        assert_eq!(kinds, wanted);
    }

    #[test]
    fn the_latest_are_kept() {
        let mut marks = Marks::default();
        for t in 0..=MOST {
            marks.add(t as f64, "edit", String::new());
        }
        assert_eq!((marks.all().len(), marks.all()[0].t), (MOST, 1.0));
        let times = |number| marks.behind(number).iter().map(|mark| mark.t).collect();
        let (last, all): (Vec<f64>, Vec<f64>) = (times(MOST as u64), times(0));
        assert_eq!((marks.number(), last), (MOST as u64 + 1, vec![MOST as f64]));
        assert_eq!(all.len(), MOST);
    }
}
