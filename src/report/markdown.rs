//! A short summary of a run for a pull request: what crossed a limit stands first, then a row for each entry.
use std::fmt::Write as _;

use super::facts::Facts;
use crate::model::{EntryRow, Judgement, Snapshot};

/// Markdown as GitHub and GitLab read it.
pub fn markdown(snapshot: &Snapshot, facts: &Facts) -> String {
    let seconds = facts.length().as_secs();
    let end = facts.exit_code.map_or_else(
        || "then the run was cut off before its end".to_owned(),
        |code| format!("exit code {code}"),
    );
    let mut text = format!(
        "### Load test of {}: {}\n\n{} requests in {seconds} s, {end}\n",
        escaped(&facts.title),
        outcome(facts),
        snapshot.total.num_requests
    );
    limits(&mut text, "Limit", &facts.verdict.limits);
    limits(&mut text, "Bound on the lag", &facts.verdict.lags);
    text.push_str("\n| Entry | Requests | Failures | p50 | p95 | p99 | max | req/s |\n|---|---:|---:|---:|---:|---:|---:|---:|\n");
    let total = std::iter::once(&snapshot.total);
    for row in snapshot.sorted().into_iter().chain(total) {
        entry(&mut text, row, row.total_rps(snapshot.whole_run()));
    }
    text
}

fn outcome(facts: &Facts) -> &'static str {
    let is_crossed = facts.verdict.is_limit_crossed();
    match facts.exit_code {
        None if is_crossed => "cut off, and a limit was crossed",
        None => "cut off",
        _ if is_crossed => "a limit was crossed",
        _ if !facts.verdict.is_trustworthy() => "the figures are not trustworthy",
        Some(0) => "passed",
        Some(_) => "failed",
    }
}

fn limits(text: &mut String, title: &str, judgements: &[Judgement]) {
    if judgements.is_empty() {
        return;
    }
    // Writing into a String cannot fail, here and below.
    write!(text, "\n| | {title} | Found |\n|---|---|---|\n").ok();
    for judgement in judgements {
        let mark = if judgement.is_crossed { "❌" } else { "✅" };
        let (limit, told) = (escaped(&judgement.limit), escaped(&judgement.told));
        writeln!(text, "| {mark} | {limit} | {told} |").ok();
    }
}

fn entry(text: &mut String, row: &EntryRow, rate: f64) {
    let name = format!("{} {}", row.method, row.name);
    let times = [0.5, 0.95, 0.99, 1.0].map(|quantile| match row.exact.count() {
        0 => "-".to_owned(),
        _ => milliseconds(row.exact_percentile_ms(quantile)),
    });
    writeln!(
        text,
        "| {} | {} | {} ({:.2}%) | {} | {rate:.1} |",
        escaped(name.trim_start()),
        row.num_requests,
        row.num_failures,
        row.fail_ratio() * 100.0,
        times.join(" | ")
    )
    .ok();
}

fn milliseconds(time: f64) -> String {
    if time < 100.0 {
        format!("{time:.1} ms")
    } else {
        format!("{time:.0} ms")
    }
}

/// Names may hold what Markdown takes for layout.
pub fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if matches!(
            character,
            '\\' | '`' | '*' | '_' | '|' | '<' | '>' | '[' | ']' | '#' | '&'
        ) {
            escaped.push('\\');
        }
        escaped.push(if character.is_control() {
            ' '
        } else {
            character
        });
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::super::facts::tests::{facts, snapshot};
    use super::*;
    use crate::model::Verdict;

    #[test]
    fn what_crossed_stands_first() {
        insta::assert_snapshot!(markdown(&snapshot(), &facts()));
    }

    #[test]
    fn a_run_without_an_end_has_not_passed() {
        let cut_off = Facts {
            exit_code: None,
            verdict: Verdict::default(),
            ..facts()
        };
        let text = markdown(&snapshot(), &cut_off);
        let head = "### Load test of locustfile.py: cut off\n\n3 requests in 2 s, then the run was cut off before its end\n";
        assert!(text.starts_with(head), "{text}");
        let crossed = Facts {
            exit_code: None,
            ..facts()
        };
        let text = markdown(&snapshot(), &crossed);
        assert!(
            text.contains(": cut off, and a limit was crossed\n"),
            "{text}"
        );
    }
}
