//! The generator's own process. Threads are known by their names, which the engine gives them.
use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use sysinfo::{Pid, Process, ProcessRefreshKind, ProcessesToUpdate, System};

use rlocust_core::clock;
use rlocust_core::model::{GeneratorLoad, ThreadCpu};

/// Sockets are counted by reading every descriptor's link: at 10 000 connections that takes milliseconds.
const SAMPLES_PER_SOCKET_COUNT: u32 = 10;
/// The system counts CPU time in steps of 10 ms: a percentage of less time than this means nothing.
const SHORTEST: Duration = Duration::from_millis(100);

/// Samples this process.
#[derive(Debug)]
pub struct GeneratorMonitor {
    system: System,
    process: Pid,
    before: CpuTimes,
    sampled: Instant,
    samples: u32,
    sockets: Option<u64>,
}

impl GeneratorMonitor {
    /// Nothing where the system does not keep processes apart. The first sample covers the time from here.
    pub fn new() -> Option<Self> {
        let mut monitor = Self {
            system: System::new().ok()?,
            process: sysinfo::get_current_pid().ok()?,
            before: CpuTimes::default(),
            sampled: clock::instant(),
            samples: 0,
            sockets: None,
        };
        monitor.refresh();
        monitor.before = monitor.cpu_times();
        Some(monitor)
    }

    /// CPU since it was read last, the rest as it is now.
    pub fn sample(&mut self) -> GeneratorLoad {
        self.refresh();
        if self.samples.is_multiple_of(SAMPLES_PER_SOCKET_COUNT) {
            self.sockets = count_sockets(Path::new("/proc/self/fd"));
        }
        self.samples = self.samples.wrapping_add(1);
        let elapsed = self.sampled.elapsed();
        let now = self.cpu_times();
        let threads = now.threads_ms.len().max(1) as u64;
        let cpu = (elapsed >= SHORTEST).then(|| self.cpu_since(now, elapsed));
        let Some(process) = self.system.process(self.process) else {
            return GeneratorLoad::default();
        };
        GeneratorLoad {
            cpu,
            memory: process.memory(),
            descriptors: process.open_files().map(|count| count as u64),
            sockets: self.sockets,
            threads,
        }
    }

    fn refresh(&mut self) {
        let what = ProcessRefreshKind::nothing().with_cpu().with_memory();
        let this = ProcessesToUpdate::Some(&[self.process]);
        self.system.refresh_processes_specifics(this, true, what);
    }

    fn cpu_times(&self) -> CpuTimes {
        let process = self.system.process(self.process);
        let whole_ms = process.map_or(0, Process::accumulated_cpu_time);
        CpuTimes {
            whole_ms,
            threads_ms: thread_times(Path::new("/proc/self/task")),
        }
    }

    fn cpu_since(&mut self, now: CpuTimes, elapsed: Duration) -> ThreadCpu {
        let cpu = now.since(&self.before, self.process, elapsed);
        self.before = now;
        self.sampled = clock::instant();
        cpu
    }
}

/// CPU time spent since the beginning, milliseconds.
#[derive(Debug, Default)]
struct CpuTimes {
    /// Of all threads, those that have ended included.
    whole_ms: u64,
    /// By thread, with its name.
    threads_ms: HashMap<u32, (String, u64)>,
}

impl CpuTimes {
    /// What threads that have ended spent, and what no thread is known to have, counts as other.
    fn since(&self, before: &Self, process: Pid, elapsed: Duration) -> ThreadCpu {
        let percent = |spent_ms: u64| 100.0 * spent_ms as f64 / (elapsed.as_secs_f64() * 1000.0);
        let mut cpu = ThreadCpu::default();
        for (thread, (name, spent)) in &self.threads_ms {
            let earlier = before.threads_ms.get(thread).map_or(0, |(_, ms)| *ms);
            let share = percent(spent.saturating_sub(earlier));
            if *thread == process.as_u32() {
                cpu.script += share;
            } else if name.starts_with("rlocust-io") {
                cpu.io += share;
                cpu.busiest_io = cpu.busiest_io.max(share);
            } else if name.starts_with("rlocust-service") {
                cpu.service += share;
            } else {
                cpu.other += share;
            }
        }
        let whole = percent(self.whole_ms.saturating_sub(before.whole_ms));
        cpu.other += (whole - cpu.total()).max(0.0);
        cpu
    }
}

