//! The state of a run, published: the runner writes each change here, and everybody else watches, without asking it.
use std::collections::HashMap;
use std::sync::Arc;

use parking_lot::Mutex;
use tokio::sync::watch;

use super::fork_guard::ForkGuard;
use rlocust_core::clock;
use rlocust_core::model::{ClassCount, ExceptionRow, LoadSoFar, Loss, RunState, State, Worker};

/// The runner's transitions are its only writer. A change costs a copy of the state only while a reader holds the
/// one before.
#[derive(Debug)]
pub struct StatePublisher {
    state: watch::Sender<Arc<RunState>>,
    /// Where the exception of a key stands in the published list.
    exceptions: Mutex<HashMap<String, usize>>,
    maker: ForkGuard,
}

impl Default for StatePublisher {
    fn default() -> Self {
        Self {
            state: watch::Sender::new(Arc::default()),
            exceptions: Mutex::default(),
            maker: ForkGuard::this_process(),
        }
    }
}

impl StatePublisher {
    /// With `Stopped` the test ends, `now` in Unix seconds. A word of the suite's own is no state.
    pub fn set_state(&self, state: Option<State>, now: f64) {
        self.change(|run| {
            run.state = state;
            if state == Some(State::Stopped) {
                run.stopped_at = Some(now);
            }
        });
    }

    /// A test begins: its own clock, no exceptions yet.
    pub fn test_started(&self, now: f64) {
        self.change_exceptions(|known, run| {
            run.started_at = Some(now);
            run.stopped_at = None;
            run.exceptions.clear();
            known.clear();
        });
    }

    pub fn user_started(&self, class: &str) {
        self.change(|run| {
            run.user_count += 1;
            class_of(&mut run.classes, class).running += 1;
        });
    }

    pub fn user_ended(&self, class: &str) {
        self.change(|run| {
            run.user_count -= 1;
            class_of(&mut run.classes, class).running -= 1;
        });
    }

    pub fn set_target(&self, user_count: i64) {
        self.change(|run| run.target_user_count = user_count);
    }

    pub fn set_target_of(&self, class: &str, user_count: i64) {
        self.change(|run| class_of(&mut run.classes, class).target = user_count);
    }

    /// How many users of each class the workers of a master have; a class that is not named has none.
    pub fn set_user_counts(&self, counts: &[(String, i64)]) {
        self.change(|run| {
            run.classes.iter_mut().for_each(|class| class.running = 0);
            for (class, count) in counts {
                class_of(&mut run.classes, class).running = *count;
            }
            run.user_count = counts.iter().map(|(_, count)| count).sum();
        });
    }

    /// The workers of a master as they are now, and what was lost with others; once a second.
    pub fn set_workers(&self, workers: Vec<Worker>, losses: Vec<Loss>) {
        self.change(|run| {
            if !workers.is_empty() {
                let load = run.busiest_worker.get_or_insert_default();
                add_busiest(load, &workers);
            }
            (run.workers, run.losses) = (workers, losses);
        });
    }

    /// Adds or replaces the row of this key; it was seen now.
    pub fn put_exception(&self, key: &str, row: ExceptionRow) {
        let now = clock::unix_seconds();
        let seen_since = |first: f64| {
            Arc::new(ExceptionRow {
                seen: Some((first, now)),
                ..row
            })
        };
        self.change_exceptions(|known, run| {
            if let Some(at) = known.get(key) {
                let before = run.exceptions[*at].seen;
                run.exceptions[*at] = seen_since(before.map_or(now, |(first, _)| first));
            } else {
                known.insert(key.to_owned(), run.exceptions.len());
                run.exceptions.push(seen_since(now));
            }
        });
    }

    pub fn clear_exceptions(&self) {
        self.change_exceptions(|known, run| {
            run.exceptions.clear();
            known.clear();
        });
    }

    /// As it is now.
    pub fn read(&self) -> Arc<RunState> {
        Arc::clone(&self.state.borrow())
    }

    /// As it is now and becomes later.
    pub fn subscribe(&self) -> watch::Receiver<Arc<RunState>> {
        self.state.subscribe()
    }

    /// In a forked child nobody reads the state, and a reader of the parent's may have been at it.
    fn change(&self, change: impl FnOnce(&mut RunState)) {
        if self.maker.is_parent() {
            return;
        }
        self.state.send_modify(|run| change(Arc::make_mut(run)));
    }

    fn change_exceptions(&self, change: impl FnOnce(&mut HashMap<String, usize>, &mut RunState)) {
        let mut known = self.exceptions.lock();
        self.change(|run| change(&mut known, run));
    }
}

fn class_of<'a>(classes: &'a mut Vec<ClassCount>, name: &str) -> &'a mut ClassCount {
    let at = classes
        .iter()
        .position(|class| class.name == name)
        .unwrap_or_else(|| {
            classes.push(ClassCount {
                name: name.to_owned(),
                ..ClassCount::default()
            });
            classes.len() - 1
        });
    &mut classes[at]
}

