//! The comparison for programs.
use serde_json::{Value, json};

use super::comparison::{Change, Comparison, EntryComparison, Finding};
use super::figure::Unit;
use super::regression::{Breach, Regression};
use super::welch::LEVEL;

/// Times in milliseconds, rates per second, errors and changes as fractions.
pub fn json(comparison: &Comparison, regression: &Regression) -> Value {
    json!({
        "first": comparison.first,
        "second": comparison.second,
        "level": LEVEL,
        "rounded": comparison.is_rounded,
        "entries": comparison.entries.iter().map(entry).collect::<Vec<_>>(),
        "only_first": comparison.only_first,
        "only_second": comparison.only_second,
        "regressions": breaches(regression),
    })
}

fn entry(entry: &EntryComparison) -> Value {
    json!({
        "name": entry.name,
        "method": entry.method,
        "requests": [entry.requests.0, entry.requests.1],
        "figures": entry.changes.iter().map(change).collect::<Vec<_>>(),
    })
}

fn change(change: &Change) -> Value {
    let unit = match change.figure.unit() {
        Unit::PerSecond => "1/s",
        Unit::Share => "fraction",
        Unit::Milliseconds => "ms",
    };
    let finding = match change.finding {
        Finding::Better => "better",
        Finding::Worse => "worse",
        Finding::Same => "same",
        Finding::NotTested => "not tested",
    };
    json!({
        "figure": change.figure.word(),
        "unit": unit,
        "first": change.first,
        "second": change.second,
        "change": change.change,
        "p": change.probability,
        "outcome": finding,
        "lack": change.lack,
    })
}

/// Null when no bound was given or nothing could be judged.
fn breaches(regression: &Regression) -> Value {
    match regression {
        Regression::NotAsked | Regression::NotJudged => Value::Null,
        Regression::Judged(breaches) => breaches
            .iter()
            .map(|breach| match breach {
                Breach::Worse(line) => line.clone(),
                Breach::Gone(entry) => format!("{entry} is not in the second run"),
            })
            .collect(),
    }
}
