//! The generator's own process. Threads are told apart by their names, which the engine gives them.
use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessesToUpdate, System};

use crate::clock;
use crate::model::{GeneratorLoad, ThreadCpu};

/// Sockets are counted by reading every descriptor's link: at 10 000 connections that takes milliseconds.
const SAMPLES_PER_SOCKET_COUNT: u32 = 10;
/// The system counts CPU time in steps of 10 ms: a percentage of less time than this means nothing.
const SHORTEST: Duration = Duration::from_millis(100);

/// Samples this process.
#[derive(Debug)]
pub struct GeneratorMonitor {
    system: System,
    process: Pid,
    /// CPU time of the process and of each of its threads when they were sampled last, milliseconds.
    before: HashMap<Pid, u64>,
    sampled: Instant,
    samples: u32,
    sockets: Option<u64>,
}

impl GeneratorMonitor {
    /// Nothing where the system does not tell processes apart. The first sample covers the time from here.
    pub fn new() -> Option<Self> {
        let mut monitor = Self {
            system: System::new().ok()?,
            process: sysinfo::get_current_pid().ok()?,
            before: HashMap::new(),
            sampled: clock::instant(),
            samples: 0,
            sockets: None,
        };
        let tasks = monitor.refresh();
        monitor.thread_cpu(&tasks, SHORTEST);
        Some(monitor)
    }

    /// CPU since it was told last, the rest as it is now.
    pub fn sample(&mut self) -> GeneratorLoad {
        let tasks = self.refresh();
        if self.samples.is_multiple_of(SAMPLES_PER_SOCKET_COUNT) {
            self.sockets = count_sockets(Path::new("/proc/self/fd"));
        }
        self.samples = self.samples.wrapping_add(1);
        let elapsed = self.sampled.elapsed();
        let cpu = (elapsed >= SHORTEST).then(|| self.thread_cpu(&tasks, elapsed));
        let Some(process) = self.system.process(self.process) else {
            return GeneratorLoad::default();
        };
        GeneratorLoad {
            cpu,
            memory: process.memory(),
            descriptors: process.open_files().map(|count| count as u64),
            sockets: self.sockets,
            threads: 1 + tasks.len() as u64,
        }
    }

    /// The threads beside the main one. A refresh of the process alone lists but does not time them.
    fn refresh(&mut self) -> Vec<Pid> {
        let list = ProcessRefreshKind::nothing().with_tasks();
        let this = ProcessesToUpdate::Some(&[self.process]);
        self.system.refresh_processes_specifics(this, true, list);
        let process = self.system.process(self.process);
        let tasks = process.and_then(Process::tasks);
        let tasks: Vec<Pid> = tasks.into_iter().flatten().copied().collect();
        let times = ProcessRefreshKind::nothing().with_cpu().with_memory();
        let all = [&[self.process], tasks.as_slice()].concat();
        let all = ProcessesToUpdate::Some(&all);
        self.system.refresh_processes_specifics(all, true, times);
        tasks
    }

    /// The main thread is not among the tasks: what they leave of the whole is its share.
    fn thread_cpu(&mut self, tasks: &[Pid], elapsed: Duration) -> ThreadCpu {
        let elapsed_ms = elapsed.as_secs_f64() * 1000.0;
        let before = std::mem::take(&mut self.before);
        let mut cpu = ThreadCpu::default();
        let mut whole = 0.0;
        for thread in std::iter::once(&self.process).chain(tasks) {
            let Some(process) = self.system.process(*thread) else {
                continue;
            };
            let spent = process.accumulated_cpu_time();
            self.before.insert(*thread, spent);
            let spent = spent.saturating_sub(before.get(thread).copied().unwrap_or(0));
            let percent = 100.0 * spent as f64 / elapsed_ms;
            match process.name().to_string_lossy().as_ref() {
                _ if *thread == self.process => whole = percent,
                name if name.starts_with("rlocust-io") => cpu.io += percent,
                name if name.starts_with("rlocust-service") => cpu.service += percent,
                _ => cpu.other += percent,
            }
        }
        cpu.script = (whole - cpu.total()).max(0.0);
        self.sampled = clock::instant();
        cpu
    }
}

fn count_sockets(folder: &Path) -> Option<u64> {
    let links = std::fs::read_dir(folder).ok()?.flatten();
    let sockets = links
        .filter_map(|entry| std::fs::read_link(entry.path()).ok())
        .filter(|link| link.to_string_lossy().starts_with("socket:"));
    Some(sockets.count() as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_io_thread_is_told_from_the_script_thread() {
        let mut monitor = GeneratorMonitor::new().expect("this system tells processes apart");
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let is_wanted = move || stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty);
        let burner = std::thread::Builder::new()
            .name("rlocust-io-9".to_owned())
            .spawn(move || while is_wanted() {})
            .expect("a thread starts");
        let deadline = clock::instant() + Duration::from_secs(20);
        let load = loop {
            let from = clock::instant();
            while from.elapsed() < Duration::from_millis(100) {
                std::thread::yield_now();
            }
            let load = monitor.sample();
            if load.cpu.is_some_and(|cpu| cpu.io > 5.0) || clock::instant() > deadline {
                break load;
            }
        };
        drop(stop);
        burner.join().expect("the burner ends");
        assert!(load.cpu.expect("time has passed").io > 5.0, "{load:?}");
        assert!(load.memory > 1_000_000 && load.threads >= 2, "{load:?}");
        assert!(load.descriptors.is_none_or(|count| count > 2), "{load:?}");
    }

    #[test]
    fn sockets_are_counted_among_the_descriptors() {
        let folder = Path::new("/proc/self/fd");
        let Some(before) = count_sockets(folder) else {
            return; // a system without /proc tells none
        };
        let listeners: Vec<_> = (0..5)
            .map(|_| std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free"))
            .collect();
        assert!(count_sockets(folder).expect("still there") >= before.min(1) + 4);
        drop(listeners);
    }
}
