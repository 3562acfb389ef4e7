//! The console tables, byte for byte Locust's (docs/contract/outputs.md §3 to §5), and a few lines of our
//! own that follow them at the end of a run. Widths and percentiles are given, because suites set them.
use std::sync::Arc;

use super::losses;
use rlocust_core::model::{Accounting, EntryRow, Snapshot, Span, Tick};

/// Widths of the columns *Type* and *Name*. Locust takes 80 for the name without a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Widths {
    pub method: i64,
    pub name: i64,
}

impl Default for Widths {
    fn default() -> Self {
        Self {
            method: 8,
            name: 80,
        }
    }
}

impl Widths {
    fn method(self) -> usize {
        padding(self.method)
    }

    fn name(self) -> usize {
        padding(self.name)
    }

    /// The request table gives some of the name's width to its other columns.
    fn short_name(self) -> i64 {
        self.name - self.method + 4
    }
}

/// A negative width in Python's `%-*s` pads to its absolute value, which narrow terminals run into.
fn padding(width: i64) -> usize {
    width.unsigned_abs() as usize
}

fn dashes(width: i64) -> String {
    "-".repeat(width.max(0) as usize)
}

/// Which rates the request table shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rates {
    /// Of the last seconds: while a test runs.
    Current,
    /// Of the whole run: the last table.
    Total,
}

/// The figures of one row of the request table.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Figures {
    pub requests: i64,
    pub failures: i64,
    pub fail_ratio: f64,
    pub average: f64,
    pub minimum: f64,
    pub maximum: f64,
    pub median: f64,
    pub requests_per_second: f64,
    pub failures_per_second: f64,
}

impl Figures {
    fn of(row: &EntryRow, rates: Rates, span: Span) -> Self {
        let (requests_per_second, failures_per_second) = match rates {
            Rates::Current => (row.current_rps(span), row.current_fail_per_sec(span)),
            Rates::Total => (row.total_rps(span), row.total_fail_per_sec(span)),
        };
        Self {
            requests: row.num_requests,
            failures: row.num_failures,
            fail_ratio: row.fail_ratio(),
            average: row.avg_response_time(),
            minimum: row
                .min_response_time
                .map_or(0.0, rlocust_core::model::Number::as_f64),
            maximum: row.max_response_time.as_f64(),
            median: row.median_response_time().as_f64(),
            requests_per_second,
            failures_per_second,
        }
    }
}

/// Entries sorted by name and method, then the aggregate.
pub fn requests(snapshot: &Snapshot, rates: Rates, widths: Widths) -> Vec<String> {
    let span = snapshot.span();
    let row = |entry: &EntryRow| {
        request_row(
            &entry.method,
            &entry.name,
            &Figures::of(entry, rates, span),
            widths,
        )
    };
    let [header, separator] = requests_head(widths);
    let mut lines = vec![header, separator.clone()];
    lines.extend(snapshot.sorted().into_iter().map(|entry| row(entry)));
    lines.push(separator);
    lines.push(row(&snapshot.total));
    lines
}

/// The header and the separator of the request table.
pub fn requests_head(widths: Widths) -> [String; 2] {
    let (method, name) = (widths.method(), padding(widths.short_name()));
    let header = format!(
        "{:<method$} {:<name$} {:>7} {:>12} |{:>7} {:>7} {:>7}{:>7} | {:>7} {:>11}",
        "Type", "Name", "# reqs", "# fails", "Avg", "Min", "Max", "Med", "req/s", "failures/s"
    );
    let columns = [widths.method, widths.short_name(), 7, 13, 7, 7, 7, 7, 8, 11];
    [header, columns.map(dashes).join("|")]
}

/// Times are cut to whole milliseconds; a long name pushes the columns rather than being cut.
pub fn request_row(method: &str, name: &str, figures: &Figures, widths: Widths) -> String {
    let (method_width, name_width) = (widths.method(), padding(widths.short_name()));
    let method = if method.is_empty() {
        String::new()
    } else {
        format!("{method} ")
    };
    let failures = format!("{}({:.2}%)", figures.failures, figures.fail_ratio * 100.0);
    format!(
        "{method:<method_width$} {name:<name_width$} {:>7} {failures:>12} |{:>7} {:>7} {:>7}{:>7} | {:>7.2} {:>11.2}",
        figures.requests,
        figures.average as i64,
        figures.minimum as i64,
        figures.maximum as i64,
        figures.median as i64,
        figures.requests_per_second,
        figures.failures_per_second,
    )
}

