//! Cuts an entry's run into equal parts and takes one figure of each. Parts are some seconds long, because what is slow
//! in one second is often slow in the next; there are few enough to be nearly independent and enough to show a spread.
use super::figure::Figure;
use super::run::{Interval, RunEntry};

/// Fewer say nothing about chance.
pub const FEWEST: usize = 5;
/// More are not needed; longer parts are better then.
const MOST: usize = 20;

/// The figure of each part, as the test compares it: times as logarithms, because they multiply.
pub fn values(entry: &RunEntry, figure: Figure, interval: f64) -> Vec<f64> {
    let parts = count(entry.intervals.len());
    let enough = figure.samples_needed();
    let samples = match figure.quantile() {
        Some(_) => entry.total.times.count(),
        None => entry.total.requests,
    };
    let affordable = samples.checked_div(enough).unwrap_or(u64::MAX);
    let parts = parts.min(usize::try_from(affordable).unwrap_or(MOST));
    if parts < FEWEST {
        return Vec::new();
    }
    let values = cut(&entry.intervals, parts).filter_map(|(part, length)| {
        let samples = match figure.quantile() {
            Some(_) => part.times.count(),
            None => part.requests,
        };
        let value = figure.of(&part, length as f64 * interval)?;
        (samples >= enough / 2).then(|| as_compared(figure, value))
    });
    values.collect()
}

fn as_compared(figure: Figure, value: f64) -> f64 {
    match figure.quantile() {
        // A microsecond is the shortest we tell.
        Some(_) => value.max(0.001).ln(),
        None => value,
    }
}

/// Parts of a tenth of the run, two to six intervals long; of long runs twenty.
pub fn count(intervals: usize) -> usize {
    let length = intervals.div_ceil(10).clamp(2, 6).max(intervals / MOST);
    intervals / length
}

fn cut(intervals: &[Interval], parts: usize) -> impl Iterator<Item = (Interval, usize)> + '_ {
    (0..parts).map(move |part| {
        let from = part * intervals.len() / parts;
        let to = (part + 1) * intervals.len() / parts;
        let mut sum = Interval::default();
        for one in &intervals[from..to] {
            sum.add(one);
        }
        (sum, to - from)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_grow_with_the_run() {
        for (intervals, parts) in [
            (0, 0),
            (9, 4),
            (10, 5),
            (30, 10),
            (60, 10),
            (120, 20),
            (3600, 20),
            (86_400, 20),
        ] {
            assert_eq!(count(intervals), parts, "{intervals}");
        }
    }

    #[test]
    fn every_interval_is_in_one_part() {
        let intervals: Vec<Interval> = (0..47)
            .map(|_| Interval {
                requests: 1,
                ..Interval::default()
            })
            .collect();
        let parts: Vec<_> = cut(&intervals, 10).collect();
        assert_eq!(parts.iter().map(|(part, _)| part.requests).sum::<u64>(), 47);
        assert!(
            parts
                .iter()
                .all(|(part, length)| part.requests == *length as u64 && (4..=5).contains(length))
        );
    }
}
