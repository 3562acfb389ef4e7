//! CPU and memory of both machines for the ticks of a run: the generator is looked at about once a second, at a tick;
//! the target by a task of its own, because its page may take its time.
use std::sync::Arc;
use std::time::{Duration, Instant};

use parking_lot::Mutex;
use tokio::runtime::Handle;

use super::{Notification, Notifications};
use crate::monitor::{GeneratorMonitor, TargetMonitor};
use rlocust_core::clock;
use rlocust_core::model::{LoadSoFar, Machines, TargetLoad};

/// Between two looks at a machine. CPU time is counted in steps of 10 ms: shorter would be coarse.
const PACE: Duration = Duration::from_secs(1);
/// CPU time says nothing of a shorter while.
const SHORTEST: Duration = Duration::from_millis(100);
/// How long a page of the target counts. While the next one takes longer, nobody knows what the target does.
const FRESH: Duration = Duration::from_millis(1500);
/// A tick that comes a little early is not left out: else every second one would be.
const EARLY: Duration = Duration::from_millis(100);

/// Looks at both machines.
pub(super) struct MachineMonitor {
    generator: Option<GeneratorMonitor>,
    looked: Instant,
    machines: Machines,
    target: Arc<Mutex<Target>>,
}

/// What the task has found out about the target.
#[derive(Default)]
struct Target {
    load: Option<(TargetLoad, Instant)>,
    so_far: LoadSoFar,
}

impl Target {
    fn load_at(&self, now: Instant) -> Option<TargetLoad> {
        let (load, found_at) = self.load?;
        (now.duration_since(found_at) < FRESH).then_some(load)
    }
}

impl MachineMonitor {
    pub fn new() -> Self {
        Self {
            generator: GeneratorMonitor::new(),
            looked: clock::instant(),
            machines: Machines::default(),
            target: Arc::default(),
        }
    }

    /// Asks the target's page from now on, as long as the runtime lives.
    pub fn begin(
        &self,
        target: Option<TargetMonitor>,
        runtime: &Handle,
        notifications: &Arc<Notifications>,
    ) {
        if let Some(monitor) = target {
            let (cell, notifications) = (Arc::clone(&self.target), Arc::clone(notifications));
            // Ends with the runtime, which ends with the service thread.
            runtime.spawn(ask_again_and_again(monitor, cell, notifications));
        }
    }

    /// Both machines as they were found last, about a second ago at most.
    pub fn read(&mut self) -> Machines {
        if self.looked.elapsed() + EARLY >= PACE || self.machines.generator.is_none() {
            self.look_at_generator();
        }
        let target = self.target.lock();
        Machines {
            target: target.load_at(clock::instant()),
            target_so_far: target.so_far,
            ..self.machines
        }
    }

    /// Both machines at the end: looked at once more, unless that was a moment ago.
    pub fn read_last(&mut self) -> Machines {
        if self.looked.elapsed() >= SHORTEST {
            self.look_at_generator();
        }
        self.read()
    }

    fn look_at_generator(&mut self) {
        self.looked = clock::instant();
        self.machines.generator = self.generator.as_mut().map(GeneratorMonitor::sample);
        if let Some(load) = self.machines.generator {
            let machines = &mut self.machines;
            let cpu = load.cpu.map(|cpu| cpu.total());
            machines.generator_so_far.add(cpu, Some(load.memory));
            if let Some(cpu) = load.cpu {
                machines.script_so_far.add(cpu.script);
                machines.io_so_far.add(cpu.busiest_io);
            }
        }
    }
}

async fn ask_again_and_again(
    mut monitor: TargetMonitor,
    target: Arc<Mutex<Target>>,
    notifications: Arc<Notifications>,
) {
    let mut is_silent = false;
    loop {
        let due = clock::instant() + PACE;
        match monitor.sample().await {
            Ok(load) => {
                let mut target = target.lock();
                target.so_far.add(load.cpu_percent, load.memory_used);
                target.load = Some((load, clock::instant()));
                if std::mem::take(&mut is_silent) {
                    notifications.push(Notification::Info(format!(
                        "`{}` can be monitored again",
                        monitor.shown_url()
                    )));
                }
            }
            Err(error) => {
                target.lock().load = None;
                if !std::mem::replace(&mut is_silent, true) {
                    notifications.push(Notification::Error(format!(
                        "cannot monitor the target: {error}"
                    )));
                }
            }
        }
        tokio::time::sleep_until(due.into()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_of_a_page_that_hangs_do_not_count_on() {
        let found_at = clock::instant();
        let load = TargetLoad {
            cpu_percent: Some(90.0),
            ..TargetLoad::default()
        };
        let target = Target {
            load: Some((load, found_at)),
            so_far: LoadSoFar::default(),
        };
        assert_eq!(target.load_at(found_at + PACE), Some(load));
        assert_eq!(target.load_at(found_at + 2 * PACE), None);
    }
}