/// Percentiles of every entry that has response times, then of the aggregate.
pub fn percentiles(snapshot: &Snapshot, percents: &[f64], widths: Widths) -> Vec<String> {
    let row = |entry: &EntryRow| {
        let of = |percent: &f64| entry.response_time_percentile(*percent).as_f64();
        let values: Vec<f64> = percents.iter().map(of).collect();
        percentile_row(
            &entry.method,
            &entry.name,
            &values,
            entry.num_requests,
            widths,
        )
    };
    let [title, header, separator] = percentiles_head(percents, widths);
    let mut lines = vec![title, header, separator.clone()];
    let timed = |entry: &&Arc<EntryRow>| !entry.buckets.is_empty();
    let rows = snapshot.sorted().into_iter().filter(timed);
    lines.extend(rows.map(|entry| row(entry)));
    lines.push(separator);
    lines.extend(Some(&snapshot.total).filter(timed).map(|total| row(total)));
    lines
}

/// The title, the header and the separator of the percentile table.
pub fn percentiles_head(percents: &[f64], widths: Widths) -> [String; 3] {
    let (method, name) = (widths.method(), widths.name());
    let mut header = format!("{:<method$} {:<name$}", "Type", "Name");
    let labels = percents.iter().map(|percent| readable_percent(*percent));
    push_columns(&mut header, labels.chain(["# reqs".to_owned()]));
    let mut columns = vec![widths.method, widths.name, 8];
    columns.extend(percents.iter().map(|_| 6));
    let separator: Vec<String> = columns.into_iter().map(dashes).collect();
    [
        "Response time percentiles (approximated)".to_owned(),
        header,
        separator.join("|"),
    ]
}

/// One row of the percentile table.
pub fn percentile_row(
    method: &str,
    name: &str,
    values: &[f64],
    requests: i64,
    widths: Widths,
) -> String {
    let (method_width, name_width) = (widths.method(), widths.name());
    let mut row = format!("{method:<method_width$} {name:<name_width$}");
    let values = values.iter().map(|value| *value as i64).chain([requests]);
    push_columns(&mut row, values.map(|value| value.to_string()));
    row
}

/// The first column is wider than the others, whatever stands in it.
fn push_columns(line: &mut String, cells: impl Iterator<Item = String>) {
    let widths = std::iter::once(8).chain(std::iter::repeat(6));
    line.extend(
        cells
            .zip(widths)
            .map(|(cell, width)| format!(" {cell:>width$}")),
    );
}

/// `0.5` as `50%`, `0.999` as `99.9%`.
pub(super) fn readable_percent(fraction: f64) -> String {
    let percent = fraction * 100.0;
    if percent.fract() == 0.0 {
        return format!("{}%", percent as i64);
    }
    format!("{:?}%", (percent * 1e6).round_ties_even() / 1e6)
}

/// Occurrences and texts, in the order given.
pub fn errors<'a>(rows: impl IntoIterator<Item = (i64, &'a str)>, name_width: i64) -> Vec<String> {
    let separator = format!("{}|{}", dashes(18), dashes(80 + name_width - 19));
    let mut lines = vec![
        "Error report".to_owned(),
        format!("{:18} {:100}", "# occurrences", "Error"),
    ];
    lines.push(separator.clone());
    let rows = rows.into_iter();
    lines.extend(rows.map(|(occurrences, text)| format!("{occurrences:<18} {text:<100}")));
    lines.push(separator);
    lines.push(String::new());
    lines
}

/// Our own end of a run: exact response times, what became of every sample and every attempt, why calls were not
/// sent by the engine (`reasons`, with how many calls each stands for), how late users ran, and which names are one that
/// the suite spells in many ways. Nothing when there is nothing to say.
pub fn accounting(tick: &Tick, reasons: &[(String, u64)]) -> Vec<String> {
    let snapshot = &tick.snapshot;
    let accounting = &snapshot.accounting;
    let mut lines: Vec<String> = exact_line(&snapshot.total).into_iter().collect();
    let samples = [
        ("ok", accounting.ok),
        ("failed", accounting.failed),
        ("failed before sending", accounting.failed_before_send),
        ("cut before sending", accounting.cut_not_sent),
        ("cut after sending", accounting.cut_sent),
        ("cut while answered", accounting.cut_answering),
        ("cut at an unknown point", accounting.cut_unknown),
        ("unreported", accounting.unreported),
    ];
    lines.extend(sum_line("Samples", accounting.samples(), &samples));
    let attempts = [
        ("answered", accounting.answered),
        ("failed after sending", accounting.failed_after_send),
        ("cut after sending", accounting.cut_after_send),
    ];
    lines.extend(sum_line(
        "Requests sent, redirects and retries included",
        accounting.attempts(),
        &attempts,
    ));
    lines.extend(python_line(accounting, reasons));
    lines.extend(fired_line(accounting.fired_by_suite));
    lines.extend(stock_line(accounting.by_locust_workers));
    lines.extend(losses::lines(&tick.run.losses));
    lines.extend(super::lag::line(&snapshot.lags));
    lines.extend(super::remarks::similar_names::lines(snapshot));
    lines
}

