//! What the sums cost: CPU time a sample, a snapshot of many rows, how long the recording thread waits for one,
//! and memory per entry. `cargo bench --bench recorder`; figures are of this machine, in this hour.
//!
//! CPU time, not wall time: other programs on the machine then matter less. They still take cache and clock rate, so each
//! figure is given twice: the median of its rounds, and the best, which is what to compare two builds by.
//! Words pick what is measured: `cargo bench --bench recorder -- sample`, `lag`, `snapshot` or `memory`; a number after
//! `sample` is how many names.
#![expect(clippy::print_stdout, reason = "a benchmark prints its figures")]
use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use rlocust_engine::clock;
use rlocust_engine::model::{Lag, Number, Phases, Sample};
use rlocust_engine::stats::{Recorder, ResponseTimesCache};

const ROUNDS: usize = 15;

fn main() {
    let words = std::env::args().skip(1);
    let picked: Vec<_> = words.filter(|word| !word.starts_with("--")).collect();
    let is_picked = |part: &str| picked.first().is_none_or(|word| word == part);
    let is_told = |number: usize| picked.get(1).is_none_or(|word| *word == number.to_string());
    if is_picked("sample") {
        for names in [1, 50, 5_000].into_iter().filter(|number| is_told(*number)) {
            sample_cost(names, Noted::Time);
            sample_cost(names, Noted::TimeAndPhases);
        }
    }
    if is_picked("lag") {
        lag_cost();
    }
    if is_picked("snapshot") {
        snapshot_cost();
    }
    if is_picked("memory") {
        memory_per_entry();
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Noted {
    Time,
    TimeAndPhases,
}

/// Of a recorder that has seen its names before: their histograms have the pages they need.
fn sample_cost(names: usize, noted: Noted) {
    const SAMPLES: usize = 200_000;
    let load = Load::new(names);
    let recorder = Recorder::new(ResponseTimesCache::Kept);
    load.drive(&recorder, 0..5 * SAMPLES, noted);
    let cost = rounds(|| {
        let begun = clock::cpu_of_thread();
        load.drive(&recorder, 0..SAMPLES, noted);
        clock::cpu_of_thread().saturating_sub(begun) / SAMPLES as u32
    });
    println!("a sample, {names} names, {noted:?}: {cost}");
}

fn lag_cost() {
    const SAMPLES: u32 = 1_000_000;
    let recorder = Recorder::new(ResponseTimesCache::Kept);
    let cost = rounds(|| {
        let begun = clock::cpu_of_thread();
        for sample in 0..SAMPLES {
            recorder.log_lag(Lag::Submit, Duration::from_micros(u64::from(sample % 700)));
        }
        clock::cpu_of_thread().saturating_sub(begun) / SAMPLES
    });
    println!("a lag: {cost}");
}

/// 5 000 entries, 500 of them changed since the last snapshot. A recording thread may have to wait for the list
/// of rows (a part of a snapshot without changes) or for one row, never for the whole.
fn snapshot_cost() {
    const CHANGED: usize = 500;
    let load = Load::new(5_000);
    let recorder = Recorder::new(ResponseTimesCache::Kept);
    load.drive(&recorder, 0..1_000_000, Noted::TimeAndPhases);
    let mut kept = recorder.snapshot();
    let changed = Load {
        names: load.names[..CHANGED].to_vec(),
        ..load
    };
    let mut take = |samples: usize| {
        let mut costs: Vec<Duration> = (0..21)
            .map(|_| {
                changed.drive(&recorder, 0..samples, Noted::TimeAndPhases);
                let begun = clock::cpu_of_thread();
                kept = black_box(recorder.snapshot());
                clock::cpu_of_thread().saturating_sub(begun)
            })
            .collect();
        costs.sort_unstable();
        (costs[10], costs[20], costs[0])
    };
    let (without, _, _) = take(0);
    let (with, worst, best) = take(10 * CHANGED);
    println!("a snapshot of 5000 entries, none changed: median {without:?}");
    println!(
        "a snapshot of 5000 entries, 500 changed: median {with:?}, worst {worst:?}, best {best:?}"
    );
    let one_row = with.saturating_sub(without) / CHANGED as u32;
    println!("a changed row, which its recording thread may wait for: {one_row:?}");
}

/// Busy entries over half a minute: both ledgers, the window, the seconds, five phases, and the row that the
/// last snapshot holds.
fn memory_per_entry() {
    const ENTRIES: usize = 200;
    let load = Load::new(ENTRIES);
    let clock = clock::pause_at(1_700_000_000.0);
    let recorder = Recorder::new(ResponseTimesCache::Kept);
    let before = ALLOCATED.load(Ordering::Relaxed);
    let mut kept = recorder.snapshot();
    for second in 0..30 {
        let first = second * ENTRIES * 300;
        load.drive(
            &recorder,
            first..first + ENTRIES * 300,
            Noted::TimeAndPhases,
        );
        kept = recorder.snapshot();
        clock.advance(1.0);
    }
    let used = ALLOCATED.load(Ordering::Relaxed) - before;
    let buckets: usize = kept.entries.iter().map(|row| row.buckets.len()).sum();
    println!(
        "memory of an active entry, 300 samples a second, {} rounded times: {} KiB",
        buckets / ENTRIES,
        used / ENTRIES / 1024
    );
}

/// Names, and so few different times that they stay near the processor, as a sample just taken does. They are around 40 ms whose logarithm varies by a half: 10 to 160 ms.
struct Load {
    names: Vec<String>,
    times: Vec<f64>,
}

impl Load {
    fn new(names: usize) -> Self {
        let mut state = 88_172_645_463_325_252_u64;
        let mut uniform = move || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1_u64 << 53) as f64
        };
        let mut lognormal = || {
            let normal: f64 = (0..12).map(|_| uniform()).sum::<f64>() - 6.0;
            40.0 * (0.5 * normal).exp()
        };
        Self {
            names: (0..names)
                .map(|number| format!("/shop/item/{number}"))
                .collect(),
            times: (0..8_192).map(|_| lognormal()).collect(),
        }
    }

    fn drive(&self, recorder: &Recorder, samples: std::ops::Range<usize>, noted: Noted) {
        samples.for_each(|at| self.log(recorder, at, noted));
    }

    fn log(&self, recorder: &Recorder, at: usize, noted: Noted) {
        let time = self.times[at.wrapping_mul(7919) % self.times.len()];
        let phases = phases_of(time, at);
        let sample = Sample {
            method: "GET",
            name: &self.names[at % self.names.len()],
            response_time: Some(Number::Real(time)),
            content_length: Number::Whole(512),
            bucket: None,
            phases: (noted == Noted::TimeAndPhases).then_some(&phases),
        };
        recorder.log(&sample, clock::unix_seconds());
    }
}

/// One connection in a hundred is new.
fn phases_of(time: f64, at: usize) -> Phases {
    let part = |of: f64| Some(Duration::from_micros((time * 1000.0 * of) as u64));
    let opens = at.is_multiple_of(100);
    Phases {
        dns: part(0.1).filter(|_| opens),
        connect: part(0.2).filter(|_| opens),
        tls: part(0.4).filter(|_| opens),
        first_byte: part(0.9),
        body: part(0.1),
        reused: !opens,
    }
}

/// Measures again and again; the first time does not count.
fn rounds(mut measure: impl FnMut() -> Duration) -> String {
    measure();
    let mut costs: Vec<Duration> = (0..ROUNDS).map(|_| measure()).collect();
    costs.sort_unstable();
    format!("median {:?}, best {:?}", costs[ROUNDS / 2], costs[0])
}

static ALLOCATED: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: hands every request on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATED.fetch_add(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        ALLOCATED.fetch_sub(layout.size(), Ordering::Relaxed);
        // SAFETY: as above.
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;
