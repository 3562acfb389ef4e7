//! `PREFIX_stats.csv` (docs/contract/outputs.md §6), as often as a run wants it. The cells of a row that has not
//! changed since the last time are kept; only its rates are written anew, since they follow the aggregate's clock.
//! Rows are known again by their `Arc`, of which no share is held: a kept line must not keep a histogram alive.
use std::sync::{Arc, Weak};

use super::csv::{Cell, RATES, Sheet, WHOLE_RUN, times_and_whole_run, titles};
use super::python_text::push_float;
use rlocust_core::model::{EntryRow, Snapshot, Span};

/// Renders one snapshot after the other, with the percentiles it was made for.
#[derive(Debug)]
pub struct RequestsSheet {
    percentiles: Vec<f64>,
    head: String,
    /// In the order of the snapshot.
    lines: Vec<Line>,
    /// Where the lines are in the order of the file.
    order: Vec<usize>,
    total: Line,
    /// Of the last text, for the next.
    length: usize,
}

/// A row's cells, but for its rates, in one text: thousands of lines are read from memory that is not near.
#[derive(Debug)]
struct Line {
    of: Weak<EntryRow>,
    name: Arc<str>,
    method: Arc<str>,
    /// Method and name, quoted where that is needed, then numbers, then the end of the line.
    text: String,
    numbers_at: usize,
    rates_at: usize,
}

impl RequestsSheet {
    pub fn new(percentiles: &[f64]) -> Self {
        let mut head = Sheet::default();
        let titled = ["Type", "Name"].into_iter().chain(WHOLE_RUN).chain(RATES);
        head.row(titled.map(str::to_owned).chain(titles(percentiles)));
        Self {
            head: head.text(),
            total: Line::of(&Arc::default(), percentiles),
            percentiles: percentiles.to_vec(),
            lines: Vec::new(),
            order: Vec::new(),
            length: 0,
        }
    }

    /// The whole file.
    pub fn render(&mut self, snapshot: &Snapshot) -> Vec<u8> {
        self.follow(snapshot);
        let span = snapshot.span();
        let mut text = String::with_capacity(self.length + self.length / 8);
        text.push_str(&self.head);
        for at in &self.order {
            self.lines[*at].push(&mut text, &snapshot.entries[*at], span);
        }
        self.total.push(&mut text, &snapshot.total, span);
        self.length = text.len();
        text.into_bytes()
    }

    /// Renders the cells of the rows that changed.
    fn follow(&mut self, snapshot: &Snapshot) {
        let mut is_in_order = self.lines.len() == snapshot.entries.len();
        self.lines.truncate(snapshot.entries.len());
        for (at, row) in snapshot.entries.iter().enumerate() {
            match self.lines.get_mut(at) {
                Some(line) => {
                    is_in_order &= line.is_named_as(row);
                    line.follow(row, &self.percentiles);
                }
                None => self.lines.push(Line::of(row, &self.percentiles)),
            }
        }
        if !is_in_order {
            self.order = snapshot.order();
        }
        self.total.follow(&snapshot.total, &self.percentiles);
    }
}

impl Line {
    fn of(row: &Arc<EntryRow>, percentiles: &[f64]) -> Self {
        let mut named = Sheet::default();
        named.row([row.method.to_string(), row.name.to_string()]);
        let mut text = named.text();
        let numbers_at = text.trim_end_matches("\r\n").len();
        text.shrink_to(numbers_at + 128); // 8 KiB until here
        let mut line = Self {
            of: Weak::new(),
            name: Arc::clone(&row.name),
            method: Arc::clone(&row.method),
            text,
            numbers_at,
            rates_at: numbers_at,
        };
        line.fill(row, percentiles);
        line
    }

    /// The numbers of a row of this name.
    fn fill(&mut self, row: &Arc<EntryRow>, percentiles: &[f64]) {
        let (times, whole_run) = times_and_whole_run(row, percentiles);
        self.text.truncate(self.numbers_at);
        push_cells(&mut self.text, &whole_run);
        self.rates_at = self.text.len();
        push_cells(&mut self.text, &times);
        self.text.push_str("\r\n");
        self.of = Arc::downgrade(row);
    }

    fn is_of(&self, row: &Arc<EntryRow>) -> bool {
        std::ptr::eq(self.of.as_ptr(), Arc::as_ptr(row))
    }

    fn is_named_as(&self, row: &Arc<EntryRow>) -> bool {
        self.is_of(row) || (self.name == row.name && self.method == row.method)
    }

    fn follow(&mut self, row: &Arc<EntryRow>, percentiles: &[f64]) {
        if self.is_of(row) {
            return;
        }
        if self.is_named_as(row) {
            self.fill(row, percentiles);
        } else {
            *self = Self::of(row, percentiles);
        }
    }