/// Locust's tables cut times to whole milliseconds; these are not cut.
fn exact_line(total: &EntryRow) -> Option<String> {
    let times = [0.5, 0.95, 0.99, 1.0]
        .map(|quantile| super::brief::milliseconds(total.exact_percentile_ms(quantile)));
    let times = times.join("/");
    let kind = if total.is_rounded {
        "in part rounded by Locust's workers"
    } else {
        "exact"
    };
    (total.exact.count() > 0)
        .then(|| format!("Response times in ms, {kind} (p50/p95/p99/max): {times}"))
}

fn python_line(accounting: &Accounting, reasons: &[(String, u64)]) -> Option<String> {
    let samples = accounting.python_timed;
    let reasons: Vec<String> = reasons
        .iter()
        .map(|(reason, count)| format!("{count} {reason}"))
        .collect();
    let why = if reasons.is_empty() {
        String::new()
    } else {
        format!(" (why: {})", reasons.join(", "))
    };
    let unknown = match accounting.attempts_unknown {
        0 => String::new(),
        some => format!(", attempts unknown of {some}"),
    };
    (samples > 0).then(|| {
        format!(
            "Sent by a Python library, not by the engine: {samples}{why}{unknown}; their times include waiting for Python, see \
             docs/http-roads.md"
        )
    })
}

/// Of what the suite reports itself nobody sees the rest.
fn fired_line(samples: u64) -> Option<String> {
    (samples > 0).then(|| {
        format!(
            "Fired by the locustfile itself: {samples} (attempts, cut and unreported ones unknown)"
        )
    })
}

/// Locust's workers count what came to an end.
fn stock_line(samples: u64) -> Option<String> {
    (samples > 0).then(|| {
        format!(
            "Reported by Locust's workers: {samples} (attempts, cut and unreported ones unknown)"
        )
    })
}

