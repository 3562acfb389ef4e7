//! The comparison itself: entries of both runs are paired, each figure of each pair is shown and tested, and all
//! probabilities are corrected together.
use std::collections::HashMap;

use super::figure::Figure;
use super::parts::{self, FEWEST};
use super::run::{Run, RunEntry};
use super::welch::{LEVEL, corrected, probability};
use rlocust_core::model::StreamFigure;

/// Two runs, compared.
#[derive(Debug, Clone, Default)]
pub struct Comparison {
    pub first: String,
    pub second: String,
    /// Whether percentiles of each are rounded.
    pub is_rounded: [bool; 2],
    /// In the order of the first run.
    pub entries: Vec<EntryComparison>,
    /// Entries that the other run does not have.
    pub only_first: Vec<String>,
    pub only_second: Vec<String>,
}

/// One entry that both runs have.
#[derive(Debug, Clone, Default)]
pub struct EntryComparison {
    pub name: String,
    pub method: String,
    pub shown: String,
    pub requests: (u64, u64),
    pub changes: Vec<Change>,
}

/// One figure in both runs.
#[derive(Debug, Clone)]
pub struct Change {
    pub figure: Figure,
    pub first: Option<f64>,
    pub second: Option<f64>,
    /// A fraction of the first; for errors a difference of shares.
    pub change: Option<f64>,
    /// Corrected over the whole table.
    pub probability: Option<f64>,
    pub finding: Finding,
    /// What the runs lack for a test, where none was made.
    pub lack: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    Better,
    Worse,
    /// Chance may explain the difference.
    Same,
    /// Too short a run, or too few samples.
    NotTested,
}

impl Comparison {
    pub fn changes(&self) -> impl Iterator<Item = (&EntryComparison, &Change)> {
        self.entries
            .iter()
            .flat_map(|entry| entry.changes.iter().map(move |change| (entry, change)))
    }

    /// Which side has rounded percentiles, and why; nothing where none has.
    pub fn about_rounding(&self, [first, second]: [&str; 2]) -> Option<String> {
        let which = match self.is_rounded {
            [false, false] => return None,
            [true, false] => first.to_owned(),
            [false, true] => second.to_owned(),
            [true, true] => format!("{first} and {second}"),
        };
        Some(format!(
            "percentiles of {which} are rounded to two digits: in part reported by Locust's workers"
        ))
    }

    /// Whether any of these figures could be tested for any entry.
    pub fn is_tested(&self, is_meant: impl Fn(Figure) -> bool) -> bool {
        self.changes()
            .any(|(_, change)| is_meant(change.figure) && change.finding != Finding::NotTested)
    }
}

/// What changed from the first run to the second.
pub fn compare(first: &Run, second: &Run) -> Comparison {
    let (ours, theirs) = (Places::of(first), Places::of(second));
    let pairs = first.entries.iter().filter_map(|entry| {
        let other = theirs.0.get(&entry.key())?;
        Some(pair((entry, first), (other, second)))
    });
    let mut entries: Vec<EntryComparison> = pairs.collect();
    judge(&mut entries);
    Comparison {
        first: first.label.clone(),
        second: second.label.clone(),
        is_rounded: [first.is_rounded, second.is_rounded],
        entries,
        only_first: missing(first, &theirs),
        only_second: missing(second, &ours),
    }
}

/// Entries by name and method; of several that are called the same, the first.
struct Places<'a>(HashMap<(&'a str, &'a str), &'a RunEntry>);

impl<'a> Places<'a> {
    fn of(run: &'a Run) -> Self {
        let entries = run.entries.iter().rev();
        Self(entries.map(|entry| (entry.key(), entry)).collect())
    }
}

fn missing(from: &Run, other: &Places<'_>) -> Vec<String> {
    let alone = |entry: &&RunEntry| !other.0.contains_key(&entry.key());
    from.entries
        .iter()
        .filter(alone)
        .map(RunEntry::shown)
        .collect()
}

fn pair(first: (&RunEntry, &Run), second: (&RunEntry, &Run)) -> EntryComparison {
    let figures = figures([first.0, second.0]);
    EntryComparison {
        name: first.0.name.clone(),
        method: first.0.method.clone(),
        shown: first.0.shown(),
        requests: (first.0.total.requests, second.0.total.requests),
        changes: figures
            .map(|figure| change(figure, first, second))
            .collect(),
    }
}

