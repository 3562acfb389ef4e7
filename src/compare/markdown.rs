//! The comparison for a pull request: what changed stands first, everything in a table below.
use std::fmt::Write as _;

use super::comparison::{Comparison, Outcome};
use super::table::cells;
use super::welch::LEVEL;
use crate::report::escaped;

/// Markdown as GitHub and GitLab read it.
pub fn markdown(comparison: &Comparison) -> String {
    let count = |wanted| {
        let changes = comparison.changes();
        changes
            .filter(|(_, change)| change.outcome == wanted)
            .count()
    };
    let (worse, better) = (count(Outcome::Worse), count(Outcome::Better));
    let mut text = format!(
        "### Load test: {} against {}\n\n{worse} figures worse, {better} better\n\n",
        escaped(&comparison.second),
        escaped(&comparison.first)
    );
    text.push_str("| Entry | Figure | A | B | Change | p | |\n|---|---|---:|---:|---:|---:|---|\n");
    for (entry, change) in comparison.changes() {
        let row = [escaped(&entry.shown), change.figure.word().to_owned()];
        let cells: Vec<String> = row.into_iter().chain(cells(change)).collect();
        // Writing into a String cannot fail.
        writeln!(text, "| {} |", cells.join(" | ")).ok();
    }
    for (which, names) in [
        ("first", &comparison.only_first),
        ("second", &comparison.only_second),
    ] {
        for name in names {
            writeln!(text, "\nOnly in the {which} run: {}", escaped(name)).ok();
        }
    }
    let percent = LEVEL * 100.0;
    writeln!(text, "\nA difference is told when chance explains it with less than {percent:.0}% in this whole table.").ok();
    text
}

#[cfg(test)]
mod tests {
    use super::super::comparison::compare;
    use super::super::comparison::tests::{entry, run};
    use super::*;

    #[test]
    fn names_do_not_break_the_table() {
        let first = run("a", vec![entry("/x|<b>", 60, 100.0, 0)]);
        let text = markdown(&compare(&first, &first));
        assert!(
            text.contains("| GET /x\\|\\<b\\> | p50 | 99.26 ms | 99.26 ms | +0.0% | 1.0000 |  |"),
            "{text}"
        );
        assert!(text.contains("0 figures worse, 0 better"), "{text}");
    }
}
