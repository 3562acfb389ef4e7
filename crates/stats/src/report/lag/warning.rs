//! What a large lag means and who causes it: it is large beside the time between two requests of a user (of a busy
//! generator, beside the response time), and the cause is read from the use of the cores. Users are to be fewer only where the script thread is really busy.
use super::super::brief::milliseconds as shown;
use rlocust_core::model::{CoreUse, EntryRow, Lag, LagSummary};

/// Fewer events say nothing about one in a hundred.
const ENOUGH: u64 = 100;
/// Below five milliseconds no warning, however fast the server.
const HARMLESS_US: u64 = 5_000;
/// Percent of one core: from here on the script thread has no reserve for users that are due together.
const BUSY: f64 = 70.0;
/// Percent of one core: waiting for a core for less than this does not make one in a hundred late.
const CROWDED: f64 = 5.0;
/// The share of all cores in use from which on none is free when it is needed.
const FULL: f64 = 0.9;

/// What users did so far, and who used the cores meanwhile.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Pace {
    /// The time users have lived, all together; 0 where nobody counted it.
    pub user_seconds: f64,
    /// Nothing where the system does not show it.
    pub cores: Option<CoreUse>,
}

/// What the lag of a run means, where its p99 is more than a quarter of what it is held against.
pub fn warning(total: &EntryRow, lags: &[LagSummary; 3], pace: &Pace) -> Option<String> {
    let cycle_us = cycle_us(total, lags, pace);
    let limit = (held_against_us(cycle_us, total, pace) / 4).max(HARMLESS_US);
    let late = |lag: &LagSummary| lag.count >= ENOUGH && lag.p99_us > limit;
    let parts: Vec<String> = Lag::ALL
        .iter()
        .zip(lags)
        .filter(|(_, lag)| late(lag))
        .map(|(kind, lag)| meaning(*kind, lag))
        .collect();
    if parts.is_empty() {
        return None;
    }
    let cycle = if pace.user_seconds > 0.0 {
        "the cycle of a user takes"
    } else {
        "the median response took"
    };
    let [_, submits_late, resumes_late] = lags.each_ref().map(late);
    Some(format!(
        "Scheduling lag: for one in a hundred, {}, while {cycle} {} ms. Response times do not contain this, but the load \
         was not quite the one the script asks for\nhint: {}",
        parts.join("; "),
        milliseconds(cycle_us),
        cause(pace.cores.as_ref(), submits_late && !resumes_late)
    ))
}

/// From one request of a user, or the end of one wait, to the next; the median response time where that is not known.
fn cycle_us(total: &EntryRow, lags: &[LagSummary; 3], pace: &Pace) -> u64 {
    let requests = u64::try_from(total.num_requests).unwrap_or_default();
    let turns = requests.max(lags[Lag::Wake as usize].count);
    if pace.user_seconds <= 0.0 || turns == 0 {
        return total.exact.quantile_us(0.5);
    }
    (pace.user_seconds * 1e6 / turns as f64) as u64
}

/// The cycle; the response time, where that is shorter and the generator is busy: then it has no reserve for more.
fn held_against_us(cycle_us: u64, total: &EntryRow, pace: &Pace) -> u64 {
    let is_busy = |used: CoreUse| used.script.max(used.own - used.script) >= BUSY;
    if pace.cores.is_some_and(is_busy) {
        cycle_us.min(total.exact.quantile_us(0.5))
    } else {
        cycle_us
    }
}

fn meaning(kind: Lag, lag: &LagSummary) -> String {
    let late = milliseconds(lag.p99_us);
    match kind {
        Lag::Wake => format!("a wait ended {late} ms or more too late"),
        Lag::Submit => format!("a request went out {late} ms or more after its call"),
        Lag::Resume => format!("a user resumed {late} ms or more after its answer had come"),
    }
}

