//! The promise of the comparison, counted: of a thousand pairs of equal runs at most sixty are called different, of a
//! thousand pairs with the second ten per cent slower at least 950 are found. Runs are 60 intervals of 200 lognormal
//! samples (sigma 0.5) that hang together as AR(1) with 0.3, for several entries at once, all corrected together.
use std::sync::Arc;

use super::comparison::{Finding, compare};
use super::interval::Interval;
use super::parts;
use super::run::{Run, RunEntry};
use super::welch::{LEVEL, corrected, probability};
use rlocust_core::histogram::Exact;

const ENTRIES: usize = 3;
const INTERVALS: usize = 60;
const SAMPLES: usize = 200;
const SIGMA: f32 = 0.5;
const AUTOCORRELATION: f32 = 0.3;
const QUANTILES: [f64; 3] = [0.5, 0.95, 0.99];

/// What hangs together with what.
#[derive(Clone, Copy)]
enum Chain {
    /// Each sample with the one before it.
    Samples,
    /// The mean of each interval with that of the interval before it.
    Intervals,
}

#[test]
fn equal_runs_are_rarely_called_different_and_ten_per_cent_is_found() {
    let counted = simulate(Chain::Samples, 1000, 2026);
    assert!(
        counted.false_alarms <= 60,
        "{} false alarms",
        counted.false_alarms
    );
    assert!(counted.found >= 950, "{} found", counted.found);
}

#[test]
fn intervals_that_hang_together_are_rarely_called_different() {
    let counted = simulate(Chain::Intervals, 250, 2027);
    assert!(
        counted.false_alarms <= 15,
        "{} false alarms",
        counted.false_alarms
    );
    assert!(counted.found >= 238, "{} found", counted.found);
}

/// The same through histograms and the whole comparison, for a few pairs: the shortcut above is right.
#[test]
fn whole_runs_are_judged_as_their_parts_are() {
    let mut source = Source::new(2028);
    for _ in 0..10 {
        let [first, second] = [1.0, 1.0].map(|factor| whole_run(&mut source, factor));
        let slower = whole_run(&mut source, 1.1);
        let worse = |second: &Run| {
            let comparison = compare(&first, second);
            let changes = comparison.changes();
            changes
                .filter(|(_, change)| change.finding == Finding::Worse)
                .count()
        };
        assert_eq!(worse(&second), 0);
        assert_ne!(worse(&slower), 0);
    }
}

fn whole_run(source: &mut Source, factor: f64) -> Run {
    let fresh = (1.0 - AUTOCORRELATION * AUTOCORRELATION).sqrt();
    let mut last = source.normal();
    let mut entry = RunEntry::default();
    for _ in 0..INTERVALS {
        let mut times = Exact::default();
        for _ in 0..SAMPLES {
            last = AUTOCORRELATION * last + fresh * source.normal();
            times.record_ms(50.0 * factor * f64::from(SIGMA * last).exp());
        }
        let interval = Interval {
            requests: SAMPLES as u64,
            times: Arc::new(times),
            ..Interval::default()
        };
        entry.total.add(&interval);
        entry.intervals.push(interval);
    }
    Run {
        lacks: None,
        is_rounded: false,
        label: String::new(),
        interval: 1.0,
        length: INTERVALS as f64,
        entries: vec![entry],
    }
}

struct Counted {
    false_alarms: usize,
    found: usize,
}

/// Figures of the parts, by percentile.
type Parts = [Vec<f64>; QUANTILES.len()];

fn simulate(chain: Chain, pairs: usize, seed: u64) -> Counted {
    let mut source = Source::new(seed);
    let mut counted = Counted {
        false_alarms: 0,
        found: 0,
    };
    for _ in 0..pairs {
        let entries: Vec<(Parts, Parts)> = (0..ENTRIES)
            .map(|_| (run(&mut source, chain), run(&mut source, chain)))
            .collect();
        counted.false_alarms += usize::from(is_alarm(&entries, 0.0));
        // Ten per cent slower is a shift of the logarithm: the same samples serve.
        counted.found += usize::from(is_alarm(&entries, 1.1_f64.ln()));
    }
    counted
}

