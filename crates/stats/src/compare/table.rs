//! The comparison for a terminal.
use std::fmt::Write as _;

use super::comparison::{Change, Comparison, Finding};
use super::figure::{Figure, Unit};

/// Longer names shift the rest of their line: else one would make all lines long.
const WIDEST: usize = 100;

/// A lack of so many rows stands once below the table, and not in each of them.
const SHARED: usize = 3;

/// Lines, each with its end.
pub fn table(comparison: &Comparison) -> String {
    let mut text = format!("A: {}\nB: {}\n\n", comparison.first, comparison.second);
    let entries = &comparison.entries;
    let width = entries
        .iter()
        .map(|entry| entry.shown.chars().count())
        .max();
    let width = width.unwrap_or_default().clamp("Entry".len(), WIDEST);
    let words = comparison.changes();
    let words = words.map(|(_, change)| change.figure.word().len()).max();
    let words = words.unwrap_or_default().max("Figure".len());
    line(
        &mut text,
        &format!(
            "{:width$}  {:words$}  {:>10}  {:>10}  {:>11}  {:>8}  ",
            "Entry", "Figure", "A", "B", "Change", "p"
        ),
    );
    let shared = shared_lacks(comparison);
    for entry in entries {
        for (at, change) in entry.changes.iter().enumerate() {
            let name = if at == 0 { entry.shown.as_str() } else { "" };
            let [first, second, by, probability, word] = cells(change);
            let word = word_in_row(word, change, &shared);
            let figure = change.figure.word();
            line(
                &mut text,
                &format!(
                    "{name:width$}  {figure:words$}  {first:>10}  {second:>10}  {by:>11}  {probability:>8}  {word}"
                ),
            );
        }
    }
    for lack in &shared {
        line(&mut text, &about_lack(lack, &shared));
    }
    for (which, names) in [
        ("A", &comparison.only_first),
        ("B", &comparison.only_second),
    ] {
        for name in names {
            line(&mut text, &format!("only in {which}: {name}"));
        }
    }
    if let Some(about) = comparison.about_rounding(["A", "B"]) {
        line(&mut text, &about);
    }
    text
}

/// In the order of their first rows.
fn shared_lacks(comparison: &Comparison) -> Vec<&str> {
    let lacks = || {
        let changes = comparison.changes();
        changes.filter_map(|(_, change)| change.lack.as_deref())
    };
    let mut shared: Vec<&str> = Vec::new();
    for lack in lacks() {
        if !shared.contains(&lack) && lacks().filter(|other| *other == lack).count() >= SHARED {
            shared.push(lack);
        }
    }
    shared
}

/// Of several shared lacks the row names the number of its own.
fn word_in_row(word: String, change: &Change, shared: &[&str]) -> String {
    match change.lack.as_deref() {
        Some(lack) if shared.contains(&lack) => format!("not tested{}", number_of(lack, shared)),
        _ => word,
    }
}

fn about_lack(lack: &str, shared: &[&str]) -> String {
    let line = format!("{} not tested: {lack}", number_of(lack, shared));
    line.trim_start().to_owned()
}

/// Nothing of one that is alone.
fn number_of(lack: &str, shared: &[&str]) -> String {
    let at = shared.iter().position(|one| *one == lack);
    let number = at.filter(|_| shared.len() > 1);
    number.map_or_else(String::new, |at| format!(" [{}]", at + 1))
}

fn line(text: &mut String, line: &str) {
    // Writing into a String cannot fail.
    writeln!(text, "{}", line.trim_end()).ok();
}

/// First, second, change, probability, what it means.
pub fn cells(change: &Change) -> [String; 5] {
    let value = |value: Option<f64>| {
        value.map_or_else(|| "-".to_owned(), |value| shown(change.figure, value))
    };
    let by = match change.change {
        None => "-".to_owned(),
        Some(by) if change.figure == Figure::Errors => format!("{:+.2} pts", by * 100.0),
        Some(by) => format!("{:+.1}%", by * 100.0),
    };
    let probability = match change.probability {
        None => "-".to_owned(),
        Some(probability) if probability < 0.0001 => "<0.0001".to_owned(),
        Some(probability) => format!("{probability:.4}"),
    };
    [
        value(change.first),
        value(change.second),
        by,
        probability,
        word(change),
    ]
}