/// Those that either entry has. Streams that nobody waited for to their end are no requests.
fn figures(entries: [&RunEntry; 2]) -> impl Iterator<Item = Figure> {
    let has_requests = entries.iter().any(|entry| entry.total.requests > 0);
    let has_streams = entries.iter().any(|entry| !entry.streams.is_empty());
    let of_requests = Figure::ALL.into_iter();
    let of_requests = of_requests.filter(move |_| has_requests || !has_streams);
    let of_streams = StreamFigure::ALL
        .into_iter()
        .flat_map(Figure::of_streams)
        .filter(move |figure| entries.iter().any(|entry| entry.course(*figure).is_some()));
    of_requests.chain(of_streams)
}

/// With its own probability, not corrected yet.
fn change(figure: Figure, first: (&RunEntry, &Run), second: (&RunEntry, &Run)) -> Change {
    let of = |(entry, run): (&RunEntry, &Run)| {
        let total = entry.course(figure)?.total;
        figure
            .of(total, run.length)
            .or_else(|| figure.reported(total))
    };
    let (a, b) = (of(first), of(second));
    let values = [first, second].map(|(entry, run)| {
        let course = entry.course(figure);
        course.map_or_else(Vec::new, |course| {
            parts::values(course, figure, run.interval)
        })
    });
    Change {
        figure,
        first: a,
        second: b,
        change: a.zip(b).and_then(|(a, b)| figure.change(a, b)),
        probability: probability(&values[0], &values[1]),
        finding: Finding::NotTested,
        lack: lack(figure, [("A", first), ("B", second)], &values),
    }
}

/// The run that lacks something is named; the first, where both do.
fn lack(
    figure: Figure,
    runs: [(&str, (&RunEntry, &Run)); 2],
    values: &[Vec<f64>; 2],
) -> Option<String> {
    let mut runs = runs.into_iter().zip(values);
    let ((which, (entry, run)), _) = runs.find(|(_, values)| values.len() < FEWEST)?;
    let what = match entry.course(figure) {
        Some(course) => parts::lack(course, figure, run.interval),
        None => format!("has no {}", figure.samples()),
    };
    Some(format!("{which} {what}"))
}

fn judge(entries: &mut [EntryComparison]) {
    let changes = || entries.iter().flat_map(|entry| &entry.changes);
    let asked: Vec<Option<f64>> = changes().map(|change| change.probability).collect();
    let corrected = corrected(&asked);
    let changes = entries.iter_mut().flat_map(|entry| &mut entry.changes);
    for (change, probability) in changes.zip(corrected) {
        change.probability = probability;
        change.finding = finding(change);
    }
}

fn finding(change: &Change) -> Finding {
    let Some(probability) = change.probability else {
        return Finding::NotTested;
    };
    match change.change {
        Some(by) if probability < LEVEL && by != 0.0 => {
            if change.figure.is_worse(by) {
                Finding::Worse
            } else {
                Finding::Better
            }
        }
        _ => Finding::Same,
    }
}

#[cfg(test)]
pub mod tests {
    use std::sync::Arc;

    use super::super::Interval;
    use super::super::figure::Percentile;
    use super::*;
    use crate::compare::run::Streamed;
    use rlocust_core::histogram::Exact;

    #[test]
    fn only_a_change_that_chance_hardly_makes_is_a_finding() {
        let found = |probability, by| {
            finding(&Change {
                figure: Figure::Response(Percentile::P95),
                first: Some(1.0),
                second: Some(1.0 + by),
                change: Some(by),
                probability,
                finding: Finding::NotTested,
                lack: None,
            })
        };
        assert_eq!(found(None, 0.5), Finding::NotTested);
        assert_eq!(found(Some(0.5), 0.5), Finding::Same);
        assert_eq!(found(Some(0.0), 0.0), Finding::Same);
        assert_eq!(found(Some(0.0), 0.5), Finding::Worse);
        assert_eq!(found(Some(0.0), -0.5), Finding::Better);
    }

    /// `seconds` intervals of 50 requests between 80 and 120 % of `milliseconds`, some of which fail.
    pub fn entry(name: &str, seconds: usize, milliseconds: f64, failures: u64) -> RunEntry {
        let interval = |second: usize| {
            let mut times = Exact::default();
            for sample in 0..50 {
                let spread = 0.8 + 0.4 * ((sample * 37 + second * 11) % 50) as f64 / 50.0;
                times.record_ms(milliseconds * spread);
            }
            let times = Arc::new(times);
            Interval {
                requests: 50,
                failures,
                times,
                reported: None,
            }
        };
        let intervals: Vec<Interval> = (0..seconds).map(interval).collect();
        let mut total = Interval::default();
        for one in &intervals {
            total.add(one);
        }
        RunEntry {
            name: name.to_owned(),
            method: "GET".to_owned(),
            intervals,
            total,
            streams: Vec::new(),
        }
    }