    fn push(&self, text: &mut String, row: &EntryRow, span: Span) {
        let (before_rates, after_rates) = self.text.split_at(self.rates_at);
        text.push_str(before_rates);
        for rate in [row.total_rps(span), row.total_fail_per_sec(span)] {
            text.push(',');
            push_float(text, rate);
        }
        text.push_str(after_rates);
    }
}

fn push_cells(text: &mut String, cells: &[Cell]) {
    for cell in cells {
        text.push(',');
        cell.push(text);
    }
}

#[cfg(test)]
mod tests {
    use super::super::csv::tests::row;
    use super::*;

    fn text(sheet: &mut RequestsSheet, snapshot: &Snapshot) -> String {
        String::from_utf8(sheet.render(snapshot)).expect("CSV is text")
    }

    #[test]
    fn the_stats_file_is_locusts() {
        let snapshot = Snapshot {
            entries: vec![
                row("/fail,\"quoted\"", "GET", &[3, 5]),
                row("/", "GET", &[]),
            ],
            total: row("Aggregated", "", &[3, 5]),
            ..Snapshot::default()
        };
        let lines = text(&mut RequestsSheet::new(&[0.5, 0.999]), &snapshot);
        let expected = "Type,Name,Request Count,Failure Count,Median Response Time,Average Response Time,Min Response Time,\
             Max Response Time,Average Content Size,Requests/s,Failures/s,50%,99.9%\r\n\
             GET,/,0,0,0,0.0,0,0,0,0.0,0.0,N/A,N/A\r\n\
             GET,\"/fail,\"\"quoted\"\"\",2,0,5,4.0,3.0,5.0,11.0,0.5,0.0,5,5\r\n\
             ,Aggregated,2,0,5,4.0,3.0,5.0,11.0,0.5,0.0,5,5\r\n";
        assert_eq!(lines, expected);
    }

    fn lines(sheet: &mut RequestsSheet, snapshot: &Snapshot) -> Vec<String> {
        let text = text(sheet, snapshot);
        text.lines().skip(1).map(str::to_owned).collect()
    }

    #[test]
    fn a_row_that_changed_is_rendered_anew_and_the_rates_of_all_follow_the_clock() {
        let mut sheet = RequestsSheet::new(&[0.5]);
        let mut snapshot = Snapshot {
            entries: vec![row("/b", "GET", &[3, 5]), row("/a", "GET", &[7])],
            total: row("Aggregated", "", &[3, 5, 7]),
            ..Snapshot::default()
        };
        let before = [
            "GET,/a,1,0,7,7.0,7.0,7.0,22.0,0.25,0.0,7",
            "GET,/b,2,0,5,4.0,3.0,5.0,11.0,0.5,0.0,5",
            ",Aggregated,3,0,5,5.0,3.0,7.0,7.333333333333333,0.75,0.0,5",
        ];
        assert_eq!(lines(&mut sheet, &snapshot), before);

        snapshot.entries[0] = row("/b", "GET", &[3, 5, 9, 9]);
        let mut total = EntryRow::clone(&row("Aggregated", "", &[3, 5, 7, 9, 9]));
        total.last_request_timestamp = Some(1010.0);
        snapshot.total = Arc::new(total);
        let after = [
            "GET,/a,1,0,7,7.0,7.0,7.0,22.0,0.1,0.0,7",
            "GET,/b,4,0,9,6.5,3.0,9.0,5.5,0.4,0.0,9",
            ",Aggregated,5,0,7,6.6,3.0,9.0,4.4,0.5,0.0,7",
        ];
        assert_eq!(lines(&mut sheet, &snapshot), after);
    }

    #[test]
    fn rows_that_come_go_or_change_places_are_sorted_anew() {
        let (a, b, c) = (
            row("/a", "GET", &[1]),
            row("/b", "GET", &[2]),
            row("/c", "GET", &[3]),
        );
        let mut sheet = RequestsSheet::new(&[0.5]);
        for entries in [
            vec![&c, &a],
            vec![&a, &c],
            vec![&a, &c, &b],
            vec![&b],
            vec![&c],
            vec![],
            vec![&c, &b],
        ] {
            let snapshot = Snapshot {
                entries: entries.into_iter().map(Arc::clone).collect(),
                ..Snapshot::default()
            };
            let anew = text(&mut RequestsSheet::new(&[0.5]), &snapshot);
            assert_eq!(text(&mut sheet, &snapshot), anew);
        }
    }

    #[test]
    fn no_row_is_kept_alive() {
        let mut sheet = RequestsSheet::new(&[0.5]);
        let kept = row("/", "GET", &[1]);
        let snapshot = Snapshot {
            entries: vec![Arc::clone(&kept)],
            ..Snapshot::default()
        };
        sheet.render(&snapshot);
        drop(snapshot);
        assert_eq!(Arc::strong_count(&kept), 1);
    }
}
