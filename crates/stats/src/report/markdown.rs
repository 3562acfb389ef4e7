//! A short summary of a run for a pull request: what crossed a limit stands first, then a row for each entry.
use std::cmp::Reverse;
use std::fmt::Write as _;
use std::sync::Arc;

use super::brief::{foremost, milliseconds, shortened};
use super::facts::Facts;
use super::losses;
use super::streams::{figures, short, sorted};
use rlocust_core::model::{EntryRow, Judgement, Snapshot, StreamRow};

/// Names of streams, which have a row for each figure.
const MOST_STREAMS: usize = 10;
/// Rows of a table: more would not fit into a comment.
const MOST_ENTRIES: usize = 100;
const MOST_LIMITS: usize = 25;

/// Markdown as GitHub and GitLab read it.
pub fn markdown(snapshot: &Snapshot, facts: &Facts) -> String {
    let seconds = facts.length().as_secs();
    let end = facts.exit_code.map_or_else(
        || "then the run was cut off before its end".to_owned(),
        |code| format!("exit code {code}"),
    );
    let mut text = format!(
        "### Load test of {}: {}\n\n{} requests in {seconds} s, {end}\n",
        cell(&facts.title),
        ending(facts),
        snapshot.total.num_requests
    );
    limits(&mut text, "Limit", &facts.verdict.limits);
    limits(&mut text, "Bound on the lag", &facts.verdict.lags);
    text.push_str("\n| Entry | Requests | Failures | p50 | p95 | p99 | max | req/s |\n|---|---:|---:|---:|---:|---:|---:|---:|\n");
    let importance = |row: &&Arc<EntryRow>| Reverse((row.num_failures, row.num_requests));
    let (rows, left_out) = foremost(snapshot.sorted(), MOST_ENTRIES, importance);
    for row in rows.into_iter().chain([&snapshot.total]) {
        entry(&mut text, row, row.total_rps(snapshot.whole_run()));
    }
    if snapshot.total.is_rounded {
        text.push_str("\n~ rounded: in part reported by Locust's workers\n");
    }
    if !left_out.is_empty() {
        let requests: i64 = left_out.iter().map(|row| row.num_requests).sum();
        let failures: i64 = left_out.iter().map(|row| row.num_failures).sum();
        let count = left_out.len();
        writeln!(
            text,
            "\n{count} more entries are left out: {requests} requests, {failures} of them failed."
        )
        .ok();
    }
    streams(&mut text, snapshot);
    for line in losses::lines(&facts.losses) {
        write!(text, "\n⚠ {}\n", escaped(&line)).ok();
    }
    text
}

/// A text of the suite's, for a table.
pub fn cell(text: &str) -> String {
    escaped(&shortened(text))
}

fn ending(facts: &Facts) -> &'static str {
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
    let (rows, left_out) = foremost(judgements.iter().collect(), MOST_LIMITS, |one| {
        !one.is_crossed
    });
    for judgement in rows {
        let mark = if judgement.is_crossed { "❌" } else { "✅" };
        let (required, found) = (cell(&judgement.requirement), cell(&judgement.description));
        writeln!(text, "| {mark} | {required} | {found} |").ok();
    }
    if !left_out.is_empty() {
        let crossed = left_out.iter().filter(|one| one.is_crossed).count();
        let count = left_out.len();
        writeln!(
            text,
            "\n{count} more are left out, {crossed} of them crossed."
        )
        .ok();
    }
}

fn entry(text: &mut String, row: &EntryRow, rate: f64) {
    let name = format!("{} {}", row.method, row.name);
    let times = [0.5, 0.95, 0.99, 1.0].map(|quantile| match row.exact.count() {
        0 => "-".to_owned(),
        _ if row.is_rounded => format!("~{} ms", milliseconds(row.exact_percentile_ms(quantile))),
        _ => milliseconds(row.exact_percentile_ms(quantile)) + " ms",
    });
    writeln!(
        text,
        "| {} | {} | {} ({:.2}%) | {} | {rate:.1} |",
        cell(name.trim_start()),
        row.num_requests,
        row.num_failures,
        row.fail_ratio() * 100.0,
        times.join(" | ")
    )
    .ok();
}

