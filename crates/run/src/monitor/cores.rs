//! Who used the cores of this machine since the last look: the thread of the locustfile, this process, other
//! processes, the hypervisor. Read from Linux' `/proc` (proc(5)); elsewhere there is nothing to say.
//! Unlike the generator's monitor it is asked only where lag has to be explained, and costs nothing in between.
use std::path::Path;
use std::time::{Duration, Instant};

use parking_lot::Mutex;

use super::generator::name_and_time;
use rlocust_core::clock;
use rlocust_core::model::CoreUse;

/// CPU time is counted in steps of 10 ms: shares of a shorter while say nothing. A shorter one is joined to the one before.
const SHORTEST: Duration = Duration::from_millis(900);

/// Remembers where the last two looks stood.
#[derive(Debug)]
pub struct CoreMonitor {
    looks: Mutex<[Times; 2]>,
}

/// Time spent since the system started.
#[derive(Debug, Clone, Copy)]
struct Times {
    at: Instant,
    system: System,
    own_ms: u64,
    script_us: u64,
    script_waited_us: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct System {
    cores: u64,
    busy_ms: u64,
    stolen_ms: u64,
}

impl CoreMonitor {
    /// Nothing where the system does not show it.
    pub fn new() -> Option<Self> {
        let now = Times::read()?;
        Some(Self {
            looks: Mutex::new([now; 2]),
        })
    }

    /// What happened since the look before; of a longer while, if that was a moment ago.
    pub fn look(&self) -> Option<CoreUse> {
        let now = Times::read()?;
        let mut looks = self.looks.lock();
        let [earlier, last] = *looks;
        if now.at - last.at < SHORTEST {
            return now.since(&earlier);
        }
        *looks = [last, now];
        now.since(&last)
    }
}

impl Times {
    fn read() -> Option<Self> {
        let text = |path: &str| std::fs::read_to_string(Path::new(path)).ok();
        let (_, own_ms) = name_and_time(&text("/proc/self/stat")?)?;
        let script = format!("/proc/self/task/{}", std::process::id());
        let (_, coarse_ms) = name_and_time(&text(&format!("{script}/stat"))?)?;
        // Not in every kernel; it is finer and knows what the thread waited for a core.
        let fine = text(&format!("{script}/schedstat"))
            .as_deref()
            .and_then(run_and_wait);
        let (script_us, script_waited_us) = fine.unwrap_or((coarse_ms * 1000, 0));
        Some(Self {
            at: clock::instant(),
            system: System::parse(&text("/proc/stat")?)?,
            own_ms,
            script_us,
            script_waited_us,
        })
    }

    /// Nothing of no time at all.
    fn since(&self, before: &Self) -> Option<CoreUse> {
        let elapsed_ms = (self.at - before.at).as_secs_f64() * 1000.0;
        let percent = |now: u64, then: u64| 100.0 * now.saturating_sub(then) as f64 / elapsed_ms;
        let own = percent(self.own_ms, before.own_ms);
        let busy = percent(self.system.busy_ms, before.system.busy_ms);
        (elapsed_ms > 10.0).then(|| CoreUse {
            cores: self.system.cores,
            script: percent(self.script_us, before.script_us) / 1000.0,
            script_waited: percent(self.script_waited_us, before.script_waited_us) / 1000.0,
            own,
            others: (busy - own).max(0.0),
            stolen: percent(self.system.stolen_ms, before.system.stolen_ms),
        })
    }
}

impl System {
    /// From `/proc/stat`: `cpu  user nice system idle iowait irq softirq steal …` in hundredths of a second, then a
    /// line for each core.
    fn parse(stat: &str) -> Option<Self> {
        let cores = stat.lines().skip(1);
        let cores = cores.take_while(|line| line.starts_with("cpu")).count() as u64;
        let sums = stat.lines().next()?.strip_prefix("cpu ")?;
        let sums: Vec<u64> = sums
            .split_ascii_whitespace()
            .map_while(|sum| sum.parse().ok())
            .collect();
        let [user, nice, system, _idle, _waiting, irq, softirq, steal, ..] = sums[..] else {
            return None;
        };
        Some(Self {
            cores: cores.max(1),
            busy_ms: (user + nice + system + irq + softirq) * 10,
            stolen_ms: steal * 10,
        })
    }
}

/// From `/proc/PID/task/TID/schedstat`: nanoseconds on a core, nanoseconds waiting for one.
fn run_and_wait(text: &str) -> Option<(u64, u64)> {
    let mut times = text.split_ascii_whitespace();
    let run: u64 = times.next()?.parse().ok()?;
    let wait: u64 = times.next()?.parse().ok()?;
    Some((run / 1000, wait / 1000))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;
    use rlocust_testing::waiting::wait_until;

    #[test]
    fn the_page_of_the_system_is_read() {
        let page = "cpu  100 10 50 9000 7 3 2 40 5 0\ncpu0 1 2\ncpu1 1 2\nintr 5\n";
        let read = System {
            cores: 2,
            busy_ms: 1650,
            stolen_ms: 400,
        };
        assert_eq!(System::parse(page), Some(read));
        assert_eq!(System::parse("cpu  1 2 3\n"), None);
        assert_eq!(run_and_wait("5000000 2000 12\n"), Some((5000, 2)));
    }

    #[test]
    fn shares_are_those_between_two_looks() {
        let at = clock::instant();
        let times = |after, busy_ms, stolen_ms, own_ms, script_us, script_waited_us| Times {
            at: at + Duration::from_millis(after),
            system: System {
                cores: 2,
                busy_ms,
                stolen_ms,
            },
            own_ms,
            script_us,
            script_waited_us,
        };
        let before = times(0, 1000, 50, 500, 400_000, 0);
        let now = times(2000, 4000, 250, 900, 600_000, 500_000);
        let used = CoreUse {
            cores: 2,
            script: 10.0,
            script_waited: 25.0,
            own: 20.0,
            others: 130.0,
            stolen: 10.0,
        };
        assert_eq!(now.since(&before), Some(used));
        assert_eq!(before.since(&before), None);
    }

    /// Ends a thread also where the wait for what it does has failed.
    struct EndOnDrop<'a>(&'a AtomicBool);

    impl Drop for EndOnDrop<'_> {
        fn drop(&mut self) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    #[test]
    fn this_system_shows_its_cores() {
        if !Path::new("/proc/stat").exists() {
            return; // a system without /proc
        }
        let monitor = CoreMonitor::new().expect("/proc is there");
        let is_done = AtomicBool::new(false);
        std::thread::scope(|scope| {
            scope.spawn(|| {
                while !is_done.load(Ordering::Relaxed) {
                    std::hint::spin_loop();
                }
            });
            let _end = EndOnDrop(&is_done);
            wait_until("a busy thread is seen", || {
                let used = monitor.look();
                used.is_some_and(|used| used.cores >= 1 && used.own > 1.0)
            });
        });
    }
}
