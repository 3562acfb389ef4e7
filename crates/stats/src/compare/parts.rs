//! Cuts the course of an entry into equal parts and takes one figure of each. Parts are some seconds long, because what is slow
//! in one second is often slow in the next; there are few enough to be nearly independent and enough to show a spread.
use super::figure::Figure;
use super::interval::{Course, Interval};

/// Parts left out of the test at the beginning: users and connections are still coming then.
pub const WARM_UP: usize = 1;
/// Fewer after that say nothing about chance.
pub const FEWEST: usize = 4;
/// More are not needed; longer parts are better then.
const MOST: usize = 20;

/// The figure of each part, as the test compares it: times as logarithms, because they multiply.
pub fn values(course: Course<'_>, figure: Figure, interval: f64) -> Vec<f64> {
    let enough = figure.samples_needed();
    let samples = |what: &Interval| match figure.quantile() {
        Some(_) => what.timed(),
        None => what.requests,
    };
    let affordable = samples(course.total)
        .checked_div(enough)
        .unwrap_or(u64::MAX);
    let parts = count(course.intervals.len()).min(usize::try_from(affordable).unwrap_or(MOST));
    if parts < FEWEST + WARM_UP {
        return Vec::new();
    }
    let values = cut(course.intervals, parts)
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

/// What a course lacks whose `values` are fewer than the test needs.
pub fn lack(course: Course<'_>, figure: Figure, interval: f64) -> String {
    const SHORTEST: usize = 2 * (FEWEST + WARM_UP);
    let intervals = course.intervals.len();
    if intervals == 0 {
        return "is a summary of this entry: keep runs with --store".to_owned();
    }
    if intervals < SHORTEST {
        let seconds = |count: usize| count as f64 * interval;
        return format!(
            "lasts {:.0} s of {:.0} s needed",
            seconds(intervals),
            seconds(SHORTEST)
        );
    }
    let what = figure.samples();
    let samples = match figure.quantile() {
        Some(_) => course.total.timed(),
        None => course.total.requests,
    };
    let needed = figure.samples_needed() * (FEWEST + WARM_UP) as u64;
    if samples < needed {
        return format!("has {samples} {what} of {needed} needed");
    }
    format!("has too few {what} in most seconds")
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
    use crate::compare::run::RunEntry;

    fn course(entry: &RunEntry) -> Course<'_> {
        entry.course(Figure::Rate).expect("requests")
    }

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
    fn what_cannot_be_tested_says_what_it_lacks() {
        let entry = |seconds: usize, requests: u64| {
            let mut times = rlocust_core::histogram::Exact::default();
            for _ in 0..requests {
                times.record_ms(1.0);
            }
            let times = std::sync::Arc::new(times);
            let interval = Interval {
                requests,
                times,
                ..Interval::default()
            };
            let intervals = vec![interval; seconds];
            let mut total = Interval::default();
            for one in &intervals {
                total.add(one);
            }
            RunEntry {
                intervals,
                total,
                ..RunEntry::default()
            }
        };
        for (seconds, requests, figure, lacks) in [
            (
                0,
                0,
                Figure::P50,
                "is a summary of this entry: keep runs with --store",
            ),
            (9, 1000, Figure::Rate, "lasts 9 s of 10 s needed"),
            (10, 9, Figure::P50, "has 90 response times of 100 needed"),
            (
                20,
                100,
                Figure::P99,
                "has 2000 response times of 2500 needed",
            ),
            (10, 0, Figure::Errors, "has 0 requests of 5 needed"),
        ] {
            let entry = entry(seconds, requests);
            assert!(values(course(&entry), figure, 1.0).is_empty(), "{lacks}");
            assert_eq!(lack(course(&entry), figure, 1.0), lacks);
        }
        assert!(values(course(&entry(10, 10)), Figure::P50, 1.0).len() >= FEWEST);
    }

    #[test]
    fn a_rate_is_held_against_the_time_of_its_part() {
        let interval = Interval {
            requests: 6,
            ..Interval::default()
        };
        let entry = RunEntry {
            intervals: vec![interval; 30],
            total: Interval {
                requests: 180,
                ..Interval::default()
            },
            ..RunEntry::default()
        };
        // Nine of ten parts, each three intervals of two seconds.
        assert_eq!(values(course(&entry), Figure::Rate, 2.0), [3.0; 9]);
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
