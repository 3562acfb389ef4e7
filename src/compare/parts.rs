//! Cuts an entry's run into equal parts and takes one figure of each. Parts are some seconds long, because what is slow
//! in one second is often slow in the next; there are few enough to be nearly independent and enough to show a spread.
use super::figure::Figure;
use super::run::{Interval, RunEntry};

/// Parts left out of the test at the beginning: users and connections are still coming then.
pub const WARM_UP: usize = 1;
/// Fewer after that say nothing about chance.
pub const FEWEST: usize = 4;
/// More are not needed; longer parts are better then.
const MOST: usize = 20;

/// The figure of each part, as the test compares it: times as logarithms, because they multiply.
pub fn values(entry: &RunEntry, figure: Figure, interval: f64) -> Vec<f64> {
    let enough = figure.samples_needed();
    let samples = |what: &Interval| match figure.quantile() {
        Some(_) => what.timed(),
        None => what.requests,
    };
    let affordable = samples(&entry.total)
        .checked_div(enough)
        .unwrap_or(u64::MAX);
    let parts = count(entry.intervals.len()).min(usize::try_from(affordable).unwrap_or(MOST));
    if parts < FEWEST + WARM_UP {
        return Vec::new();
    }
    let values = cut(&entry.intervals, parts)
        .skip(WARM_UP)
        .filter_map(|part| {
            let sum = part.iter().fold(Interval::default(), |mut sum, one| {
                sum.add(one);
                sum
            });
            let value = match figure.quantile() {
                Some(_) if sum.times.is_empty() => mean_of_percentiles(part, figure)?,
                _ => as_compared(figure, figure.of(&sum, part.len() as f64 * interval)?),
            };
            (samples(&sum) >= enough / 2).then_some(value)
        });
    values.collect()
}

/// Where a file keeps percentiles of each interval instead of its times, their geometric mean stands for the part's.
fn mean_of_percentiles(part: &[Interval], figure: Figure) -> Option<f64> {
    let reported: Vec<f64> = part
        .iter()
        .filter_map(|one| Some(as_compared(figure, figure.reported(one)?)))
        .collect();
    (!reported.is_empty()).then(|| reported.iter().sum::<f64>() / reported.len() as f64)
}

fn as_compared(figure: Figure, value: f64) -> f64 {
    match figure.quantile() {
        // A microsecond is the shortest time we record.
        Some(_) => value.max(0.001).ln(),
        None => value,
    }
}

/// Parts of a tenth of the run, two to six intervals long; of long runs twenty.
pub fn count(intervals: usize) -> usize {
    let length = intervals.div_ceil(10).clamp(2, 6).max(intervals / MOST);
    intervals / length
}

fn cut(intervals: &[Interval], parts: usize) -> impl Iterator<Item = &[Interval]> {
    (0..parts).map(move |part| {
        let from = part * intervals.len() / parts;
        let to = (part + 1) * intervals.len() / parts;
        &intervals[from..to]
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
        let intervals = vec![Interval::default(); 47];
        let lengths: Vec<usize> = cut(&intervals, 10).map(<[_]>::len).collect();
        assert_eq!(lengths.iter().sum::<usize>(), 47);
        assert!(
            lengths.iter().all(|length| (4..=5).contains(length)),
            "{lengths:?}"
        );
    }
}
