//! Who runs how many users of which class, step by step, from what runs now to a target. Users go round the
//! workers in turn; going down takes the latest users first. When workers come or go, everything is dealt
//! out again as if from zero.
use super::order::{UserClass, UserOrder};
use super::ramp::{Ramp, RampError};

/// The users of a run over its workers.
#[derive(Debug)]
pub struct Dispatch {
    order: UserOrder,
    workers: Vec<String>,
    next_worker: usize,
    /// Users of each worker, by class in the order of `UserOrder::classes`.
    counts: Vec<Vec<usize>>,
    /// Worker and class of every user, oldest first.
    active: Vec<(usize, usize)>,
    target: usize,
    batch: usize,
}

/// What every worker should run after this step: `(worker, [(class, users)])`.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    pub users: Vec<(String, Vec<(String, usize)>)>,
    /// Whether the target is reached, or cannot come nearer: then no pause follows.
    pub is_last: bool,
}

impl Dispatch {
    pub fn new(workers: Vec<String>, classes: Vec<UserClass>) -> Self {
        let order = UserOrder::new(classes);
        let counts = vec![vec![0; order.classes().len()]; workers.len()];
        Self {
            order,
            workers,
            next_worker: 0,
            counts,
            active: Vec::new(),
            target: 0,
            batch: 1,
        }
    }

    /// A new target; the steps towards it follow from `step`, with the returned pause between them.
    pub fn aim(&mut self, target: usize, rate: f64) -> Result<Ramp, RampError> {
        let ramp = Ramp::at(rate)?;
        self.target = target;
        self.batch = ramp.batch;
        Ok(ramp)
    }

    /// Moves one batch nearer to the target. Without workers nobody can be placed.
    pub fn step(&mut self) -> Step {
        let before = self.user_count();
        if before < self.target {
            let goal = (before + self.batch).min(self.target);
            while self.user_count() < goal && self.add_user() {}
        } else {
            self.remove_down_to(before.saturating_sub(self.batch).max(self.target));
        }
        let after = self.user_count();
        Step {
            users: self.users(),
            is_last: after == self.target || after == before,
        }
    }

    /// Deals the running users out again over other workers.
    pub fn set_workers(&mut self, workers: Vec<String>) {
        let running = self.user_count();
        self.order = UserOrder::new(self.order.classes().to_vec());
        self.counts = vec![vec![0; self.order.classes().len()]; workers.len()];
        self.workers = workers;
        self.next_worker = 0;
        self.active.clear();
        while self.user_count() < running && self.add_user() {}
    }

    pub fn user_count(&self) -> usize {
        self.active.len()
    }

    fn add_user(&mut self) -> bool {
        if self.workers.is_empty() {
            return false;
        }
        let counts = &self.counts;
        let running = |class: usize| counts.iter().map(|users| users[class]).sum();
        let Some(class) = self.order.next(running) else {
            return false;
        };
        let worker = self.next_worker;
        self.next_worker = (worker + 1) % self.workers.len();
        self.counts[worker][class] += 1;
        self.active.push((worker, class));
        true
    }

    fn remove_down_to(&mut self, goal: usize) {
        while self.active.len() > goal {
            if let Some((worker, class)) = self.active.pop() {
                self.counts[worker][class] -= 1;
                self.order.rearm();
            }
        }
    }

    fn users(&self) -> Vec<(String, Vec<(String, usize)>)> {
        let names = || self.order.classes().iter().map(|class| class.name.clone());
        let of_worker = |counts: &Vec<usize>| names().zip(counts.iter().copied()).collect();
        let rows = self.workers.iter().zip(&self.counts);
        rows.map(|(worker, counts)| (worker.clone(), of_worker(counts)))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn class(name: &str, weight: f64, fixed_count: usize) -> UserClass {
        UserClass {
            name: name.to_owned(),
            weight,
            fixed_count,
        }
    }

    fn totals(step: &Step) -> Vec<usize> {
        step.users
            .iter()
            .map(|(_, users)| users.iter().map(|(_, n)| n).sum())
            .collect()
    }

    #[test]
    fn users_go_round_the_workers_and_the_latest_leave_first() -> Result<(), RampError> {
        let workers = ["a", "b", "c"].map(str::to_owned).to_vec();
        let mut dispatch = Dispatch::new(workers, vec![class("U", 1.0, 0)]);
        dispatch.aim(5, 3.0)?;
        assert_eq!(totals(&dispatch.step()), [1, 1, 1]);
        let last = dispatch.step();
        assert_eq!((totals(&last), last.is_last), (vec![2, 2, 1], true));
        dispatch.aim(4, 1.0)?;
        assert_eq!(totals(&dispatch.step()), [2, 1, 1]);
        dispatch.set_workers(vec!["d".to_owned()]);
        assert_eq!(dispatch.user_count(), 4);
        Ok(())
    }

    #[test]
    fn a_target_above_the_fixed_total_stops_there() -> Result<(), RampError> {
        let mut dispatch = Dispatch::new(vec!["a".to_owned()], vec![class("F", 1.0, 3)]);
        dispatch.aim(10, 100.0)?;
        let step = dispatch.step();
        assert_eq!(totals(&step), [3]);
        assert!(dispatch.step().is_last, "it cannot come nearer");
        Ok(())
    }

    proptest! {
        #[test]
        fn every_step_moves_by_at_most_a_batch_and_the_last_one_arrives(
            targets in prop::collection::vec(0_usize..200, 1..6),
            rate in 0.1_f64..60.0,
            workers in 1_usize..5,
        ) {
            let names = (0..workers).map(|n| n.to_string()).collect();
            let classes = vec![class("A", 3.0, 0), class("B", 1.0, 0), class("F", 1.0, 4)];
            let mut dispatch = Dispatch::new(names, classes);
            for target in targets {
                let ramp = dispatch.aim(target, rate)?;
                loop {
                    let before = dispatch.user_count();
                    let step = dispatch.step();
                    prop_assert!(before.abs_diff(dispatch.user_count()) <= ramp.batch);
                    prop_assert_eq!(totals(&step).iter().sum::<usize>(), dispatch.user_count());
                    if step.is_last {
                        break;
                    }
                }
                prop_assert_eq!(dispatch.user_count(), target);
            }
        }
    }
}