fn is_alarm(entries: &[(Parts, Parts)], shift: f64) -> bool {
    let mut probabilities = Vec::new();
    for (first, second) in entries {
        for (first, second) in first.iter().zip(second) {
            let shifted: Vec<f64> = second.iter().map(|value| value + shift).collect();
            probabilities.push(probability(first, &shifted));
        }
    }
    corrected(&probabilities)
        .iter()
        .any(|probability| probability.is_some_and(|p| p < LEVEL))
}

/// One entry of one run, as `parts::values` would give it, without the detour through a histogram of microseconds.
fn run(source: &mut Source, chain: Chain) -> Parts {
    let count = parts::count(INTERVALS);
    let per_part = INTERVALS / count;
    let mut logarithms = Logarithms::default();
    let mut figures = Parts::default();
    let fresh = (1.0 - AUTOCORRELATION * AUTOCORRELATION).sqrt();
    let (mut level, mut last) = (0.0_f32, source.normal());
    // The mean of an interval has this share of a sample's spread.
    let of_mean = 1.0 / (SAMPLES as f32).sqrt();
    for part in 0..count {
        logarithms.clear();
        for _ in 0..per_part {
            level = AUTOCORRELATION * level + fresh * source.normal() * of_mean;
            for _ in 0..SAMPLES {
                let sample = source.normal();
                let value = match chain {
                    Chain::Samples => {
                        last = AUTOCORRELATION * last + fresh * sample;
                        last
                    }
                    Chain::Intervals => level + sample,
                };
                logarithms.add(SIGMA * value);
            }
        }
        if part >= parts::WARM_UP {
            for (values, quantile) in figures.iter_mut().zip(QUANTILES) {
                values.push(logarithms.quantile(quantile));
            }
        }
    }
    figures
}

/// Counts of logarithms, 0.1 % wide: three digits, as our ledger.
struct Logarithms {
    counts: Vec<u32>,
    total: u32,
}

const WIDTH: f32 = 0.001;
const LEAST: f32 = -4.0;

impl Default for Logarithms {
    fn default() -> Self {
        Self {
            counts: vec![0; 8000],
            total: 0,
        }
    }
}

impl Logarithms {
    fn clear(&mut self) {
        self.counts.fill(0);
        self.total = 0;
    }

    fn add(&mut self, value: f32) {
        let at = ((value - LEAST) / WIDTH) as usize;
        self.counts[at] += 1;
        self.total += 1;
    }

    fn quantile(&self, quantile: f64) -> f64 {
        let rank = (f64::from(self.total) * quantile).ceil() as u32;
        let mut seen = 0;
        let at = self.counts.iter().position(|count| {
            seen += count;
            seen >= rank
        });
        f64::from(LEAST + at.unwrap_or_default() as f32 * WIDTH)
    }
}

/// Normal deviates from a seed: splitmix64 picks from the quantiles of the normal distribution, which is quick
/// enough for seventy million of them in a debug build.
struct Source {
    state: u64,
    table: Vec<f32>,
    left: u64,
    bits: u32,
}

impl Source {
    const STEPS: usize = 1 << 16;

    fn new(seed: u64) -> Self {
        Self {
            state: seed,
            table: normal_quantiles(Self::STEPS),
            left: 0,
            bits: 0,
        }
    }

    fn normal(&mut self) -> f32 {
        if self.bits == 0 {
            self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
            let mut mixed = self.state;
            mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
            mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
            self.left = mixed ^ (mixed >> 31);
            self.bits = 64;
        }
        let value = self.table[(self.left & 0xFFFF) as usize];
        self.left >>= 16;
        self.bits -= 16;
        value
    }
}

/// The middle of each of so many equally likely steps, by adding up the density from left to right.
fn normal_quantiles(steps: usize) -> Vec<f32> {
    const GRID: f64 = 1.0 / 20_000.0;
    let density = |x: f64| (-0.5 * x * x).exp() / std::f64::consts::TAU.sqrt();
    let mut quantiles = Vec::with_capacity(steps);
    let (mut x, mut below) = (-6.0, 0.0);
    while quantiles.len() < steps {
        let wanted = (quantiles.len() as f64 + 0.5) / steps as f64;
        while below < wanted && x < 6.0 {
            below += density(x + GRID / 2.0) * GRID;
            x += GRID;
        }
        quantiles.push(x as f32);
    }
    quantiles
}
