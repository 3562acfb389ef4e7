//! The figures of endpoints in an event. In columns: a name stands once, not once a row, and neighbours are alike, so that
//! a second of five hundred endpoints costs little to write, to pack and to send.
use serde::Serialize;

use super::super::timeline::{Point, milliseconds};
use super::endpoints;
use rlocust_core::model::EntryRow;

/// The whole run so far.
#[derive(Debug, Serialize)]
pub struct Sum {
    requests: i64,
    failures: i64,
    avg: f64,
    min: Option<f64>,
    max: f64,
    p50: Option<f64>,
    p95: Option<f64>,
    p99: Option<f64>,
    size: f64,
    /// Workers of Locust's have a part in it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    rounded: bool,
}

impl Sum {
    pub fn of(row: &EntryRow) -> Self {
        let shown = endpoints::held(row, row.shown_us());
        let [p50, p95, p99] = shown.map(|time| time.map(milliseconds));
        Self {
            requests: row.num_requests,
            failures: row.num_failures,
            avg: milliseconds(row.avg_response_time()),
            min: row
                .min_response_time
                .map(|least| milliseconds(least.as_f64())),
            max: milliseconds(row.max_response_time.as_f64()),
            p50,
            p95,
            p99,
            size: row.avg_content_length().round(),
            rounded: row.is_rounded,
        }
    }

    fn figures(&self) -> [Option<f64>; SUM.len()] {
        let whole = |count: i64| Some(count as f64);
        [
            whole(self.requests),
            whole(self.failures),
            Some(self.avg),
            self.min,
            Some(self.max),
            self.p50,
            self.p95,
            self.p99,
            Some(self.size),
        ]
    }
}

const POINT: [&str; 7] = ["rps", "fps", "p50", "p95", "p99", "max", "avg"];
const SUM: [&str; 9] = [
    "requests", "failures", "avg", "min", "max", "p50", "p95", "p99", "size",
];
/// Characters that a figure takes, about.
const WIDTH: usize = 6;

/// The endpoints that had requests: what the tick brought, and the whole run so far. Written as they come, each figure at
/// the end of its column: a tick has thousands, which nobody needs in another form.
#[derive(Debug)]
pub struct Changed {
    indices: String,
    points: [String; POINT.len()],
    sums: [String; SUM.len()],
    rounded: Vec<usize>,
}

impl Changed {
    /// Of so many rows.
    pub fn with_room(rows: usize) -> Self {
        let column = || String::with_capacity(rows * WIDTH);
        Self {
            indices: column(),
            points: std::array::from_fn(|_| column()),
            sums: std::array::from_fn(|_| column()),
            rounded: Vec::new(),
        }
    }

    pub fn push(&mut self, at: usize, point: &Point, sum: &Sum) {
        put(&mut self.indices, Some(at as f64));
        let points = self.points.iter_mut().zip(point.shown().columns());
        points.for_each(|(column, figure)| put(column, figure));
        let sums = self.sums.iter_mut().zip(sum.figures());
        sums.for_each(|(column, figure)| put(column, figure));
        self.rounded.extend(sum.rounded.then_some(at));
    }

    /// Bytes as JSON, about.
    pub fn length(&self) -> usize {
        let columns = self.points.iter().chain(&self.sums);
        let figures: usize = columns.map(|column| column.len() + 16).sum();
        self.indices.len() + figures + 64
    }

    /// As JSON.
    pub fn write(&self, to: &mut String) {
        to.push_str("{\"i\":");
        array(to, &self.indices);
        for (name, column) in POINT.iter().zip(&self.points) {
            member(to, name, column);
        }
        let mut separator = ",\"sum\":{";
        for (name, column) in SUM.iter().zip(&self.sums) {
            to.push_str(separator);
            key(to, name);
            array(to, column);
            separator = ",";
        }
        to.push('}');
        if !self.rounded.is_empty() {
            let mut column = String::new();
            let all = self.rounded.iter();
            all.for_each(|at| put(&mut column, Some(*at as f64)));
            member(to, "rounded", &column);
        }
        to.push('}');
    }
}

fn member(to: &mut String, name: &str, column: &str) {
    to.push(',');
    key(to, name);
    array(to, column);
}

fn key(to: &mut String, name: &str) {
    to.push('"');
    to.push_str(name);
    to.push_str("\":");
}

/// Of figures with a comma behind each.
fn array(to: &mut String, column: &str) {
    to.push('[');
    to.push_str(column.strip_suffix(',').unwrap_or(column));
    to.push(']');
}

/// One figure and a comma. Nearly all have two digits behind the point at most, and are written as hundredths: to look for
/// the shortest text of any number takes several times as long.
fn put(to: &mut String, figure: Option<f64>) {
    match figure {
        Some(value) if value.is_finite() => {
            let hundredths = (value * 100.0 + 0.5_f64.copysign(value)) as i64;
            let is_exact =
                value.abs() < 1e13 && (hundredths as f64 / 100.0).to_bits() == value.to_bits();
            if is_exact {
                put_hundredths(to, hundredths);
            } else {
                to.push_str(zmij::Buffer::new().format_finite(value));
            }
        }
        _ => to.push_str("null"),
    }
    to.push(',');
}

/// Without zeros at the end.
fn put_hundredths(to: &mut String, hundredths: i64) {
    let (mut text, mut at) = ([0; 24], 24);
    let mut prepend = |byte: u8| {
        at -= 1;
        text[at] = byte;
    };
    let all = hundredths.unsigned_abs();
    let (mut whole, tenth, last) = (all / 100, (all / 10 % 10) as u8, (all % 10) as u8);
    if last > 0 {
        prepend(b'0' + last);
    }
    if tenth > 0 || last > 0 {
        prepend(b'0' + tenth);
        prepend(b'.');
    }
    loop {
        prepend(b'0' + (whole % 10) as u8);
        whole /= 10;
        if whole == 0 {
            break;
        }
    }
    if hundredths < 0 {
        prepend(b'-');
    }
    to.push_str(str::from_utf8(&text[at..]).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn text(figure: f64) -> String {
        let mut text = String::new();
        put(&mut text, Some(figure));
        text.trim_end_matches(',').to_owned()
    }

    #[test]
    fn figures_are_written_as_short_as_they_can_be() {
        let cases = [
            (0.0, "0"),
            (12.0, "12"),
            (0.5, "0.5"),
            (0.05, "0.05"),
            (99.99, "99.99"),
            (-1.25, "-1.25"),
            (1e12, "1000000000000"),
            (0.125, "0.125"),
            (f64::NAN, "null"),
            (f64::INFINITY, "null"),
        ];
        for (figure, expected) in cases {
            assert_eq!(text(figure), expected);
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_as_the_same_figure(
            rounded in -2_000_000_i64..2_000_000,
            any in prop::num::f64::NORMAL,
        ) {
            for figure in [rounded as f64 / 100.0, any] {
                let read: f64 = serde_json::from_str(&text(figure)).expect("a number");
                prop_assert_eq!(read.to_bits(), figure.to_bits());
            }
        }
    }
}
