//! Locust's CSV files (docs/contract/outputs.md §6): comma, CRLF, quotes where they are needed, floats as Python
//! prints them. Percentiles are given because suites set them; the columns are named after them. The file that has a
//! row of each entry is in `requests_sheet`.
use std::sync::Arc;

use super::python_text::{push_number, utc};
use super::table::readable_percent;
use rlocust_core::model::{EntryRow, Number, RunState, Snapshot, Span, Tick};

pub(super) const WHOLE_RUN: [&str; 7] = [
    "Request Count",
    "Failure Count",
    "Median Response Time",
    "Average Response Time",
    "Min Response Time",
    "Max Response Time",
    "Average Content Size",
];
pub(super) const RATES: [&str; 2] = ["Requests/s", "Failures/s"];

/// Which entries have rows in the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum History {
    /// The aggregate alone; its percentiles are those of the whole run.
    Aggregate,
    /// Every entry, then the aggregate; percentiles of the last `window` seconds.
    Everything { window: i64 },
}

/// `PREFIX_failures.csv`, by the key of the error.
pub fn failures(snapshot: &Snapshot) -> Vec<u8> {
    let mut sheet = Sheet::default();
    sheet.row(
        [
            "Method",
            "Name",
            "Error",
            "Occurrences",
            "First Seen",
            "Last Seen",
        ]
        .map(str::to_owned),
    );
    let mut rows: Vec<_> = snapshot.errors.iter().collect();
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    for row in rows {
        let seen = |at: Option<f64>| at.map_or_else(String::new, utc);
        sheet.row([
            row.method.to_string(),
            row.name.to_string(),
            row.text.to_string(),
            row.occurrences.to_string(),
            seen(row.first_seen),
            seen(row.last_seen),
        ]);
    }
    sheet.bytes()
}

/// `PREFIX_exceptions.csv`.
pub fn exceptions(run: &RunState) -> Vec<u8> {
    let mut sheet = Sheet::default();
    sheet.row(["Count", "Message", "Traceback", "Nodes"].map(str::to_owned));
    for row in &run.exceptions {
        sheet.row([
            row.count.to_string(),
            row.message.clone(),
            row.traceback.clone(),
            row.nodes.clone(),
        ]);
    }
    sheet.bytes()
}

/// The first line of `PREFIX_stats_history.csv`.
pub fn history_head(percentiles: &[f64]) -> Vec<u8> {
    let mut sheet = Sheet::default();
    let head = ["Timestamp", "User Count", "Type", "Name"];
    let head = head.into_iter().chain(RATES).map(str::to_owned);
    let whole_run = WHOLE_RUN.map(|title| format!("Total {title}"));
    sheet.row(head.chain(titles(percentiles)).chain(whole_run));
    sheet.bytes()
}

/// What one instant adds to `PREFIX_stats_history.csv`.
pub fn history_rows(tick: &Tick, percentiles: &[f64], history: History) -> Vec<u8> {
    let mut sheet = Sheet::default();
    let span = tick.snapshot.span();
    match history {
        History::Aggregate => sheet.row(history_row(
            &tick.snapshot.total,
            tick,
            span,
            percentiles,
            history,
        )),
        History::Everything { .. } => {
            for row in sorted_and_total(&tick.snapshot) {
                sheet.row(history_row(row, tick, span, percentiles, history));
            }
        }
    }
    sheet.bytes()
}

fn history_row(
    row: &EntryRow,
    tick: &Tick,
    span: Span,
    percentiles: &[f64],
    history: History,
) -> impl Iterator<Item = String> {
    let head = [
        (tick.now as i64).to_string(),
        tick.run.user_count.to_string(),
        row.method.to_string(),
        row.name.to_string(),
        format!("{:.6}", row.current_rps(span)),
        format!("{:.6}", row.current_fail_per_sec(span)),
    ];
    let (mut times, whole_run) = times_and_whole_run(row, percentiles);
    if let History::Everything { window } = history
        && row.window.is_some()
    {
        let current = row.current_percentiles(tick.now, window, percentiles);
        let none_yet = || vec![Number::ZERO; percentiles.len()];
        times = percentile_cells(row, &current.unwrap_or_else(none_yet));
    }
    let numbers = times.into_iter().chain(whole_run);
    head.into_iter().chain(numbers.map(Cell::text))
}

fn sorted_and_total(snapshot: &Snapshot) -> impl Iterator<Item = &Arc<EntryRow>> {
    snapshot
        .sorted()
        .into_iter()
        .chain(std::iter::once(&snapshot.total))
}

pub(super) fn titles(percentiles: &[f64]) -> impl Iterator<Item = String> {
    percentiles.iter().map(|percent| readable_percent(*percent))
}

/// What stands in a cell that is no text of the run's: it needs no quotes.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cell {
    Number(Number),
    NotAvailable,
}

impl Cell {
    pub fn push(self, text: &mut String) {
        match self {
            Self::Number(number) => push_number(text, number),
            Self::NotAvailable => text.push_str("N/A"),
        }
    }

    fn text(self) -> String {
        let mut text = String::new();
        self.push(&mut text);
        text
    }
}

/// The cells of the whole run's percentiles, and of `WHOLE_RUN`.
pub(super) fn times_and_whole_run(row: &EntryRow, percentiles: &[f64]) -> (Vec<Cell>, [Cell; 7]) {
    let (median, times) = row.median_and_percentiles(percentiles);
    (percentile_cells(row, &times), whole_run(row, median))
}