fn sum_line(title: &str, sum: u64, classes: &[(&str, u64)]) -> Option<String> {
    let parts = classes.iter().filter(|(_, count)| *count > 0);
    let parts: Vec<String> = parts
        .map(|(class, count)| format!("{count} {class}"))
        .collect();
    (sum > 0).then(|| format!("{title}: {sum} ({})", parts.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rlocust_core::model::{Bucket, LagSummary, Number};

    /// 29 requests of about 3 ms; five of them and no failure in the ten seconds that count.
    fn entry(method: &str, name: &str) -> EntryRow {
        EntryRow {
            name: name.into(),
            method: method.into(),
            num_requests: 29,
            total_response_time: Number::Real(84.1),
            min_response_time: Some(Number::Real(1.2)),
            max_response_time: Number::Real(5.7),
            start_time: 100.0,
            last_request_timestamp: Some(120.0),
            num_reqs_per_sec: [(110, 3), (112, 2), (119, 24)].into_iter().collect(),
            buckets: vec![(Bucket::whole(3), 20), (Bucket::whole(6), 9)],
            ..EntryRow::default()
        }
    }

    fn snapshot() -> Snapshot {
        let nothing = EntryRow {
            name: "/none".into(),
            ..EntryRow::default()
        };
        let entries = [entry("GET", "/b"), entry("GET", "/"), nothing];
        let total = EntryRow {
            num_requests: 117,
            num_none_requests: 88,
            num_failures: 22,
            ..entry("", "Aggregated")
        };
        Snapshot {
            entries: entries.into_iter().map(Arc::new).collect(),
            total: Arc::new(total),
            ..Snapshot::default()
        }
    }

    #[test]
    fn the_request_table_is_locusts() {
        let widths = Widths {
            method: 8,
            name: 20,
        };
        insta::assert_snapshot!(requests(&snapshot(), Rates::Current, widths).join("\n"), @r"
        Type     Name              # reqs      # fails |    Avg     Min     Max    Med |   req/s  failures/s
        --------|----------------|-------|-------------|-------|-------|-------|-------|--------|-----------
        GET      /                     29     0(0.00%) |      2       1       5      3 |    0.50        0.00
        GET      /b                    29     0(0.00%) |      2       1       5      3 |    0.50        0.00
                 /none                  0     0(0.00%) |      0       0       0      0 |    0.00        0.00
        --------|----------------|-------|-------------|-------|-------|-------|-------|--------|-----------
                 Aggregated           117   22(18.80%) |      2       1       5      3 |    0.50        0.00
        ");
    }

    #[test]
    fn the_percentile_table_leaves_out_entries_without_times() {
        let widths = Widths {
            method: 8,
            name: 20,
        };
        insta::assert_snapshot!(percentiles(&snapshot(), &[0.5, 0.95, 0.999, 1.0], widths).join("\n"), @r"
        Response time percentiles (approximated)
        Type     Name                      50%    95%  99.9%   100% # reqs
        --------|--------------------|--------|------|------|------|------
        GET      /                           3      6      6      6     29
        GET      /b                          3      6      6      6     29
        --------|--------------------|--------|------|------|------|------
                 Aggregated                  3      6      6      6    117
        ");
    }

    #[test]
    fn without_a_name_column_the_separator_collapses_and_names_still_pad_to_four() {
        let [header, separator] = requests_head(Widths { method: 8, name: 0 });
        assert!(separator.starts_with("--------||-------"));
        assert!(header.starts_with("Type     Name  # reqs"));
    }

    #[test]
    fn the_error_report_pads_its_lines() {
        let lines = errors([(9, "GET /catch: custom failure")], 80);
        assert_eq!(lines[3].len(), 119);
        assert_eq!(lines[2].len(), 18 + 1 + 141);
        assert_eq!(lines.last().map(String::as_str), Some(""));
    }

    #[test]
    fn the_end_shows_what_became_of_every_sample() {
        assert!(accounting(&Tick::default(), &[]).is_empty());
        let counts = Accounting {
            ok: 95,
            failed: 22,
            cut_not_sent: 1,
            cut_sent: 2,
            answered: 120,
            cut_after_send: 2,
            python_timed: 4,
            ..Accounting::default()
        };
        let lag = LagSummary {
            count: 120,
            p50_us: 41,
            p99_us: 260,
            max_us: 12_345,
        };
        let mut exact = rlocust_core::histogram::Exact::default();
        exact.record_us(310);
        let total = EntryRow {
            exact: Arc::new(exact),
            ..EntryRow::default()
        };
        let snapshot = Snapshot {
            accounting: counts,
            lags: [LagSummary::default(), lag, lag],
            total: Arc::new(total),
            ..Snapshot::default()
        };
        let reasons = [("hooks".to_owned(), 3), ("stream".to_owned(), 1)];
        let lines = accounting(&Tick::of_sums(snapshot), &reasons);
        insta::assert_snapshot!(lines.join("\n"), @r"
        Response times in ms, exact (p50/p95/p99/max): 0.31/0.31/0.31/0.31
        Samples: 120 (95 ok, 22 failed, 1 cut before sending, 2 cut after sending)
        Requests sent, redirects and retries included: 122 (120 answered, 2 cut after sending)
        Sent by a Python library, not by the engine: 4 (why: 3 hooks, 1 stream); their times include waiting for Python, see docs/http-roads.md
        Scheduling lag in ms (p50/p99/max): submit 0.041/0.26/12.3, resume 0.041/0.26/12.3
        ");
    }

    #[test]
    fn the_end_says_what_is_not_known_of_samples_past_the_engine() {
        let lines = |counts: &Accounting| {
            let snapshot = Snapshot {
                accounting: *counts,
                ..Snapshot::default()
            };
            accounting(&Tick::of_sums(snapshot), &[])
        };
        let mut counts = Accounting {
            ok: 4,
            cut_unknown: 2,
            python_timed: 5,
            answered: 5,
            ..Accounting::default()
        };
        assert!(!lines(&counts).join("").contains("unknown of"));
        counts.attempts_unknown = 2;
        counts.fired_by_suite = 1;
        counts.by_locust_workers = 3;
        insta::assert_snapshot!(lines(&counts).join("\n"), @r"
        Samples: 6 (4 ok, 2 cut at an unknown point)
        Requests sent, redirects and retries included: 5 (5 answered)
        Sent by a Python library, not by the engine: 5, attempts unknown of 2; their times include waiting for Python, see docs/http-roads.md
        Fired by the locustfile itself: 1 (attempts, cut and unreported ones unknown)
        Reported by Locust's workers: 3 (attempts, cut and unreported ones unknown)
        ");
    }

    #[test]
    fn percents_read_as_python_prints_them() {
        let texts = [0.5, 0.66, 0.999, 0.9999, 1.0, 0.55].map(readable_percent);
        assert_eq!(texts, ["50%", "66%", "99.9%", "99.99%", "100%", "55.0%"]);
    }

    #[test]
    fn ties_round_to_even_as_in_python() {
        let figures = Figures {
            requests_per_second: 0.125,
            failures_per_second: 0.375,
            ..Figures::default()
        };
        assert!(
            request_row("GET", "/", &figures, Widths::default()).ends_with("|    0.12        0.38")
        );
    }
}