/// Figures of streamed answers, where there were any.
fn streams(text: &mut String, snapshot: &Snapshot) {
    let rows = sorted(snapshot);
    if rows.is_empty() {
        return;
    }
    text.push_str("\n| Streams | Figure | Count | Mean | p50 | p90 | p95 | p99 | max |\n|---|---|---:|---:|---:|---:|---:|---:|---:|\n");
    let importance = |row: &&Arc<StreamRow>| Reverse(row.counts.streams);
    let (rows, left_out) = foremost(rows, MOST_STREAMS, importance);
    for row in rows {
        let name = format!("{} {}", row.method, row.name);
        for (figure, values) in row.measured() {
            let cells = figures(values).map(short).join(" | ");
            let count = values.count();
            let named = cell(name.trim_start());
            writeln!(text, "| {named} | {} | {count} | {cells} |", figure.title()).ok();
        }
    }
    if !left_out.is_empty() {
        writeln!(text, "\n{} more are left out.", left_out.len()).ok();
    }
}

/// Names may hold what Markdown takes for layout.
fn escaped(text: &str) -> String {
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
    use crate::stats::{Recorder, ResponseTimesCache};
    use rlocust_core::model::Verdict;

    #[test]
    fn what_crossed_stands_first() {
        insta::assert_snapshot!(markdown(&snapshot(), &facts()));
    }

    #[test]
    fn streams_have_a_table_of_their_own() {
        let ms = std::time::Duration::from_millis;
        let recorder = Recorder::new(ResponseTimesCache::Off);
        recorder.stream_ledger("GET", "a|b").begin(ms(5));
        let text = markdown(&recorder.snapshot(), &facts());
        let row = "| GET a\\|b | first byte (ms) | 1 | 5.00 | 5.00 | 5.00 | 5.00 | 5.00 | 5.00 |";
        assert!(text.contains(row), "{text}");
        for number in 0..MOST_STREAMS {
            let name = number.to_string();
            recorder.stream_ledger("GET", &name).begin(ms(5));
            recorder.stream_ledger("GET", &name).begin(ms(5));
        }
        let text = markdown(&recorder.snapshot(), &facts());
        assert!(
            text.contains("\n1 more are left out.\n") && !text.contains(row),
            "{text}"
        );
    }

    /// GitHub's limit for a comment.
    const LIMIT: usize = 65_536;

    #[test]
    fn what_does_not_fit_is_counted_and_failures_come_first() {
        let recorder = Recorder::new(ResponseTimesCache::Off);
        for number in 0..1500 {
            let name = format!("{}{number}", "|".repeat(500));
            recorder.log_request("GET", &name, Some(1.0), 0, None);
            if number == 777 {
                recorder.log_error("GET", &name, "bad");
            }
        }
        let judgement = Judgement {
            requirement: "*".repeat(500),
            description: "*".repeat(500),
            ..Judgement::default()
        };
        let mut limits = vec![judgement.clone(); 300];
        limits[299].is_crossed = true;
        let many = Facts {
            title: "_".repeat(500),
            verdict: Verdict {
                lags: limits.clone(),
                limits,
            },
            ..facts()
        };
        let text = markdown(&recorder.snapshot(), &many);
        assert!(text.chars().count() <= LIMIT, "{}", text.len());
        let first = text
            .lines()
            .find(|line| line.contains("GET"))
            .expect("a row");
        assert!(first.contains("\\|777 | 1 | 1 (100.00%)"), "{first}");
        assert_eq!(text.matches('❌').count(), 2);
        for part in [
            "\n1400 more entries are left out: 1400 requests, 0 of them failed.\n",
            "\n275 more are left out, 0 of them crossed.\n",
        ] {
            assert!(text.contains(part), "{part}: {text}");
        }
    }

    #[test]
    fn what_was_lost_is_said_at_the_end() {
        let lossy = Facts {
            losses: losses::tests::losses(),
            ..facts()
        };
        let text = markdown(&snapshot(), &lossy);
        assert_eq!(text.matches("\n⚠ Lost ").count(), 2, "{text}");
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

    #[test]
    fn the_first_line_says_how_the_run_ended() {
        let ended = |exit_code: Option<i64>, is_crossed: bool, is_stood_still: bool| {
            let mut facts = Facts {
                exit_code,
                ..Facts::default()
            };
            if is_crossed {
                facts.verdict.limits.push(Judgement {
                    is_crossed,
                    ..Judgement::default()
                });
            }
            if is_stood_still {
                facts.verdict.lags.push(Judgement {
                    is_crossed: true,
                    ..Judgement::default()
                });
            }
            ending(&facts)
        };
        assert_eq!(ended(None, false, false), "cut off");
        assert_eq!(ended(None, true, false), "cut off, and a limit was crossed");
        assert_eq!(ended(Some(3), true, false), "a limit was crossed");
        assert_eq!(
            ended(Some(4), false, true),
            "the figures are not trustworthy"
        );
        assert_eq!(ended(Some(0), false, false), "passed");
        assert_eq!(ended(Some(1), false, false), "failed");
    }
}