    /// The same of a figure of streams, whose values lie around `middle`: fifty in each interval.
    pub fn streamed(figure: StreamFigure, seconds: usize, middle: f64) -> Streamed {
        let RunEntry {
            intervals, total, ..
        } = entry("", seconds, middle, 0);
        Streamed {
            figure,
            intervals,
            total,
        }
    }

    pub fn run(label: &str, entries: Vec<RunEntry>) -> Run {
        let intervals = entries.iter().map(|entry| entry.intervals.len()).max();
        Run {
            lacks: None,
            is_rounded: false,
            label: label.to_owned(),
            interval: 1.0,
            length: intervals.unwrap_or_default() as f64,
            entries,
        }
    }

    fn findings(comparison: &Comparison, entry: usize) -> Vec<Finding> {
        let changes = comparison.entries[entry].changes.iter();
        changes.map(|change| change.finding).collect()
    }

    #[test]
    fn a_slower_entry_is_worse_and_its_neighbour_is_not() {
        use Finding::{Better, Same, Worse};
        let first = run(
            "a",
            vec![entry("/x", 60, 100.0, 0), entry("/y", 60, 100.0, 5)],
        );
        let second = run(
            "b",
            vec![entry("/x", 60, 110.0, 0), entry("/y", 60, 100.0, 0)],
        );
        let comparison = compare(&first, &second);
        let slower = &comparison.entries[0].changes[1];
        assert!(
            (slower.change.expect("both") - 0.1).abs() < 0.01,
            "{slower:?}"
        );
        assert_eq!(findings(&comparison, 0), [Same, Worse, Worse, Worse, Same]);
        assert_eq!(findings(&comparison, 1), [Same, Same, Same, Same, Better]);
    }

    #[test]
    fn short_runs_are_shown_but_not_judged() {
        let first = run("a", vec![entry("/x", 4, 100.0, 0)]);
        let second = run("b", vec![entry("/x", 4, 200.0, 0)]);
        let comparison = compare(&first, &second);
        assert!(!comparison.is_tested(|_| true));
        assert!(
            comparison.entries[0].changes[1]
                .change
                .is_some_and(|by| by > 0.9)
        );
    }

    #[test]
    fn figures_of_streams_are_tested_as_response_times_are() {
        use Finding::{Better, NotTested, Same, Worse};
        let chat = |gap: f64, rate: f64| {
            let mut chat = entry("chat", 60, 100.0, 0);
            chat.streams = vec![
                streamed(StreamFigure::Gap, 60, gap),
                streamed(StreamFigure::TokenRate, 60, rate),
            ];
            run("x", vec![chat])
        };
        let (first, mut second) = (chat(20.0, 40.0), chat(22.0, 44.0));
        let comparison = compare(&first, &second);
        let of_requests = [Same; 5];
        let expected = [&of_requests[..], &[Worse; 3], &[Better; 3]].concat();
        assert_eq!(findings(&comparison, 0), expected);
        let words = comparison.changes().map(|(_, change)| change.figure.word());
        assert_eq!(
            words.skip(6).collect::<Vec<_>>()[..3],
            ["gap.p95", "gap.p99", "token_rate.p50"]
        );

        second.entries[0].streams.remove(0);
        let comparison = compare(&first, &second);
        let gap = &comparison.entries[0].changes[5];
        assert_eq!((gap.finding, gap.second), (NotTested, None));
        assert_eq!(gap.lack.as_deref(), Some("B has no values"));
        assert!(
            comparison.is_tested(
                |figure| figure == Figure::Stream(StreamFigure::TokenRate, Percentile::P5)
            )
        );
    }

    #[test]
    fn streams_without_a_request_have_no_figures_of_requests() {
        let feed = || {
            let mut feed = RunEntry {
                name: "feed".to_owned(),
                ..RunEntry::default()
            };
            feed.streams = vec![streamed(StreamFigure::Gap, 60, 20.0)];
            run("x", vec![feed])
        };
        let comparison = compare(&feed(), &feed());
        assert_eq!(findings(&comparison, 0), [Finding::Same; 3]);
    }

    #[test]
    fn entries_of_one_run_alone_are_named() {
        let first = run("a", vec![entry("/x", 4, 100.0, 0)]);
        let second = run("b", vec![entry("/y", 4, 200.0, 0)]);
        let comparison = compare(&first, &second);
        assert_eq!(comparison.only_first, ["GET /x"]);
        assert_eq!(comparison.only_second, ["GET /y"]);
    }
}