fn whole_run(row: &EntryRow, median: Number) -> [Cell; 7] {
    // Of no request, Locust's mean length is the int 0.
    let length = if row.num_requests == 0 {
        Number::ZERO
    } else {
        Number::Real(row.avg_content_length())
    };
    // Python's `min or 0`: a least time of 0.0 prints as 0.
    let least = row.min_response_time.filter(|least| *least != Number::ZERO);
    [
        Number::Whole(row.num_requests),
        Number::Whole(row.num_failures),
        median,
        Number::Real(row.avg_response_time()),
        least.unwrap_or(Number::ZERO),
        row.max_response_time,
        length,
    ]
    .map(Cell::Number)
}

fn percentile_cells(row: &EntryRow, times: &[Number]) -> Vec<Cell> {
    if row.num_requests == 0 {
        return vec![Cell::NotAvailable; times.len()];
    }
    let whole = |time: &Number| Cell::Number(Number::Whole(time.as_f64() as i64));
    times.iter().map(whole).collect()
}

/// Rows as the csv module of Python writes them.
#[derive(Debug)]
pub(super) struct Sheet(csv::Writer<Vec<u8>>);

impl Default for Sheet {
    fn default() -> Self {
        let mut builder = csv::WriterBuilder::new();
        Self(
            builder
                .terminator(csv::Terminator::CRLF)
                .flexible(true)
                .from_writer(Vec::new()),
        )
    }
}

impl Sheet {
    pub fn row(&mut self, cells: impl IntoIterator<Item = String>) {
        // Into memory: it cannot fail, and rows may differ in length.
        self.0.write_record(cells).unwrap_or_default();
    }

    pub fn text(self) -> String {
        String::from_utf8(self.bytes()).unwrap_or_default() // texts between commas are text
    }

    pub fn bytes(self) -> Vec<u8> {
        self.0.into_inner().unwrap_or_default()
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use rlocust_core::model::{Bucket, ErrorRow, ExceptionRow};

    fn text(bytes: Vec<u8>) -> String {
        String::from_utf8(bytes).expect("CSV is text")
    }

    /// An entry with these times in milliseconds.
    pub fn row(name: &str, method: &str, times: &[i64]) -> Arc<EntryRow> {
        let ms = |time: &i64| Number::Real(*time as f64);
        Arc::new(EntryRow {
            name: name.into(),
            method: method.into(),
            num_requests: times.len().cast_signed() as i64,
            total_response_time: Number::Real(times.iter().sum::<i64>() as f64),
            min_response_time: times.iter().min().map(ms),
            max_response_time: times.iter().max().map_or(Number::ZERO, ms),
            total_content_length: Number::Whole(22),
            start_time: 1000.0,
            last_request_timestamp: Some(1004.0),
            buckets: times.iter().map(|time| (Bucket::whole(*time), 1)).collect(),
            ..EntryRow::default()
        })
    }

    #[test]
    fn failures_are_sorted_by_key_and_exceptions_keep_their_line_breaks() {
        let error = |key: &str, name: &str| {
            Arc::new(ErrorRow {
                key: key.into(),
                name: name.into(),
                method: "GET".into(),
                text: "ValueError('a, b')".into(),
                occurrences: 2,
                first_seen: Some(0.0),
                ..ErrorRow::default()
            })
        };
        let snapshot = Snapshot {
            errors: vec![error("b", "/2"), error("a", "/1")],
            ..Snapshot::default()
        };
        assert_eq!(
            text(failures(&snapshot)),
            "Method,Name,Error,Occurrences,First Seen,Last Seen\r\n\
             GET,/1,\"ValueError('a, b')\",2,1970-01-01T00:00:00Z,\r\n\
             GET,/2,\"ValueError('a, b')\",2,1970-01-01T00:00:00Z,\r\n"
        );
        let row = ExceptionRow {
            count: 1,
            message: "m".into(),
            traceback: "a\nb".into(),
            nodes: "local".into(),
            ..ExceptionRow::default()
        };
        let run = RunState {
            exceptions: vec![Arc::new(row)],
            ..RunState::default()
        };
        assert_eq!(
            text(exceptions(&run)),
            "Count,Message,Traceback,Nodes\r\n1,m,\"a\nb\",local\r\n"
        );
    }

    #[test]
    fn the_history_has_the_aggregate_or_everything() {
        let snapshot = Snapshot {
            entries: vec![row("/", "GET", &[7])],
            total: row("Aggregated", "", &[7]),
            ..Snapshot::default()
        };
        let run = Arc::new(RunState {
            user_count: 3,
            ..RunState::default()
        });
        let tick = Tick {
            now: 1005.9,
            snapshot,
            run,
            ..Tick::default()
        };
        let short = text(history_rows(&tick, &[0.5], History::Aggregate));
        assert_eq!(
            short,
            "1005,3,,Aggregated,0.000000,0.000000,7,1,0,7,7.0,7.0,7.0,22.0\r\n"
        );
        let full = text(history_rows(
            &tick,
            &[0.5],
            History::Everything { window: 10 },
        ));
        assert!(
            full.starts_with("1005,3,GET,/,") && full.ends_with(&short),
            "{full}"
        );
    }
}