/// Whose doing it is, with the remedy.
fn cause(cores: Option<&CoreUse>, is_sending: bool) -> String {
    let Some(used) = cores else {
        return "see whether the script thread is busy (one core at most) or other programs take the cores".to_owned();
    };
    let CoreUse { script, own, .. } = *used;
    let threads = own - script;
    if is_sending && threads >= BUSY {
        return format!(
            "the I/O threads are busy ({threads:.0} % of one core): start more with --io-threads, or use fewer users"
        );
    }
    if script >= BUSY {
        return format!(
            "the script thread is busy ({script:.0} % of one core): use fewer users, less work in tasks, or a faster core"
        );
    }
    if is_crowded(used) {
        return crowd(used);
    }
    format!(
        "the script thread used {script:.0} % of one core and cores were free: look for what holds it for moments, such as \
         long computations, or calls that do not let other users run"
    )
}

fn is_crowded(used: &CoreUse) -> bool {
    let others = used.others + used.stolen;
    let is_full = used.own + others >= FULL * 100.0 * used.cores as f64;
    is_full || used.script_waited >= CROWDED.max(used.script / 4.0)
}

fn crowd(used: &CoreUse) -> String {
    let cores = used.cores;
    let of_cores = |percent: f64| format!("{:.1}", percent / 100.0);
    if used.own > used.others + used.stolen {
        let own = of_cores(used.own);
        return format!(
            "rlocust itself used {own} of {cores} cores: take a machine with more of them"
        );
    }
    let mut takers = Vec::new();
    if used.others >= CROWDED {
        takers.push(format!("other processes took {}", of_cores(used.others)));
    }
    if used.stolen >= CROWDED {
        takers.push(format!(
            "the hypervisor gave {} to other machines (steal time)",
            of_cores(used.stolen)
        ));
    }
    if takers.is_empty() {
        takers.push("something took the core of the script thread".to_owned());
    }
    let takers = takers.join(" and ");
    format!("of {cores} cores {takers}: run the generator where it has a core to itself")
}

