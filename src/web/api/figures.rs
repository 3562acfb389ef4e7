//! The figures of endpoints in an event. In columns: a name stands once, not once a row, and neighbours are alike, so that
//! a second of five hundred endpoints costs little to write, to pack and to send.
use serde::ser::{SerializeMap as _, SerializeSeq as _};
use serde::{Serialize, Serializer};

use super::super::course::{Line, Point, milliseconds};
use super::endpoints;

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
    pub fn of(line: &Line) -> Self {
        let row = &line.row;
        let [p50, p95, p99] =
            endpoints::exact(row, [0.5, 0.95, 0.99]).map(|time| time.map(milliseconds));
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

    fn figures(&self) -> [Figure; SUM.len()] {
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
        .map(Figure)
    }
}

const POINT: [&str; 7] = ["rps", "fps", "p50", "p95", "p99", "max", "avg"];
const SUM: [&str; 9] = [
    "requests", "failures", "avg", "min", "max", "p50", "p95", "p99", "size",
];

/// The endpoints that had requests: what the tick brought, and the whole run so far.
#[derive(Debug, Default)]
pub struct Changed {
    indices: Vec<usize>,
    points: Vec<[Figure; POINT.len()]>,
    sums: Vec<[Figure; SUM.len()]>,
    rounded: Vec<usize>,
}

impl<'a> FromIterator<(usize, &'a Point, Sum)> for Changed {
    fn from_iter<I: IntoIterator<Item = (usize, &'a Point, Sum)>>(rows: I) -> Self {
        let mut changed = Self::default();
        for (at, point, sum) in rows {
            changed.indices.push(at);
            changed.points.push(point.shown().columns().map(Figure));
            changed.sums.push(sum.figures());
            changed.rounded.extend(sum.rounded.then_some(at));
        }
        changed
    }
}

impl Serialize for Changed {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut map = to.serialize_map(None)?;
        map.serialize_entry("i", &self.indices)?;
        for (at, name) in POINT.iter().enumerate() {
            map.serialize_entry(name, &Column(&self.points, at))?;
        }
        map.serialize_entry("sum", &Columns(SUM, &self.sums))?;
        if !self.rounded.is_empty() {
            map.serialize_entry("rounded", &self.rounded)?;
        }
        map.end()
    }
}

struct Columns<'a, const N: usize>([&'static str; N], &'a [[Figure; N]]);

impl<const N: usize> Serialize for Columns<'_, N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let columns = self.0.iter().enumerate();
        to.collect_map(columns.map(|(at, name)| (name, Column(self.1, at))))
    }
}

/// One figure of every row.
struct Column<'a, const N: usize>(&'a [[Figure; N]], usize);

impl<const N: usize> Serialize for Column<'_, N> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut seq = to.serialize_seq(Some(self.0.len()))?;
        for row in self.0 {
            seq.serialize_element(&row[self.1])?;
        }
        seq.end()
    }
}

/// Whole numbers stand without a point.
#[derive(Debug, Clone, Copy)]
struct Figure(Option<f64>);

impl Serialize for Figure {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            None => to.serialize_none(),
            Some(value) if value.fract() == 0.0 && value.abs() < 1e15 => {
                to.serialize_i64(value as i64)
            }
            Some(value) => to.serialize_f64(value),
        }
    }
}