/// The threads of this process. Not from sysinfo: it times the whole process for each of them.
fn thread_times(folder: &Path) -> HashMap<u32, (String, u64)> {
    let threads = std::fs::read_dir(folder).into_iter().flatten().flatten();
    threads
        .filter_map(|thread| {
            let number = thread.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(thread.path().join("stat")).ok()?;
            Some((number, name_and_time(&stat)?))
        })
        .collect()
}

/// From a line of `/proc/PID/task/TID/stat`: `TID (name) state …`, user time and system time as fields 14 and 15,
/// in hundredths of a second. See proc(5).
pub(super) fn name_and_time(stat: &str) -> Option<(String, u64)> {
    let (head, rest) = stat.rsplit_once(')')?;
    let (_, name) = head.split_once('(')?;
    let mut times = rest.split_ascii_whitespace().skip(11);
    let user: u64 = times.next()?.parse().ok()?;
    let system: u64 = times.next()?.parse().ok()?;
    Some((name.to_owned(), (user + system) * 10))
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
    use rlocust_testing::waiting::wait_until;

    #[test]
    fn times_are_read_behind_any_name() {
        let line = "77 (a b) c) R 1 77 1 0 -1 4194304 5 0 0 0 120 30 0 0 20 0 3 0 99 1 2";
        assert_eq!(name_and_time(line), Some(("a b) c".to_owned(), 1500)));
        assert_eq!(name_and_time("77 (x) R 1"), None);
    }

    #[test]
    fn the_kinds_of_threads_are_kept_apart() {
        let times = |whole_ms, threads: &[(u32, &str, u64)]| CpuTimes {
            whole_ms,
            threads_ms: threads
                .iter()
                .map(|(thread, name, ms)| (*thread, ((*name).to_owned(), *ms)))
                .collect(),
        };
        let before = times(1000, &[(1, "python", 500), (2, "rlocust-io-0", 500)]);
        let threads = [
            (1, "python", 1400),
            (2, "rlocust-io-0", 600),
            (5, "rlocust-io-1", 40),
            (3, "rlocust-service", 20),
            (4, "grpc", 30),
        ];
        let cpu = times(2100, &threads).since(&before, Pid::from_u32(1), Duration::from_secs(1));
        let shares =
            [cpu.script, cpu.io, cpu.service, cpu.other].map(|percent| percent.round() as u64);
        // A thread that has ended in between spent 10 ms.
        assert_eq!(shares, [90, 14, 2, 3 + 1]);
        assert_eq!(cpu.busiest_io.round() as u64, 10);
    }

    #[test]
    fn a_busy_thread_is_known_by_its_name() {
        let mut monitor = GeneratorMonitor::new().expect("this system keeps processes apart");
        let (stop, stopped) = std::sync::mpsc::channel::<()>();
        let is_wanted = move || stopped.try_recv() == Err(std::sync::mpsc::TryRecvError::Empty);
        let burner = std::thread::Builder::new()
            .name("rlocust-service".to_owned())
            .spawn(move || while is_wanted() {})
            .expect("a thread starts");
        // I/O threads of other tests in this process may be at work for a while.
        wait_until("the busy thread is the service's", || {
            let cpu = monitor.sample().cpu.unwrap_or_default();
            cpu.service > 5.0 && cpu.io == 0.0
        });
        drop(stop);
        burner.join().expect("the burner ends");
        let load = monitor.sample();
        assert!(load.memory > 1_000_000 && load.threads >= 1, "{load:?}");
        assert!(load.descriptors.is_none_or(|count| count > 2), "{load:?}");
    }

    #[test]
    fn sockets_are_counted_among_the_descriptors() {
        let folder = Path::new("/proc/self/fd");
        let Some(before) = count_sockets(folder) else {
            return; // a system without /proc shows none
        };
        let listeners: Vec<_> = (0..5)
            .map(|_| std::net::TcpListener::bind("127.0.0.1:0").expect("a port is free"))
            .collect();
        assert!(count_sockets(folder).expect("still there") >= before.min(1) + 4);
        drop(listeners);
    }
}