fn milliseconds(microseconds: u64) -> String {
    shown(microseconds as f64 / 1000.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_core::histogram::Exact;
    use std::sync::Arc;

    const IDLE: CoreUse = CoreUse {
        cores: 2,
        script: 1.0,
        script_waited: 0.0,
        own: 2.0,
        others: 3.0,
        stolen: 0.0,
    };

    /// A hundred requests of that median, made by users that lived for so long.
    fn warning_of(p99s: [u64; 3], count: u64, pace: &Pace) -> Option<String> {
        let mut exact = Exact::default();
        exact.record_us(10_000);
        let total = EntryRow {
            exact: Arc::new(exact),
            num_requests: 100,
            ..EntryRow::default()
        };
        let lags = p99s.map(|p99_us| LagSummary {
            count,
            p50_us: 30,
            p99_us,
            max_us: p99_us,
        });
        warning(&total, &lags, pace)
    }

    fn living(user_seconds: f64, cores: CoreUse) -> Pace {
        Pace {
            user_seconds,
            cores: Some(cores),
        }
    }

    #[test]
    fn lag_that_is_small_beside_the_cycle_of_users_is_no_warning() {
        let slow = living(100.0, IDLE);
        assert_eq!(
            warning_of([240_000; 3], 100, &slow),
            None,
            "a request a second"
        );
        assert!(warning_of([260_000; 3], 100, &slow).is_some());
        let fast = living(1.0, IDLE);
        assert_eq!(warning_of([5_000; 3], 100, &fast), None, "harmless");
        assert_eq!(warning_of([90_000; 3], 99, &fast), None, "too few");
        let busy = living(100.0, CoreUse { own: 75.0, ..IDLE });
        assert!(warning_of([6_000; 3], 100, &busy).is_some(), "no reserve");
        // Where nobody counted users, the response time stands for the cycle.
        assert!(warning_of([6_000; 3], 100, &Pace::default()).is_some());
    }

    #[test]
    fn the_warning_says_what_was_late_and_what_it_means() {
        let busy = CoreUse {
            script: 97.2,
            own: 98.0,
            ..IDLE
        };
        let late = warning_of([70, 20, 52_400], 100, &living(2.0, busy)).unwrap_or_default();
        insta::assert_snapshot!(late, @r"
        Scheduling lag: for one in a hundred, a user resumed 52.4 ms or more after its answer had come, while the cycle of a user takes 20.0 ms. Response times do not contain this, but the load was not quite the one the script asks for
        hint: the script thread is busy (97 % of one core): use fewer users, less work in tasks, or a faster core
        ");
    }

    #[test]
    fn the_cause_is_the_one_that_the_cores_show() {
        let hint = |cores: CoreUse, p99s: [u64; 3]| {
            let text = warning_of(p99s, 100, &living(1.0, cores)).unwrap_or_default();
            text.split_once("hint: ")
                .map(|(_, hint)| hint.to_owned())
                .unwrap_or_default()
        };
        let crowded = CoreUse {
            others: 185.0,
            stolen: 9.0,
            ..IDLE
        };
        let waiting = CoreUse {
            script_waited: 30.0,
            ..IDLE
        };
        let full = CoreUse {
            own: 190.0,
            script: 40.0,
            ..IDLE
        };
        let sending = CoreUse { own: 101.0, ..IDLE };
        let all = [
            hint(IDLE, [90_000; 3]),
            hint(crowded, [90_000; 3]),
            hint(waiting, [90_000; 3]),
            hint(full, [90_000; 3]),
            hint(sending, [0, 90_000, 0]),
        ];
        insta::assert_snapshot!(all.join("\n"), @r"
        the script thread used 1 % of one core and cores were free: look for what holds it for moments, such as long computations, or calls that do not let other users run
        of 2 cores other processes took 1.9 and the hypervisor gave 0.1 to other machines (steal time): run the generator where it has a core to itself
        of 2 cores something took the core of the script thread: run the generator where it has a core to itself
        rlocust itself used 1.9 of 2 cores: take a machine with more of them
        the I/O threads are busy (100 % of one core): start more with --io-threads, or use fewer users
        ");
        let without_a_busy_script = all[..4].iter();
        assert!(
            without_a_busy_script
                .clone()
                .all(|hint| !hint.contains("fewer users"))
        );
    }

    #[test]
    fn cores_are_crowded_when_they_are_full_or_waited_for() {
        let used = |script: f64, script_waited: f64, own: f64, others: f64| CoreUse {
            cores: 2,
            script,
            script_waited,
            own,
            others,
            stolen: 5.0,
        };
        assert!(!is_crowded(&used(1.0, 0.0, 100.0, 74.0)));
        assert!(is_crowded(&used(1.0, 0.0, 100.0, 75.0)));
        assert!(!is_crowded(&used(8.0, 4.9, 8.0, 0.0)));
        assert!(is_crowded(&used(8.0, 5.0, 8.0, 0.0)));
        assert!(!is_crowded(&used(60.0, 14.9, 60.0, 0.0)));
        assert!(is_crowded(&used(60.0, 15.0, 60.0, 0.0)));
    }

    #[test]
    fn takers_are_named_from_a_twentieth_of_a_core_on() {
        let named = |others: f64, stolen: f64| {
            let used = CoreUse {
                others,
                stolen,
                ..IDLE
            };
            let text = crowd(&used);
            [
                text.contains("other processes"),
                text.contains("hypervisor"),
                text.contains("something"),
            ]
        };
        assert_eq!(named(5.0, 4.9), [true, false, false]);
        assert_eq!(named(4.9, 5.0), [false, true, false]);
        assert_eq!(named(4.9, 4.9), [false, false, true]);
        assert!(
            crowd(&CoreUse {
                own: 10.1,
                others: 6.0,
                stolen: 4.0,
                ..IDLE
            })
            .starts_with("rlocust itself")
        );
        assert!(
            crowd(&CoreUse {
                own: 10.0,
                others: 6.0,
                stolen: 4.0,
                ..IDLE
            })
            .starts_with("of 2 cores")
        );
    }

    #[test]
    fn threads_beside_the_script_make_the_generator_busy() {
        let mut exact = Exact::default();
        exact.record_us(10_000);
        let total = EntryRow {
            exact: Arc::new(exact),
            ..EntryRow::default()
        };
        let held = |script: f64, own: f64| {
            let cores = CoreUse {
                script,
                own,
                ..IDLE
            };
            held_against_us(1_000_000, &total, &living(1.0, cores))
        };
        assert_eq!(held(20.0, 85.0), 1_000_000, "65 % beside it");
        assert!(held(20.0, 90.0) < 20_000);
        assert!(held(70.0, 70.0) < 20_000);
    }
}
