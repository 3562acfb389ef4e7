//! The comparison for a pull request: what changed stands first, everything in a table below.
use std::cmp::Reverse;
use std::fmt::Write as _;

use super::comparison::{Change, Comparison, EntryComparison, Finding};
use super::table::cells;
use super::welch::LEVEL;
use crate::report::{cell, foremost};

/// Rows and names: more would not fit into a comment.
const MOST_FIGURES: usize = 120;
const MOST_NAMES: usize = 30;

/// Markdown as GitHub and GitLab read it.
pub fn markdown(comparison: &Comparison) -> String {
    let count = |wanted| {
        let changes = comparison.changes();
        changes
            .filter(|(_, change)| change.finding == wanted)
            .count()
    };
    let (worse, better) = (count(Finding::Worse), count(Finding::Better));
    let mut text = format!(
        "### Load test: {} against {}\n\n{worse} figures worse, {better} better\n\n",
        cell(&comparison.second),
        cell(&comparison.first)
    );
    text.push_str("| Entry | Figure | A | B | Change | p | |\n|---|---|---:|---:|---:|---:|---|\n");
    let (rows, left_out) = foremost(comparison.changes().collect(), MOST_FIGURES, importance);
    for (entry, change) in rows {
        let row = [cell(&entry.shown), change.figure.word()];
        let cells: Vec<String> = row.into_iter().chain(cells(change)).collect();
        // Writing into a String cannot fail.
        writeln!(text, "| {} |", cells.join(" | ")).ok();
    }
    if !left_out.is_empty() {
        let changed = left_out
            .iter()
            .filter(|(_, change)| rank(change) < 2)
            .count();
        let count = left_out.len();
        writeln!(
            text,
            "\n{count} more figures are left out, {changed} of them changed."
        )
        .ok();
    }
    for (which, names) in [
        ("first", &comparison.only_first),
        ("second", &comparison.only_second),
    ] {
        for name in names.iter().take(MOST_NAMES) {
            writeln!(text, "\nOnly in the {which} run: {}", cell(name)).ok();
        }
        if let more @ 1.. = names.len().saturating_sub(MOST_NAMES) {
            writeln!(text, "\nOnly in the {which} run: {more} more entries").ok();
        }
    }
    if let Some(about) = comparison.about_rounding(["A", "B"]) {
        writeln!(text, "\n~ {about}").ok();
    }
    let percent = LEVEL * 100.0;
    writeln!(text, "\nA difference is told when chance explains it with less than {percent:.0}% in this whole table.").ok();
    text
}

/// What got worse first, then what got better; among these, entries with most requests.
fn importance((entry, change): &(&EntryComparison, &Change)) -> (u8, Reverse<u64>) {
    (rank(change), Reverse(entry.requests.1))
}

fn rank(change: &Change) -> u8 {
    match change.finding {
        Finding::Worse => 0,
        Finding::Better => 1,
        Finding::Same | Finding::NotTested => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::super::comparison::compare;
    use super::super::comparison::tests::{entry, run};
    use super::*;
    use crate::compare::run::Run;

    #[test]
    fn what_does_not_fit_into_a_comment_is_counted() {
        let named =
            |which: &str, number| entry(&format!("{}{which}{number}", "|".repeat(300)), 1, 10.0, 0);
        let entries = |which, time| {
            let alone = (0..50).map(|number| named(which, number));
            let both = (0..50).map(|number| named("both", number));
            let slow = [entry("/slow", 60, time, 0)];
            alone.chain(both).chain(slow).collect()
        };
        let (first, second) = (run("a", entries("a", 10.0)), run("b", entries("b", 20.0)));
        let text = markdown(&compare(&first, &second));
        assert!(text.chars().count() <= 65_536, "{}", text.chars().count());
        let rows: Vec<&str> = text
            .lines()
            .filter(|line| line.starts_with("| GET"))
            .collect();
        assert!(
            rows[0].contains("/slow | p50") && rows[0].contains("WORSE"),
            "{}",
            rows[0]
        );
        assert_eq!(rows.len(), MOST_FIGURES);
        let left_out = "135 more figures are left out, 0 of them changed.";
        assert!(
            text.contains(left_out) && text.contains("Only in the first run: 20 more entries"),
            "{text}"
        );
    }

    #[test]
    fn names_do_not_break_the_table() {
        let first = run("a", vec![entry("/x|<b>", 60, 100.0, 0)]);
        let text = markdown(&compare(&first, &first));
        assert!(
            text.contains("| GET /x\\|\\<b\\> | p50 | 99.26 ms | 99.26 ms | +0.0% | 1.0000 |  |"),
            "{text}"
        );
        assert!(text.contains("0 figures worse, 0 better"), "{text}");
        assert!(text.contains("with less than 1% in this"), "{text}");
        assert!(!text.contains("rounded"), "{text}");
        let rounded = Run {
            is_rounded: true,
            ..first.clone()
        };
        let text = markdown(&compare(&first, &rounded));
        assert!(text.contains("\n~ percentiles of B are rounded"), "{text}");
    }
}