fn word(change: &Change) -> String {
    let word = match change.finding {
        Finding::Better => "better",
        Finding::Worse => "WORSE",
        Finding::Same => "",
        Finding::NotTested => "not tested",
    };
    match &change.lack {
        Some(lack) => format!("{word}: {lack}"),
        None => word.to_owned(),
    }
}

fn shown(figure: Figure, value: f64) -> String {
    match figure.unit() {
        Unit::PerSecond => format!("{value:.1}/s"),
        Unit::Share => format!("{:.2}%", value * 100.0),
        Unit::Milliseconds if value < 100.0 => format!("{value:.2} ms"),
        Unit::Milliseconds => format!("{value:.0} ms"),
    }
}

#[cfg(test)]
mod tests {
    use super::super::comparison::compare;
    use super::super::comparison::tests::{entry, run, streamed};
    use super::*;
    use crate::compare::run::Run;
    use rlocust_core::model::StreamFigure;

    #[test]
    fn each_figure_stands_in_a_line() {
        let first = run("a.store", vec![entry("/x", 60, 100.0, 0)]);
        let second = run(
            "b.store",
            vec![entry("/x", 60, 110.0, 0), entry("/new", 5, 1.0, 0)],
        );
        insta::assert_snapshot!(table(&compare(&first, &second)));
    }

    #[test]
    fn figures_of_streams_stand_below_those_of_requests() {
        let chat = |gap| {
            let mut chat = entry("chat", 60, 100.0, 0);
            chat.streams = vec![
                streamed(StreamFigure::Gap, 60, gap),
                streamed(StreamFigure::TokenRate, 60, 30.0),
            ];
            vec![chat]
        };
        let (first, second) = (run("a.store", chat(20.0)), run("b.store", chat(25.0)));
        insta::assert_snapshot!(table(&compare(&first, &second)));
    }

    #[test]
    fn a_side_with_rounded_times_is_named() {
        let exact = run("a.store", vec![entry("/x", 60, 100.0, 0)]);
        let rounded = Run {
            is_rounded: true,
            ..exact.clone()
        };
        let said = |first, second| {
            let text = table(&compare(first, second));
            let last = text.lines().last().unwrap_or_default().to_owned();
            last.strip_suffix(" are rounded to two digits: in part reported by Locust's workers")
                .map(str::to_owned)
        };
        assert_eq!(said(&exact, &exact), None);
        assert_eq!(said(&rounded, &exact).unwrap(), "percentiles of A");
        assert_eq!(said(&exact, &rounded).unwrap(), "percentiles of B");
        assert_eq!(said(&rounded, &rounded).unwrap(), "percentiles of A and B");
    }

    #[test]
    fn what_was_not_tested_says_why() {
        let first = run("a.store", vec![entry("/x", 60, 100.0, 0)]);
        let second = run("b.store", vec![entry("/x", 4, 110.0, 0)]);
        let text = table(&compare(&first, &second));
        let why = "\nnot tested: B lasts 4 s of 10 s needed\n";
        let rows = text.matches("-  not tested\n").count();
        assert_eq!((text.matches(why).count(), rows), (1, 5), "{text}");
    }

    #[test]
    fn lacks_that_many_rows_share_are_numbered_where_there_are_several() {
        let lacks = |at: usize| ["too short", "too few", "alone"][at].to_owned();
        let mut comparison = compare(
            &run(
                "a.store",
                vec![entry("/x", 60, 100.0, 0), entry("/y", 60, 100.0, 0)],
            ),
            &run(
                "b.store",
                vec![entry("/x", 60, 100.0, 0), entry("/y", 60, 100.0, 0)],
            ),
        );
        let changes = comparison
            .entries
            .iter_mut()
            .flat_map(|entry| &mut entry.changes);
        for (at, change) in changes.enumerate() {
            let lack = if at == 4 { 2 } else { at / 5 };
            (change.finding, change.lack) = (Finding::NotTested, Some(lacks(lack.min(2))));
        }
        let text = table(&comparison);
        assert_eq!(text.matches("not tested [1]\n").count(), 4, "{text}");
        assert!(text.contains("not tested: alone\n"), "{text}");
        assert!(
            text.contains("[1] not tested: too short\n[2] not tested: too few\n"),
            "{text}"
        );
    }
}
