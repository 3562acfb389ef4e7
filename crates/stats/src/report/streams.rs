//! Figures of streamed answers for people and for files: the table of the console, `PREFIX_streams.csv`, the rows of
//! the HTML report. Times in milliseconds, rates in tokens a second.
use std::sync::Arc;

use serde_json::{Value, json};

use super::csv::Sheet;
use super::table::Widths;
use rlocust_core::histogram::Exact;
use rlocust_core::model::{Snapshot, StreamFigure, StreamRow};

/// Percentiles of the table and the file.
const QUANTILES: [(&str, f64); 5] = [
    ("50%", 0.5),
    ("90%", 0.9),
    ("95%", 0.95),
    ("99%", 0.99),
    ("100%", 1.0),
];

/// By name, then method, as Locust's tables.
pub fn sorted(snapshot: &Snapshot) -> Vec<&Arc<StreamRow>> {
    let mut rows: Vec<_> = snapshot.streams.iter().collect();
    rows.sort_by(|a, b| (&a.name, &a.method).cmp(&(&b.name, &b.method)));
    rows
}

/// The mean and the percentiles of a figure, as people read it.
pub fn figures(values: &Exact) -> [f64; 6] {
    let mean = values.sum_us() as f64 / values.count().max(1) as f64;
    let quantiles = values.quantiles_us(QUANTILES.map(|(_, quantile)| quantile));
    let mut all = [mean / 1000.0; 6];
    for (place, value) in all[1..].iter_mut().zip(quantiles) {
        *place = value as f64 / 1000.0;
    }
    all
}

/// Printed after Locust's tables; empty without streams.
pub fn table(snapshot: &Snapshot, widths: Widths) -> Vec<String> {
    let rows = sorted(snapshot);
    if rows.is_empty() {
        return Vec::new();
    }
    let name = widths.name.unsigned_abs() as usize;
    let method = widths.method.unsigned_abs() as usize;
    let heads = QUANTILES.map(|(title, _)| format!("{title:>8}")).concat();
    let mut lines = vec![
        "Streamed answers".to_owned(),
        format!(
            "{:<method$} {:<name$} {:<20}{:>9}{:>9}{heads}",
            "Type", "Name", "Figure", "#", "Avg"
        ),
        "-".repeat(method + name + 22 + 18 + 8 * QUANTILES.len()),
    ];
    for row in rows {
        let mut named = format!("{:<method$} {:<name$}", row.method, row.name);
        for (figure, values) in row.measured() {
            let count = values.count();
            let [mean, rest @ ..] = figures(values);
            let rest = rest.map(|value| format!("{:>8}", short(value))).concat();
            let mean = short(mean);
            lines.push(format!(
                "{named} {:<20}{count:>9}{mean:>9}{rest}",
                figure.title()
            ));
            named = format!("{:<method$} {:<name$}", "", "");
        }
        lines.push(format!("{named} {}", counted(row)));
    }
    lines
}

/// How much came, in words.
fn counted(row: &StreamRow) -> String {
    let counts = &row.counts;
    let (streams, events) = (counts.streams, counts.events);
    let some = |count: u64, what: &str| match count {
        0 => String::new(),
        count => format!(", {count} {what}"),
    };
    let tokens = some(counts.tokens, "tokens");
    let reconnections = some(counts.reconnections, "reconnections");
    format!("{streams} streams, {events} events{tokens}{reconnections}")
}

