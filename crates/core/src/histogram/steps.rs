//! Which counter a value belongs to, and which values a counter stands for. `bits` is the logarithm of the steps
//! in the first range: below it each value has its own counter, above it each doubling has half as many.

/// Values above are counted as this one, an hour; the maximum is kept as it is.
pub const LONGEST_US: u64 = 3_600_000_000;

/// The counter of a value.
pub fn index_of(value: u64, bits: u32) -> usize {
    let mask = (1_u64 << bits) - 1;
    let shift = 64 - bits - (value | mask).leading_zeros();
    let half = 1_u64 << (bits - 1);
    (u64::from(shift) * half + (value >> shift)) as usize
}

/// The largest value that is counted at `index`.
pub fn highest_of(index: usize, bits: u32) -> u64 {
    let (index, half) = (index as u64, 1_u64 << (bits - 1));
    let shift = (index / half).saturating_sub(1);
    let step = index - shift * half;
    ((step + 1) << shift) - 1
}
