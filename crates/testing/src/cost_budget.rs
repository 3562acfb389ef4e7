//! What a reader of strangers' bytes may cost: CPU time per byte that does not grow with the input. Thread CPU time, and
//! the least of several rounds: other programs on the machine only add to it, so that a good reader fits in the end and a
//! bad one never does.
use std::hint::black_box;

use rlocust_core::clock;

/// Inputs of so many bytes; each may cost per byte `MOST` times what the ones before cost. The nightly release build
/// takes 10 MB.
const SIZES: [usize; 3] = if cfg!(debug_assertions) {
    [1 << 10, 32 << 10, 512 << 10]
} else {
    [1 << 10, 100 << 10, 10 << 20]
};
const MOST: f64 = 2.0;
/// Nanoseconds per byte that nobody notices: copying and fresh memory cost as much.
const UNNOTICED: f64 = 1.0;
const ROUNDS: usize = 15;
/// Small inputs are read again and again, up to so many bytes a time, and three times a round.
const BYTES: usize = 64 << 10;

/// Fails if reading `make(size)` costs more per byte the larger it is.
pub fn assert_linear(name: &str, make: impl Fn(usize) -> Vec<u8>, read: impl Fn(&[u8])) {
    let inputs = SIZES.map(make);
    let mut least = [f64::INFINITY; SIZES.len()];
    for _ in 0..ROUNDS {
        for (at, input) in inputs.iter().enumerate() {
            let times = if at == 0 { 3 } else { 1 };
            for _ in 0..times {
                least[at] = least[at].min(cost(input, &read));
            }
            if !fits(&least[..=at]) {
                break; // the next would take the square of the time
            }
        }
        if fits(&least) {
            return;
        }
    }
    panic!("{name}: {least:.1?} ns a byte for {SIZES:?} bytes");
}

fn fits(least: &[f64]) -> bool {
    let most = MOST * least[0].max(UNNOTICED);
    least.iter().all(|cost| *cost <= most)
}

/// Nanoseconds per byte.
fn cost(input: &[u8], read: &impl Fn(&[u8])) -> f64 {
    let times = (BYTES / input.len()).max(1);
    let begun = clock::cpu_of_thread();
    for _ in 0..times {
        read(black_box(input));
    }
    let passed = clock::cpu_of_thread().saturating_sub(begun);
    passed.as_nanos() as f64 / (times * input.len()) as f64
}

/// So many bytes of the same again and again.
pub fn repeated(part: &[u8], size: usize) -> Vec<u8> {
    part.iter()
        .copied()
        .cycle()
        .take(size.max(part.len()))
        .collect()
}

/// So many bytes of the same behind something else.
pub fn behind(start: &[u8], part: &[u8], size: usize) -> Vec<u8> {
    [start, &repeated(part, size)].concat()
}

/// So many bytes of parts that differ by their number.
pub fn numbered(part: impl Fn(usize) -> String, size: usize) -> Vec<u8> {
    let mut all = Vec::new();
    for number in 0.. {
        if all.len() >= size {
            break;
        }
        all.extend_from_slice(part(number).as_bytes());
    }
    all
}

#[test]
fn a_reader_that_looks_at_everything_again_is_found() {
    let again = |input: &[u8]| {
        for end in (0..input.len()).step_by(64) {
            black_box(input[..end].iter().fold(0_u8, |sum, byte| sum ^ byte));
        }
    };
    let found = std::panic::catch_unwind(|| {
        assert_linear("again", |size| vec![1; size], again);
    });
    assert!(found.is_err());
}