/// Three digits that count.
pub fn short(value: f64) -> String {
    match value {
        value if value >= 99.95 => format!("{value:.0}"),
        value if value >= 9.995 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

/// `PREFIX_streams.csv`: a row for each figure that was measured.
pub fn csv(snapshot: &Snapshot) -> Vec<u8> {
    let mut sheet = Sheet::default();
    let head = ["Type", "Name", "Figure", "Unit", "Count", "Average", "Min"];
    let quantiles = QUANTILES.iter().map(|(title, _)| *title);
    let counts = ["Streams", "Events", "Reconnections", "Tokens"];
    sheet.row(
        head.into_iter()
            .chain(quantiles)
            .chain(counts)
            .map(str::to_owned),
    );
    for row in sorted(snapshot) {
        for (figure, values) in row.measured() {
            sheet.row(csv_row(row, figure, values));
        }
    }
    sheet.bytes()
}

fn csv_row(row: &StreamRow, figure: StreamFigure, values: &Exact) -> impl Iterator<Item = String> {
    let [mean, quantiles @ ..] = figures(values);
    let unit = if figure.is_time() { "ms" } else { "tokens/s" };
    let named = [
        row.method.to_string(),
        row.name.to_string(),
        figure.name().to_owned(),
        unit.to_owned(),
        values.count().to_string(),
        format!("{mean:.3}"),
        format!("{:.3}", values.min_us() as f64 / 1000.0),
    ];
    let quantiles = quantiles.map(|value| format!("{value:.3}"));
    named
        .into_iter()
        .chain(quantiles)
        .chain(row.counts.all().map(|count| count.to_string()))
}

/// Of the page and the HTML report: the same lines as the table's.
pub fn for_a_page(snapshot: &Snapshot) -> Value {
    let rows = sorted(snapshot).into_iter().map(|row| {
        let all = row.measured().map(|(figure, values)| {
            json!({"title": figure.title(), "count": values.count(), "values": figures(values)})
        });
        json!({
            "name": &*row.name,
            "method": &*row.method,
            "counted": counted(row),
            "figures": all.collect::<Vec<_>>(),
        })
    });
    Value::Array(rows.collect())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::stats::{Recorder, ResponseTimesCache};

    fn snapshot() -> Snapshot {
        let recorder = Recorder::new(ResponseTimesCache::Off);
        let ms = Duration::from_millis;
        recorder.stream_ledger("GET", "feed").begin(ms(5));
        let chat = recorder.stream_ledger("POST", "chat");
        for at in [1, 2, 3] {
            chat.begin(ms(at * 20));
            chat.event(Some((StreamFigure::FirstEvent, ms(at * 25))));
            chat.event(Some((StreamFigure::Gap, ms(10))));
        }
        chat.tokens(21, ms(100), ms(600));
        chat.reconnect();
        recorder.snapshot()
    }

    #[test]
    fn the_table_has_a_line_for_each_figure_that_was_measured() {
        let widths = Widths { method: 6, name: 8 };
        let lines = table(&snapshot(), widths);
        let expected = "\
Streamed answers
Type   Name     Figure                      #      Avg     50%     90%     95%     99%    100%
----------------------------------------------------------------------------------------------
POST   chat     first byte (ms)             3     40.0    40.0    60.0    60.0    60.0    60.0
                first event (ms)            3     50.0    50.0    75.0    75.0    75.0    75.0
                gap (ms)                    3     10.0    10.0    10.0    10.0    10.0    10.0
                first token (ms)            1      100     100     100     100     100     100
                time per token (ms)         1     25.0    25.0    25.0    25.0    25.0    25.0
                tokens/s                    1     35.0    35.0    35.0    35.0    35.0    35.0
                3 streams, 6 events, 21 tokens, 1 reconnections
GET    feed     first byte (ms)             1     5.00    5.00    5.00    5.00    5.00    5.00
                1 streams, 0 events";
        assert_eq!(lines.join("\n"), expected);
        assert!(table(&Snapshot::default(), widths).is_empty());
    }

    #[test]
    fn the_file_has_a_row_for_each_figure_and_its_unit() {
        let text = String::from_utf8(csv(&snapshot())).expect("UTF-8");
        let rows: Vec<_> = text.lines().collect();
        let head = "Type,Name,Figure,Unit,Count,Average,Min,50%,90%,95%,99%,100%,Streams,Events,Reconnections,Tokens";
        assert_eq!((rows[0], rows.len()), (head, 8));
        let rate = "POST,chat,token_rate,tokens/s,1,35.000,35.000,35.000,35.000,35.000,35.000,35.000,3,6,1,21";
        assert_eq!(rows[6], rate);
    }
}