/// A worker that has said nothing of itself yet has no memory.
fn add_busiest(load: &mut LoadSoFar, workers: &[Worker]) {
    let measured = workers.iter().filter(|worker| worker.memory_bytes > 0);
    let cpu = measured.clone().map(|worker| worker.cpu_percent);
    let memory = measured.map(|worker| worker.memory_bytes);
    load.add(cpu.max_by(f64::total_cmp), memory.max());
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_testing::waiting::DEADLINE;

    #[test]
    fn readers_see_what_was_last_written_and_keep_what_they_have_read() {
        let publisher = StatePublisher::default();
        let before = publisher.read();
        publisher.set_state(Some(State::Stopped), 11.0);
        assert_eq!(publisher.read().stopped_at, Some(11.0));
        publisher.test_started(12.0);
        publisher.set_state(Some(State::Running), 12.0);
        publisher.user_started("A");
        publisher.user_started("B");
        publisher.user_started("A");
        publisher.user_ended("B");
        publisher.set_target_of("A", 2);
        let run = publisher.read();
        assert_eq!(
            (run.state, run.user_count, run.started_at, run.stopped_at),
            (Some(State::Running), 2, Some(12.0), None)
        );
        let counts: Vec<_> = run
            .classes
            .iter()
            .map(|class| (class.name.as_str(), class.running, class.target))
            .collect();
        assert_eq!(counts, [("A", 2, 2), ("B", 0, 0)]);
        assert_eq!(*before, RunState::default());
    }

    #[test]
    fn a_master_publishes_the_counts_of_its_workers_and_the_workers() {
        let publisher = StatePublisher::default();
        let counts = |counts: &[(&str, i64)]| {
            let owned = counts
                .iter()
                .map(|(class, count)| ((*class).to_owned(), *count));
            publisher.set_user_counts(&owned.collect::<Vec<_>>());
            let run = publisher.read();
            let classes = run.classes.iter().map(|class| class.running);
            (run.user_count, classes.collect::<Vec<_>>())
        };
        publisher.set_target_of("A", 4);
        assert_eq!(counts(&[("A", 2), ("B", 1)]), (3, vec![2, 1]));
        assert_eq!(counts(&[("B", 5)]), (5, vec![0, 5]));
        let worker = Worker {
            id: "host_1".to_owned(),
            cpu_percent: 40.0,
            memory_bytes: 7,
            ..Worker::default()
        };
        let idle = Worker {
            cpu_percent: 10.0,
            ..worker.clone()
        };
        publisher.set_workers(vec![worker.clone(), idle.clone()], Vec::new());
        assert_eq!(publisher.read().workers, [worker, idle]);
        publisher.set_workers(Vec::new(), Vec::new());
        let load = publisher.read().busiest_worker.expect("there were workers");
        assert_eq!((load.cpu_mean(), load.memory_max), (Some(40.0), 7));
    }

    #[test]
    fn exceptions_of_one_key_are_one_row_and_a_new_test_forgets_them() {
        let publisher = StatePublisher::default();
        for (key, count) in [("k", 1), ("other", 5), ("k", 2)] {
            publisher.put_exception(
                key,
                ExceptionRow {
                    count,
                    ..ExceptionRow::default()
                },
            );
        }
        let counts = |run: &RunState| {
            run.exceptions
                .iter()
                .map(|row| row.count)
                .collect::<Vec<_>>()
        };
        assert_eq!(counts(&publisher.read()), [2, 5]);
        publisher.test_started(1.0);
        assert!(publisher.read().exceptions.is_empty());
        publisher.put_exception("other", ExceptionRow::default());
        assert_eq!(counts(&publisher.read()), [0]);
    }

    #[test]
    fn a_forked_child_goes_on_though_another_thread_was_reading_the_state() {
        let of_parent = Arc::new(StatePublisher {
            maker: ForkGuard::parent(),
            ..StatePublisher::default()
        });
        let in_child = Arc::clone(&of_parent);
        let reading = of_parent.state.borrow();
        let (sender, received) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            in_child.set_state(Some(State::Running), 1.0);
            in_child.user_started("A");
            in_child.put_exception("k", ExceptionRow::default());
            sender.send(()).ok();
        });
        let waited = received.recv_timeout(DEADLINE);
        waited.expect("it waits for no lock");
        assert_eq!(**reading, RunState::default());
    }

    #[test]
    fn a_change_wakes_whoever_watches() {
        let publisher = StatePublisher::default();
        let mut watching = publisher.subscribe();
        assert!(!watching.has_changed().expect("it is published"));
        publisher.user_started("A");
        assert!(watching.has_changed().expect("it is published"));
        assert_eq!(watching.borrow_and_update().user_count, 1);
    }
}
