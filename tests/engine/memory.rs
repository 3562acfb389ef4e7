//! Memory of the sums stays bounded: a week of samples, by a clock that is held and moved, through the real
//! recorder. The week runs in a process of its own, so that no other test's memory is in the figure.
//!
//! `RLOCUST_WEEK_SAMPLES` sets how many samples the week has; nightly it is a thousand million.
use std::fs;
use std::process::Command;
use std::time::Duration;

use rlocust_engine::clock;
use rlocust_engine::model::{Lag, Number, Phases, Sample};
use rlocust_engine::stats::{Recorder, ResponseTimesCache};

const WEEK: u64 = 7 * 86_400;
const SAMPLES: &str = "RLOCUST_WEEK_SAMPLES";
const DEFAULT_SAMPLES: u64 = 500_000;
/// So many names and errors come first, so that every cap is reached on the first day.
const CAPS_ARE_FULL: u64 = 11_000;
const NAMES: u64 = 8;
const MOST_NAMES: usize = 20;

#[test]
fn a_week_of_samples_does_not_grow_after_its_first_day() {
    if !cfg!(target_os = "linux") {
        return; // resident memory is read from /proc
    }
    let this = std::env::current_exe().expect("the test binary has a path");
    let child = Command::new(this)
        .args(["--exact", "memory::a_week_in_a_process_of_its_own"])
        .args(["--ignored", "--nocapture", "--test-threads=1"])
        .output()
        .expect("the test binary runs");
    let said = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{said}");
    let figures = said.lines().find_map(|line| line.split_once("resident: "));
    let (_, figures) = figures.expect("the child prints its memory");
    let mut pages = figures
        .split(' ')
        .map(|n| n.parse::<f64>().expect("a number"));
    let (warm, end) = (
        pages.next().expect("two figures"),
        pages.next().expect("two figures"),
    );
    assert!(
        end < warm * 1.05,
        "{warm} pages after a day, {end} after a week"
    );
}

#[test]
#[ignore = "run by the test above, alone in its process"]
fn a_week_in_a_process_of_its_own() {
    let samples = std::env::var(SAMPLES).map_or(DEFAULT_SAMPLES, |text| {
        text.parse().expect("a number of samples")
    });
    let clock = clock::pause_at(1_700_000_000.0);
    let recorder = Recorder::new(ResponseTimesCache::Kept);
    recorder.set_most_names(MOST_NAMES);
    let mut week = Week::new(samples);
    let mut kept = recorder.snapshot();
    let mut warm = 0;
    // Few samples come in bursts: each second with samples costs a copy of the window.
    let step = (60 * WEEK / samples).clamp(1, 60);
    for second in (0..WEEK).step_by(step as usize) {
        week.log_second(&recorder, samples * step / WEEK);
        clock.advance(step as f64);
        if second % 600 < step {
            kept = recorder.snapshot();
        }
        if warm == 0 && second >= 86_400 {
            warm = resident_pages();
        }
    }
    let logged = kept.total.num_requests as u64;
    assert!(logged > samples * 9 / 10, "{logged} of {samples} samples");
    assert_eq!(kept.entries.len(), MOST_NAMES + 1);
    println!("resident: {warm} {}", resident_pages());
}

/// Names, nearly all of them known, one in a thousand new; errors, each with a text of its own; phases and lag.
struct Week {
    state: u64,
    names: Vec<String>,
    strange: u64,
}

impl Week {
    fn new(seed: u64) -> Self {
        Self {
            state: seed | 1,
            names: (0..NAMES).map(|number| format!("/name/{number}")).collect(),
            strange: 0,
        }
    }

    fn random(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state >> 16
    }

    fn log_second(&mut self, recorder: &Recorder, samples: u64) {
        for _ in 0..samples {
            let kind = self.random() % 1_000;
            if kind == 0 || self.strange < CAPS_ARE_FULL {
                self.strange += 1;
                let name = format!("/strange/{}", self.strange);
                self.log(recorder, &name);
                recorder.log_error("GET", &name, &format!("reason {}", self.strange));
            } else {
                let at = self.random() % NAMES;
                let name = std::mem::take(&mut self.names[at as usize]);
                self.log(recorder, &name);
                self.names[at as usize] = name;
            }
        }
    }

    fn log(&mut self, recorder: &Recorder, name: &str) {
        let part = |of: u64| Some(Duration::from_micros(of));
        let took = 1_000 + self.random() % 400_000;
        let phases = Phases {
            connect: part(took / 10),
            first_byte: part(took / 2),
            body: part(took / 3),
            ..Phases::default()
        };
        let sample = Sample {
            method: "GET",
            name,
            response_time: Some(Number::Real(took as f64 / 1000.0)),
            content_length: Number::Whole(100),
            bucket: None,
            phases: Some(&phases),
        };
        recorder.log(&sample, clock::unix_seconds());
        recorder.log_lag(Lag::Resume, Duration::from_micros(took % 900));
    }
}

fn resident_pages() -> u64 {
    let sizes = fs::read_to_string("/proc/self/statm").unwrap_or_default();
    let resident = sizes.split(' ').nth(1).and_then(|pages| pages.parse().ok());
    resident.unwrap_or(0)
}
