//! How many answers took how long, over time: columns of counts by rows of a logarithmic scale. A run that outgrows its
//! columns joins neighbours, so that the picture stays whole at any length.
use std::sync::LazyLock;

/// Eight rows to a decade from 0.1 ms to a thousand seconds; one below, one above.
const ROWS: usize = 58;
const LEAST_US: f64 = 100.0;
const TO_A_DECADE: f64 = 8.0;

/// The upper edge of each row but the last, milliseconds.
pub static EDGES_MS: LazyLock<Vec<f64>> =
    LazyLock::new(|| edges_us().map(|us| us / 1000.0).collect());

/// The same in whole microseconds.
static EDGES_US: LazyLock<Vec<u64>> = LazyLock::new(|| edges_us().map(|us| us as u64).collect());

fn edges_us() -> impl Iterator<Item = f64> {
    (0..ROWS - 1).map(|row| LEAST_US * 10_f64.powf(row as f64 / TO_A_DECADE))
}

#[derive(Debug, Clone, Copy)]
struct Column {
    time: f64,
    /// Where its counts begin; they end where those of the next one do.
    first: usize,
}

/// Columns of equal width, oldest first; those without an answer are left out.
#[derive(Debug, Clone)]
pub struct Heat {
    columns: Vec<Column>,
    /// Of all columns, one after the other: row and count, ascending. A block of memory for each would cost more than what
    /// stands in it.
    counts: Vec<(u8, u32)>,
    width: f64,
}

impl Default for Heat {
    fn default() -> Self {
        Self {
            columns: Vec::new(),
            counts: Vec::new(),
            width: 1.0,
        }
    }
}

impl Heat {
    /// Response times in microseconds and how often, ascending; `most` columns are kept.
    pub fn add(&mut self, time: f64, added: &[(u64, u64)], most: usize) {
        if added.is_empty() {
            return;
        }
        let slot = (time / self.width).floor();
        let is_new = self
            .columns
            .last()
            .is_none_or(|last| (last.time / self.width).floor() < slot);
        if is_new {
            self.begin(slot * self.width);
        }
        self.add_to_last(added);
        while self.columns.len() > most {
            self.widen();
        }
    }

    fn begin(&mut self, time: f64) {
        let first = self.counts.len();
        self.columns.push(Column { time, first });
    }

    /// Edges and times ascend together.
    fn add_to_last(&mut self, added: &[(u64, u64)]) {
        let (mut row, edges) = (0, &EDGES_US[..]);
        for (us, count) in added {
            row += edges[row..].partition_point(|edge| edge < us);
            self.count(row as u8, *count);
        }
    }

    /// In the last column.
    fn count(&mut self, row: u8, count: u64) {
        let count = u32::try_from(count).unwrap_or(u32::MAX);
        let first = self.columns.last().map_or(0, |column| column.first);
        if self.counts[first..]
            .last()
            .is_none_or(|(last, _)| *last < row)
        {
            return self.counts.push((row, count));
        }
        match self.counts[first..].binary_search_by_key(&row, |(row, _)| *row) {
            Ok(at) => {
                let known = &mut self.counts[first + at].1;
                *known = known.saturating_add(count);
            }
            Err(at) => self.counts.insert(first + at, (row, count)),
        }
    }

    fn widen(&mut self) {
        let mut wider = Self {
            width: self.width * 2.0,
            counts: Vec::with_capacity(self.counts.len()),
            ..Self::default()
        };
        for (time, counts) in self.between(f64::MIN, f64::MAX) {
            let start = (time / wider.width).floor() * wider.width;
            if wider.columns.last().is_none_or(|last| last.time < start) {
                wider.begin(start);
            }
            let all = counts.iter();
            all.for_each(|(row, count)| wider.count(*row, u64::from(*count)));
        }
        *self = wider;
    }

    /// Seconds of one column.
    pub fn width(&self) -> f64 {
        self.width
    }

    /// Start and rows of the columns between two times.
    pub fn between(&self, from: f64, to: f64) -> impl Iterator<Item = (f64, &[(u8, u32)])> {
        let is_within = move |time: f64| time + self.width > from && time <= to;
        let starts = self.columns.iter().map(|column| column.first);
        let ends = starts.skip(1).chain([self.counts.len()]);
        let columns = self.columns.iter().zip(ends);
        columns
            .filter(move |(column, _)| is_within(column.time))
            .map(|(column, end)| (column.time, &self.counts[column.first..end]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_lies_below_the_edge_of_its_row_and_above_the_one_before() {
        let times = [1, 100, 101, 5_000, 123_456, 999_999_999, 3_600_000_000];
        let mut heat = Heat::default();
        heat.add(1e9, &times.map(|us| (us, us)), 300);
        let (_, rows) = heat.between(0.0, 2e9).next().expect("a column");
        let of = |us: u64| rows[1..].iter().find(|(_, count)| u64::from(*count) == us);
        assert_eq!(rows[0], (0, 101), "1 and 100 lie below the first edge");
        for us in &times[2..] {
            let row = usize::from(of(*us).expect("counted").0);
            let ms = *us as f64 / 1000.0;
            assert!(row == ROWS - 1 || ms <= EDGES_MS[row], "{us}");
            assert!(ms > EDGES_MS[row - 1], "{us}");
        }
    }

    #[test]
    fn a_long_run_has_as_many_columns_as_are_kept_and_every_answer() {
        let mut heat = Heat::default();
        for second in 0..10_000 {
            heat.add(1e9 + f64::from(second), &[(1_000, 2), (70_000, 1)], 300);
        }
        let columns: Vec<_> = heat.between(0.0, 2e9).collect();
        assert!((150..=300).contains(&columns.len()), "{}", columns.len());
        let sum: u32 = columns
            .iter()
            .flat_map(|(_, rows)| rows.iter().map(|(_, count)| count))
            .sum();
        assert_eq!(sum, 30_000);
        assert_eq!(heat.between(1e9 + 5_000.0, 1e9 + 5_000.5).count(), 1);
    }
}
